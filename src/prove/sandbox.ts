import {
  check,
  type Finding,
  Objects,
  openSession,
  type ResultDocument,
  type SessionOptions,
  summarize,
} from '../check/index.ts';
import { observeHost, readProcess } from '../live/index.ts';
import { CofferdamError, type SandboxKind, type Statement } from '../posture/index.ts';
import type { Subject } from '../readers/index.ts';
import type { OciConfig, Runtime, Sandbox } from '../runtimes/index.ts';
import { configOf } from './configuration.ts';
import { Prover, withProofSummary } from './prover.ts';
import { openHost } from './stage.ts';

/** The isolation of a sandbox, vector by vector, without any configuration file: it is started, looked at from outside, and probed. */
export async function probeRuntime(
  runtime: Runtime,
  options: SessionOptions,
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): Promise<ResultDocument> {
  const availability = await runtime.available();
  if (!availability.available) {
    throw new CofferdamError('runtime', `${runtime.name}: ${availability.why}`, availability.enable);
  }
  const host = await openHost();
  try {
    const seen = { ...options, observed: observeHost() };
    const config = runtime.takesConfig ? await usualConfig(seen) : undefined;
    const sandbox = await runtime.start({
      ...(config !== undefined && { config }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    try {
      return await judged(runtime, sandbox, config, host, seen);
    } finally {
      await sandbox.close();
    }
  } finally {
    await host.close();
  }
}

/** What Docker would ask of a runtime for an image that states nothing. */
async function usualConfig(options: SessionOptions): Promise<OciConfig> {
  const { read, checkOptions } = await openSession(['docker-run:image'], options);
  const [subject] = read.subjects;
  if (subject === undefined) throw new Error('a run line describes a container');
  const { posture } = await new Objects(checkOptions, []).assemble(subject);
  return configOf(posture, subject).config;
}

async function judged(
  runtime: Runtime,
  sandbox: Sandbox,
  config: OciConfig | undefined,
  host: Sandbox,
  options: SessionOptions,
): Promise<ResultDocument> {
  const { checkOptions } = await openSession([], options);
  const subject = await subjectOf(sandbox, runtime.kind, host);
  const result = await check({ subjects: [subject], problems: [], skipped: [] }, checkOptions);
  const [target] = result.targets;
  if (target === undefined) throw new Error('a subject that is checked gives a target');
  const predicted = sandbox.pid === undefined ? { ...target, findings: target.findings.map(unseen) } : target;
  const prover = new Prover(checkOptions.catalogue, host);
  const assembled = await new Objects(checkOptions, []).assemble(subject);
  const proven = await prover.probe(sandbox, assembled, predicted, { config, missing: [] });
  return withProofSummary({ ...result, targets: [proven], summary: summarize([proven], result.errors) });
}

/** The posture of the stub's process, as it is seen from outside. */
async function subjectOf({ runtime, pid }: Sandbox, kind: Runtime['kind'], host: Sandbox): Promise<Subject> {
  const place = { path: runtime, line: 1, column: 1 };
  const named = { id: runtime, name: runtime, place };
  if (pid === undefined) {
    const layers = kind === undefined ? [] : [{ phase: 'run', statements: [kindStatement(runtime, kind)] } as const];
    return { ...named, kind: 'workload', artifact: 'process', layers, assembled: {}, suppressions: [] };
  }
  const { subjects, problems } = await readProcess(pid, { tracer: async () => host.session });
  const [subject] = subjects;
  if (subject === undefined) throw problems[0] ?? new Error('a process is read or a problem named');
  return { ...subject, ...named };
}

function kindStatement(runtime: string, kind: SandboxKind): Statement {
  return {
    phase: 'run',
    source: { kind: 'observed', from: `the runtime ${runtime}` },
    facts: { 'sandbox.kind': kind },
  };
}

/** Nothing is predicted of a process that this kernel does not show: the proof alone speaks. */
function unseen(finding: Finding): Finding {
  return {
    ...finding,
    verdict: 'unknown',
    depth: 0,
    heldBy: [],
    statement: '',
    source: null,
    because: ['the process is not seen from outside of the sandbox: nothing is predicted'],
    tree: { text: 'nothing is predicted', result: 'unknown' },
    fixes: [],
    settledBy: [],
  };
}
