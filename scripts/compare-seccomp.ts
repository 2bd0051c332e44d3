/**
 * Compares our compiler and interpreter with libseccomp (through runc) and with the kernel, on the default profiles of the engines.
 * Needs root, gcc and runc. `--all` takes every stored profile, `--samples N` says how many calls each is tried with;
 * `--fixtures` writes the filters read from runc to test/seccomp-filters.
 */
import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { PROFILE_DOCUMENTS } from '../src/engines/data/profiles.generated.ts';
import { loadEngine, loadProfile, usualChoice } from '../src/engines/load.ts';
import { ARCHES, type Arch, archFromOciName } from '../src/kernel/arch.ts';
import { type BpfProgram, bpfToBase64 } from '../src/kernel/bpf.ts';
import { runBpf, runFilters } from '../src/kernel/bpf-run.ts';
import { bpfProblem } from '../src/kernel/bpf-validate.ts';
import { CAPABILITIES, type Capability } from '../src/kernel/capabilities.ts';
import { compileSeccomp } from '../src/kernel/seccomp-bpf.ts';
import type { SeccompPolicy } from '../src/kernel/seccomp-policy.ts';
import { resolveProfile } from '../src/kernel/seccomp-profile.ts';
import { returnText } from '../src/kernel/seccomp-return.ts';
import { type KernelVersion, parseKernelVersion } from '../src/kernel/version.ts';
import { isFiltered, Machine, obstacle } from './seccomp/machine.ts';
import { type Sample, samplesFor, wordsOf } from './seccomp/samples.ts';

interface Subject {
  readonly profile: string;
  readonly holding: keyof typeof HELD;
  readonly policy: SeccompPolicy;
}

const ENGINES = ['docker', 'podman', 'containerd', 'crio'] as const;
/** Of the capabilities that engines give by default their profiles ask for two alone; CRI-O and new Podman leave some of them out. */
const HELD: Readonly<Record<'no' | 'usual' | 'all', readonly Capability[]>> = {
  no: [],
  usual: ['SYS_CHROOT', 'AUDIT_WRITE'],
  all: CAPABILITIES,
};

async function subjects(all: boolean): Promise<Subject[]> {
  const kernel = parseKernelVersion(release()) as KernelVersion;
  const engines = await Promise.all(ENGINES.map((name) => loadEngine([usualChoice(name)])));
  const ids = all
    ? Object.keys(PROFILE_DOCUMENTS)
    : engines.flatMap(({ seccompProfile }) => seccompProfile?.name ?? []);
  const found: Subject[] = [];
  for (const profile of ids) {
    const whole = await loadProfile(profile);
    for (const holding of ['no', 'usual', 'all'] as const) {
      found.push({
        profile,
        holding,
        policy: resolveProfile(whole, { capabilities: HELD[holding], arch: 'amd64', kernel }),
      });
    }
  }
  return found;
}

function archesOf(policy: SeccompPolicy): Arch[] {
  const listed = (policy.architectures ?? []).map(archFromOciName);
  return ARCHES.filter((arch) => arch === 'x86_64' || listed.includes(arch));
}

interface Comparison {
  readonly calls: number;
  readonly ours: number;
  readonly theirs: number;
  readonly differences: readonly string[];
}

function differences(samples: readonly Sample[], ours: readonly number[], theirs: readonly number[]): string[] {
  return samples.flatMap(({ arch, nr, args }, i) => {
    const [mine = 0, other = 0] = [ours[i], theirs[i]];
    if (mine === other) return [];
    const call = `arch ${arch.toString(16)} nr ${nr} (${args.map((value) => value.toString(16)).join(', ')})`;
    return [`${call}: ours ${returnText(mine)}, theirs ${returnText(other)}`];
  });
}

/** With the kernel in its place: theirs are the lengths of programs in instructions. */
function compare(
  machine: Machine,
  { policy }: Subject,
  count: number,
): Comparison & { readonly filters: readonly BpfProgram[] } {
  const program = compileSeccomp(policy, 'x86_64');
  const problem = bpfProblem(program);
  if (problem !== undefined) throw new Error(problem);
  // Interfaces that the section leaves out are tried as well.
  const accept = (sample: Sample) => isFiltered(sample) && machine.sameNumber(sample);
  const samples = samplesFor(policy, { arches: ['x86_64', 'i386', 'x32'], count, accept });
  const words = samples.map(wordsOf);
  const ours = words.map((one) => runBpf(program, one));
  const filters = machine.runcFilters(policy);
  const libseccomp = words.map((one) => runFilters(filters, one));
  return {
    calls: samples.length,
    ours: program.length,
    theirs: filters.reduce((sum, { length }) => sum + length, 0),
    filters,
    differences: [
      ...differences(samples, ours, libseccomp).map((line) => `libseccomp: ${line}`),
      ...differences(samples, ours, machine.kernelAnswers(program, samples)).map((line) => `kernel: ${line}`),
    ],
  };
}

function writeFixture({ profile, policy }: Subject, filters: readonly BpfProgram[], producedBy: string): void {
  const programs = filters.map(bpfToBase64);
  const text = JSON.stringify({ profile, producedBy, seccomp: policy, programs });
  writeFileSync(new URL(`../test/seccomp-filters/${profile}.json`, import.meta.url), `${text}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean' },
      fixtures: { type: 'boolean' },
      samples: { type: 'string', default: '100000' },
    },
  });
  const reason = obstacle();
  if (reason !== undefined) throw new Error(`the comparison cannot be made here: ${reason}`);
  const machine = new Machine();
  try {
    print(machine.runcVersion());
    for (const subject of await subjects(values.all ?? false)) {
      const known = { ...subject, policy: machine.knownPart(subject.policy) };
      const result = compare(machine, known, Number(values.samples));
      const sizes = `${result.ours} instructions (libseccomp and stub ${result.theirs})`;
      const name = `${subject.profile}, ${subject.holding} capabilities, ${archesOf(subject.policy).join(' ')}`;
      print(`${name}: ${result.calls} calls, ${sizes}, ${result.differences.length} differences`);
      for (const line of result.differences.slice(0, 10)) print(`  ${line}`);
      if (result.differences.length > 0) process.exitCode = 1;
      if (values.fixtures && known.holding === 'no') writeFixture(known, result.filters, machine.runcVersion());
    }
  } finally {
    machine.close();
  }
}

await main();
