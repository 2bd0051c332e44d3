import {
  type Assembled,
  check,
  checkTargets,
  daemonStatements,
  Objects,
  openSession,
  type ResultDocument,
  type SandboxResult,
  type SessionOptions,
  type TargetResult,
} from '../check/index.ts';
import { observeHost } from '../live/index.ts';
import { CofferdamError, type Posture } from '../posture/index.ts';
import type { Subject } from '../readers/index.ts';
import { joinRuntime, type Missing, type Runtime, type Sandbox, takesNoConfiguration } from '../runtimes/index.ts';
import { configOf, notStartable } from './configuration.ts';
import { Prover, withProofSummary } from './prover.ts';
import { openHost } from './stage.ts';

export interface ProveOptions {
  readonly runtime: Runtime;
  readonly timeoutMs?: number;
}

/**
 * `check --prove`: predicts for this machine, starts what each target describes on its kernel, probes it, and puts both beside each
 * other.
 */
export async function proveTargets(
  targets: readonly string[],
  options: SessionOptions,
  prove: ProveOptions,
): Promise<ResultDocument> {
  if (!prove.runtime.takesConfig) throw takesNoConfiguration(prove.runtime.name);
  const obstacle = foreignMachine();
  if (obstacle !== undefined) return unproven(await checkTargets(targets, options), prove.runtime, obstacle);
  const host = await openHost();
  try {
    const tracer = async () => host.session;
    const { read, checkOptions } = await openSession(targets, { ...options, observed: observeHost(), tracer });
    const result = await check(read, checkOptions);
    const objects = new Objects(checkOptions, daemonStatements(read.subjects));
    const targetsProven = await eachBy(AT_ONCE, host, result.targets, async (target, i, outside) => {
      const subject = read.subjects[i];
      if (subject?.kind !== 'workload') return target;
      const prover = new Prover(checkOptions.catalogue, outside);
      return proveOne(subject, await objects.assemble(subject), target, prover, prove);
    });
    return withProofSummary({ ...result, targets: targetsProven });
  } finally {
    await host.close();
  }
}

/** Nothing can be started here at all: the prediction stands without. */
function foreignMachine(): CofferdamError | undefined {
  if (process.platform === 'linux') return undefined;
  const why = `this machine runs ${process.platform}: there is no Linux kernel to ask`;
  return new CofferdamError('sandbox', why, 'prove it on Linux, or in a virtual machine with it');
}

function unproven(result: ResultDocument, runtime: Runtime, obstacle: CofferdamError): ResultDocument {
  const targets = result.targets.map((target) =>
    target.kind === 'workload' ? { ...target, sandbox: failed(runtime, obstacle, []) } : target,
  );
  return withProofSummary({ ...result, targets });
}

/** One is started or taken down while another answers. */
const AT_ONCE = 2;

/** So many at a time, in order. A conversation is of one line, so each worker has a stub outside of its own; `first` is there already. */
async function eachBy<T>(
  workers: number,
  first: Sandbox,
  targets: readonly T[],
  act: (target: T, position: number, outside: Sandbox) => Promise<T>,
): Promise<readonly T[]> {
  const done = [...targets];
  const waiting = targets.entries();
  const work = async (outside: Sandbox): Promise<void> => {
    for (const [i, target] of waiting) done[i] = await act(target, i, outside);
  };
  const others = Array.from({ length: Math.min(workers, targets.length) - 1 }, async () => {
    const outside = await openHost();
    try {
      await work(outside);
    } finally {
      await outside.close();
    }
  });
  const ends = await Promise.allSettled([work(first), ...others]);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return done;
}

async function proveOne(
  subject: Subject,
  assembled: Assembled,
  target: TargetResult,
  prover: Prover,
  { runtime, timeoutMs }: ProveOptions,
): Promise<TargetResult> {
  const running = subject.process === undefined ? undefined : beside(subject.process, assembled.posture);
  const starter = running ?? runtime;
  const refusal = (running === undefined ? notStartable(assembled.posture) : undefined) ?? (await refusalOf(starter));
  if (refusal !== undefined) return { ...target, sandbox: failed(starter, refusal, []) };
  const { config, missing } = running === undefined ? configOf(assembled.posture, subject) : NOT_CONFIGURED;
  let sandbox: Sandbox;
  try {
    sandbox = await starter.start({
      ...(config !== undefined && { config }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  } catch (error) {
    if (!(error instanceof CofferdamError)) throw error;
    return { ...target, sandbox: failed(starter, error, missing) };
  }
  try {
    return await prover.probe(sandbox, assembled, target, { config, missing });
  } finally {
    await sandbox.close();
  }
}

async function refusalOf(runtime: Runtime): Promise<CofferdamError | undefined> {
  const found = await runtime.available();
  return found.available ? undefined : new CofferdamError('runtime', found.why, found.enable);
}

/** A process that runs is what it is: ours goes in beside it. */
function beside(pid: number, posture: Posture): Runtime {
  const seccomp = posture.known('seccomp');
  const filters = seccomp?.kind === 'filter' ? seccomp.programs : seccomp?.kind === 'unconfined' ? [] : undefined;
  return joinRuntime({ pid, filters });
}

const NOT_CONFIGURED = { config: undefined, missing: [] } as const;

function failed(runtime: Runtime, error: CofferdamError, missing: readonly Missing[]): SandboxResult {
  return {
    runtime: runtime.name,
    failure: { message: error.message, hint: error.hint },
    missing: missing.map(({ step, why }) => ({ step, why })),
  };
}
