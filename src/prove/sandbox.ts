import {
  type Assembled,
  Assessment,
  type CheckOptions,
  check,
  type Finding,
  type Judged,
  Objects,
  openSession,
  type Proof,
  type ResultDocument,
  type SessionOptions,
  summarize,
} from '../check/index.ts';
import { observeHost, readProcess } from '../live/index.ts';
import { CofferdamError, type SandboxKind, type Statement } from '../posture/index.ts';
import type { Subject } from '../readers/index.ts';
import type { OciConfig, Runtime, Sandbox } from '../runtimes/index.ts';
import type { Profile } from '../runtimes/profiles.data.ts';
import { requestOf } from './profile.ts';
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
  const prober = await SandboxProber.open(options);
  try {
    const seen = await prober.start(runtime, { timeoutMs });
    try {
      return await prober.document(seen);
    } finally {
      await seen.sandbox.close();
    }
  } finally {
    await prober.close();
  }
}

/** A sandbox that runs, and what is seen of it from outside. */
export interface SeenSandbox {
  readonly sandbox: Sandbox;
  /** What it was started from, where its runtime takes a configuration. */
  readonly config: OciConfig | undefined;
  readonly subject: Subject;
  readonly assembled: Assembled;
}

/** One vector in one sandbox. */
export interface Answer {
  /** Undefined where the process is not seen from outside: nothing is predicted then. */
  readonly predicted: Pick<Judged, 'verdict' | 'depth' | 'heldBy'> | undefined;
  readonly vector: string;
  readonly proof: Proof;
}

export interface SandboxRequest {
  /** Default: what the runtime does when nothing is said. */
  readonly profile?: Profile | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Starts runtimes as they are, without a configuration of the user's, looks at their sandboxes and puts the vectors to them. */
export class SandboxProber {
  readonly #host: Sandbox;
  readonly #session: SessionOptions;
  readonly #options: CheckOptions;
  readonly #objects: Objects;
  readonly #prover: Prover;

  private constructor(host: Sandbox, session: SessionOptions, options: CheckOptions) {
    this.#host = host;
    this.#session = session;
    this.#options = options;
    this.#objects = new Objects(options, []);
    this.#prover = new Prover(options.catalogue, host);
  }

  /** `options.observed`: what was seen of this machine before, where there is any. */
  static async open(options: SessionOptions): Promise<SandboxProber> {
    const session = { ...options, observed: options.observed ?? observeHost() };
    const { checkOptions } = await openSession([], session);
    return new SandboxProber(await openHost(), session, checkOptions);
  }

  /** The sandbox is the caller's to close; where this fails, nothing is left. */
  async start(runtime: Runtime, { profile, timeoutMs }: SandboxRequest): Promise<SeenSandbox> {
    const request = await requestOf(runtime, profile, this.#session);
    const sandbox = await runtime.start({ ...request, ...(timeoutMs !== undefined && { timeoutMs }) });
    try {
      const subject = await subjectOf(sandbox, runtime.kind, this.#host);
      return { sandbox, config: request.config, subject, assembled: await this.#objects.assemble(subject) };
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  /** As a result document, with explanations and fixes. */
  async document({ sandbox, config, subject, assembled }: SeenSandbox): Promise<ResultDocument> {
    const result = await check({ subjects: [subject], problems: [], skipped: [] }, this.#options);
    const [target] = result.targets;
    if (target === undefined) throw new Error('a subject that is checked gives a target');
    const predicted = isSeen(sandbox) ? target : { ...target, findings: target.findings.map(unseen) };
    const proven = await this.#prover.probe(sandbox, assembled, predicted, { config, missing: [] });
    return withProofSummary({ ...result, targets: [proven], summary: summarize([proven], result.errors) });
  }

  /** Verdicts alone, of all vectors that a kernel can be asked about, or of those of `only`, in the order of the catalogue. */
  async answers({ sandbox, config, assembled }: SeenSandbox, only?: ReadonlySet<string>): Promise<readonly Answer[]> {
    const { catalogue } = this.#options;
    const asked = catalogue.vectors.filter(
      ({ vector }) => vector.probe !== undefined && only?.has(vector.id) !== false,
    );
    const judged = new Assessment(catalogue, assembled.posture).judgeAll(asked, 'workload');
    const predictions = judged.map(({ vector, verdict, settledBy }) =>
      isSeen(sandbox) ? { vector: vector.id, verdict, settledBy } : { ...NOTHING_PREDICTED, vector: vector.id },
    );
    const lacking = sandbox.missing;
    const proofs = await this.#prover.proofs(sandbox, assembled.posture, predictions, { config, lacking });
    return judged.flatMap((one) => {
      const proof = proofs.get(one.vector.id);
      return proof === undefined
        ? []
        : [{ vector: one.vector.id, predicted: isSeen(sandbox) ? one : undefined, proof }];
    });
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}

const NOTHING_PREDICTED = { verdict: 'unknown', settledBy: [] } as const;

function isSeen({ pid }: Sandbox): boolean {
  return pid !== undefined;
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
    ...NOTHING_PREDICTED,
    depth: 0,
    heldBy: [],
    statement: '',
    source: null,
    because: ['the process is not seen from outside of the sandbox: nothing is predicted'],
    tree: { text: 'nothing is predicted', result: 'unknown' },
    fixes: [],
  };
}
