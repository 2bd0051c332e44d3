import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeBpf } from '../../kernel/bpf.ts';
import { compileSeccomp } from '../../kernel/seccomp-bpf.ts';
import type { Missing, OciConfig } from '../types.ts';
import { DEFAULT_CONFIG } from './default.data.ts';
import { bundled } from './testing/bundle.ts';
import type { Shown } from './testing/shown.ts';

const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] as const;
const root = process.getuid?.() === 0;
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
/** A user who may make user namespaces at all, which some machines forbid. */
const userNamespaces = root && spawnSync(NOBODY[0], [...NOBODY.slice(1), 'unshare', '-Ur', 'true']).status === 0;

interface Report extends Shown {
  readonly available: { readonly available: boolean; readonly why?: string; readonly enable?: string };
  readonly missing: readonly Missing[];
}

let program: Awaited<ReturnType<typeof bundled>>;
beforeAll(async () => {
  program = await bundled('reporting.ts');
});
afterAll(() => rmSync(program.folder, { recursive: true, force: true }));

function reported(before: readonly string[], config: OciConfig, filter?: number): Report {
  const [command = process.execPath, ...words] = [...before, process.execPath, program.file, JSON.stringify(config)];
  const run = spawnSync(command, words, {
    encoding: 'utf8',
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe', ...(filter === undefined ? [] : [filter])],
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Report;
}

const factsOf = ({ missing }: Report): string[] => missing.flatMap(({ facts }) => facts);

describe.skipIf(!userNamespaces)('as a user without rights', () => {
  it('a container is started in a user namespace, as whoever it is to be', () => {
    const section = DEFAULT_CONFIG.process as object;
    const config = { ...DEFAULT_CONFIG, process: { ...section, user: { uid: 1000, gid: 1000 } } };
    const report = reported(NOBODY, config);
    expect(report.status).toMatchObject({
      Uid: '1000 1000 1000 1000',
      Gid: '1000 1000 1000 1000',
      NSpid: '1',
      NoNewPrivs: '1',
    });
    expect(report.status.CapBnd).toBe('0000000020000420');
    expect(report.mounts['/dev/null']?.type).toBe('devtmpfs');
    expect(factsOf(report).sort()).toEqual(['device-rules', 'image.file.', 'namespace.user', 'user-namespace.']);
  });

  it('what needs rights is named with its facts, and the rest goes on', () => {
    const linux = DEFAULT_CONFIG.linux as { namespaces: object[] };
    const own = [{ containerID: 0, hostID: 65_534, size: 1 }];
    const wide = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    const config = (map: object[]): OciConfig => ({
      ...DEFAULT_CONFIG,
      process: {
        ...(DEFAULT_CONFIG.process as object),
        user: { uid: 0, gid: 0, additionalGids: [7] },
        oomScoreAdj: -999,
      },
      linux: {
        ...linux,
        namespaces: [...linux.namespaces, { type: 'user' }] as never,
        uidMappings: map as never,
        gidMappings: map as never,
        resources: { pids: { limit: 5 } },
      },
    });
    const exact = factsOf(reported(NOBODY, config(own)));
    expect(exact.sort()).toEqual([
      'device-rules',
      'image.file.',
      'limit.pids',
      'process.groups',
      'process.oom-score-adj',
    ]);
    const other = factsOf(reported(NOBODY, config(wide)));
    expect(other).toEqual(expect.arrayContaining(['user-namespace.uid-map', 'user-namespace.gid-map', 'limit.pids']));
  });
});

describe.skipIf(!userNamespaces)('where it cannot be', () => {
  /** The limit is that of a user namespace made for this; the machine's own stays. */
  const INSIDE = [
    'unshare',
    '-Ur',
    'sh',
    '-c',
    'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set -all "$@"',
    'sh',
  ];

  it('it says that user namespaces are refused, and by which command they are permitted', () => {
    const { available } = reported([...NOBODY, ...INSIDE], {});
    expect(available).toMatchObject({ available: false, enable: 'sysctl -w user.max_user_namespaces=15000' });
    expect(available.why).toMatch(/ENOSPC/);
  });

  it.skipIf(!has('bwrap'))('it says which call a filter refuses that was there before', () => {
    const policy = {
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
      syscalls: [{ names: ['mount'], action: 'SCMP_ACT_ERRNO' }],
    };
    const file = join(program.folder, 'filter');
    writeFileSync(file, encodeBpf(compileSeccomp(policy, process.arch === 'arm64' ? 'aarch64' : 'x86_64')));
    const filter = openSync(file, 'r');
    try {
      const { available } = reported(['bwrap', '--dev-bind', '/', '/', '--seccomp', '3'], {}, filter);
      expect(available.available).toBe(false);
      expect(available.why).toMatch(/mount\(.*EPERM/);
    } finally {
      closeSync(filter);
    }
  });
});
