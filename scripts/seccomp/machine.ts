/** What others make of a seccomp section and a filter: libseccomp through runc, and the kernel. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ARCHES, AUDIT_ARCH } from '../../src/kernel/arch.ts';
import { type BpfProgram, CODE, decodeBpf, encodeBpf } from '../../src/kernel/bpf.ts';
import type { SeccompPolicy } from '../../src/kernel/seccomp-policy.ts';
import { multiplexed } from '../../src/kernel/syscall-entries.ts';
import { syscallNumber, syscallTable } from '../../src/kernel/syscalls.ts';
import { encodeSamples, type Sample } from './samples.ts';

/** Why the comparison cannot be made here; undefined where it can. */
export function obstacle(): string | undefined {
  if (process.arch !== 'x64') return 'kernel-answers.c is written for x86-64';
  if (process.getuid?.() !== 0) return 'it is not run by root';
  if (spawnSync('gcc', ['--version']).status !== 0) return 'gcc is not installed (apt-get install gcc libc6-dev)';
  if (spawnSync('runc', ['--version']).status !== 0) return 'runc is not installed (apt-get install runc)';
  return undefined;
}

export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cofferdam-seccomp-'));
  readonly #program = join(this.#folder, 'kernel-answers');

  readonly #libseccomp: ReadonlyMap<string, readonly number[]>;
  readonly #otherNumbers: ReadonlySet<string>;

  constructor() {
    const source = fileURLToPath(new URL('kernel-answers.c', import.meta.url));
    try {
      execFileSync('gcc', ['-O1', '-mno-red-zone', '-o', this.#program, source, '-ldl']);
    } catch (error) {
      this.close();
      throw error;
    }
    this.#libseccomp = this.#numbers();
    this.#otherNumbers = otherNumbers(this.#libseccomp);
    mkdirSync(join(this.#folder, 'rootfs/proc'), { recursive: true });
    // Looked for, and never run.
    copyFileSync(this.#program, join(this.#folder, 'rootfs/never'));
  }

  #numbers(): ReadonlyMap<string, readonly number[]> {
    const input = [...new Set(ARCHES.flatMap((arch) => [...syscallTable(arch).keys()]))].join('\n');
    const lines = execFileSync(this.#program, ['numbers'], { input, encoding: 'utf8' }).trim().split('\n');
    return new Map(lines.map((line) => line.split(' ')).map(([name = '', ...numbers]) => [name, numbers.map(Number)]));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  runcVersion(): string {
    return execFileSync('runc', ['--version'], { encoding: 'utf8' }).trim().replaceAll('\n', ', ');
  }

  /** The section without the calls that the installed libseccomp does not know, which runc leaves out of the filter. */
  knownPart(policy: SeccompPolicy): SeccompPolicy {
    const syscalls = (policy.syscalls ?? []).map((rule) => ({
      ...rule,
      names: rule.names.filter((name) => this.#libseccomp.has(name)),
    }));
    return { ...policy, syscalls: syscalls.filter(({ names }) => names.length > 0) };
  }

  /** Whether the installed libseccomp gives the call of an interface the number that our tables give it. */
  sameNumber({ arch, nr }: Sample): boolean {
    return !this.#otherNumbers.has(`${arch} ${nr}`);
  }

  /**
   * Creates a container with the section and reads its filters back. It is never started: without no_new_privs runc installs the
   * filter before it waits for the start (standard_init_linux.go, Init).
   */
  runcFilters(policy: SeccompPolicy): readonly BpfProgram[] {
    const id = `cofferdam-seccomp-${process.pid}`;
    const pidFile = join(this.#folder, 'pid');
    writeFileSync(join(this.#folder, 'config.json'), configuration(policy));
    try {
      // To a file, as the container would hold a pipe open.
      const output = openSync(join(this.#folder, 'output'), 'w');
      const started = spawnSync('runc', ['create', '--bundle', this.#folder, '--pid-file', pidFile, id], {
        stdio: ['ignore', output, output],
      });
      closeSync(output);
      if (started.status !== 0) throw new Error(`runc: ${readFileSync(join(this.#folder, 'output'), 'utf8')}`);
      const lines = execFileSync(this.#program, ['read', readFileSync(pidFile, 'utf8').trim()], { encoding: 'utf8' });
      return lines
        .trim()
        .split('\n')
        .map((line) => decodeBpf(Buffer.from(line, 'hex')));
    } finally {
      spawnSync('runc', ['delete', '--force', id]);
    }
  }

  /**
   * What the kernel answers to each sample under the program. Every answer of it is rewritten to an error number that
   * stands for it, so that none of the calls, however dangerous, is carried out.
   * @throws where the kernel does not take the program.
   */
  kernelAnswers(program: BpfProgram, samples: readonly Sample[]): number[] {
    const values = [...new Set(program.filter(({ code }) => code === CODE.RETURN).map(({ k }) => k))];
    const rewritten = program.map((instruction) =>
      instruction.code === CODE.RETURN
        ? { ...instruction, k: RETURN_ERRNO | (FIRST_STAND_IN + values.indexOf(instruction.k)) }
        : instruction,
    );
    return this.kernelErrors(program, rewritten, samples).map((errno) => values[errno - FIRST_STAND_IN] ?? Number.NaN);
  }

  /**
   * Asks that the kernel takes `program`, and with which errors it answers under `refusing`, whose answers must all be errors.
   * @throws where the kernel does not take a program.
   */
  kernelErrors(program: BpfProgram, refusing: BpfProgram, samples: readonly Sample[]): number[] {
    const input = Buffer.concat([part(program), part(refusing), encodeSamples(samples)]);
    const output = execFileSync(this.#program, ['kernel'], { input, maxBuffer: 1 << 28 });
    return samples.map((_, i) => -output.readInt32LE(4 * i));
  }
}

/** In the order in which the program names them. */
const TRIED = ['x86_64', 'i386', 'x32'] as const;

function otherNumbers(known: ReadonlyMap<string, readonly number[]>): ReadonlySet<string> {
  const others = new Set<string>();
  for (const [name, numbers] of known) {
    for (const [i, arch] of TRIED.entries()) {
      const [ours, theirs = -1] = [syscallNumber(arch, name), numbers[i]];
      // Below 0 libseccomp counts the calls that an interface lacks or, of i386, has twice.
      const twice = arch === 'i386' && multiplexed(name) !== undefined;
      if (twice || (ours === undefined ? theirs < 0 : ours === theirs)) continue;
      for (const nr of [ours, theirs]) others.add(`${AUDIT_ARCH[arch]} ${nr}`);
    }
  }
  return others;
}

/** x86-64's uretprobe and uprobe go past every filter (seccomp_uprobe_exception, kernel/seccomp.c, 6.14) and end who calls them from elsewhere. */
export function isFiltered({ arch, nr }: Sample): boolean {
  return (
    arch !== AUDIT_ARCH.x86_64 ||
    (nr !== syscallNumber('x86_64', 'uretprobe') && nr !== syscallNumber('x86_64', 'uprobe'))
  );
}

const RETURN_ERRNO = 0x00050000;
/** Beyond the errors that the kernel itself returns. */
const FIRST_STAND_IN = 1000;

function part(program: BpfProgram): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(program.length);
  return Buffer.concat([count, encodeBpf(program)]);
}

function configuration(seccomp: SeccompPolicy): string {
  const namespaces = ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type }));
  return JSON.stringify({
    ociVersion: '1.0.2',
    root: { path: 'rootfs', readonly: true },
    process: {
      user: { uid: 0, gid: 0 },
      args: ['/never'],
      cwd: '/',
      noNewPrivileges: false,
    },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    linux: { namespaces, seccomp },
  });
}
