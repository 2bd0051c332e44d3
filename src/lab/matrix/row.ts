import type { Mechanism } from '../../model/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { Answer, SandboxProber, SeenSandbox } from '../../prove/index.ts';
import type { Runtime } from '../../runtimes/index.ts';
import type { Profile } from '../../runtimes/profiles.data.ts';
import type { Cell, StudyRow } from '../study.ts';

export interface RowContext {
  readonly prober: SandboxProber;
  /** The vectors to ask about, where not all. */
  readonly only?: ReadonlySet<string> | undefined;
  /** When nothing is waited for any longer, in milliseconds since the epoch. */
  readonly deadline?: number | undefined;
  /** For each answer and the start; default: what the runtime's kind takes. */
  readonly timeoutMs?: number | undefined;
}

/** Within it a row is whole, or a failure that says so. A guest under software emulation is slow. */
const LIMIT_MS = { 'virtual-machine': 300_000, other: 60_000 } as const;

/** A runtime under a profile. Whatever goes wrong is told in the row, and never thrown. */
export async function measureRow(runtime: Runtime, profile: Profile, context: RowContext): Promise<StudyRow> {
  const row = headOf(runtime, profile);
  try {
    const found = await runtime.available();
    if (!found.available) return { ...row, state: 'unavailable', why: found.why, enable: found.enable };
    const version = found.version === undefined ? {} : { version: found.version };
    const expressed = runtime.expresses(profile);
    if (expressed !== true) return { ...row, ...version, state: 'inexpressible', why: expressed };
    const began = performance.now();
    const measured = await started(runtime, profile, context);
    return { ...row, ...version, ...measured, seconds: rounded((performance.now() - began) / 1000), state: 'measured' };
  } catch (error) {
    if (error instanceof OutOfTime) return { ...row, state: error.state, why: error.message };
    return { ...row, state: 'failed', why: messageOf(error) };
  }
}

/** What is known of a row before anything is started. */
export function headOf(runtime: Runtime, profile: Profile): Omit<StudyRow, 'state'> {
  return { runtime: runtime.name, profile: profile.name, title: runtime.title, kind: kindOf(runtime), cells: {} };
}

const KINDS = { os: 'os-level', 'user-space-kernel': 'user-space-kernel', hypervisor: 'virtual-machine' } as const;

export function kindOf({ name, kind = 'os' }: Pick<Runtime, 'name' | 'kind'>): StudyRow['kind'] {
  return name === 'process' ? 'none' : KINDS[kind];
}

/** One that hangs is left when its time is over: it is closed then, or as soon as it has started. */
async function started(
  runtime: Runtime,
  profile: Profile,
  { prober, only, deadline = Number.POSITIVE_INFINITY, timeoutMs }: RowContext,
): Promise<Pick<StudyRow, 'cells' | 'reach' | 'missing'>> {
  const limit = kindOf(runtime) === 'virtual-machine' ? LIMIT_MS['virtual-machine'] : LIMIT_MS.other;
  const clock = new Clock(Math.min(limit, deadline - Date.now()), deadline - Date.now() < limit);
  let seen: SeenSandbox | undefined;
  const asking = (async () => {
    seen = await prober.start(runtime, { profile, timeoutMs: timeoutMs ?? limit / 3 });
    if (clock.isOver) await seen.sandbox.close();
    return prober.answers(seen, only);
  })();
  // Whoever no longer waits for it hears nothing of its end.
  asking.catch(() => undefined);
  try {
    const answers = await Promise.race([asking, clock.over]);
    const missing = seen?.sandbox.missing.map(({ step, why }) => ({ step, why })) ?? [];
    return { cells: cellsOf(answers, runtime), reach: reachOf(answers), ...(missing.length > 0 && { missing }) };
  } finally {
    clock.stop();
    await seen?.sandbox.close();
  }
}

class OutOfTime extends Error {
  readonly state: 'failed' | 'skipped';

  constructor(state: 'failed' | 'skipped', message: string) {
    super(message);
    this.state = state;
  }
}

class Clock {
  readonly over: Promise<never>;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, budgeted: boolean) {
    const error = budgeted
      ? new OutOfTime('skipped', OUT_OF_BUDGET)
      : new OutOfTime('failed', `it was not done within ${ms / 1000} s`);
    this.over = new Promise((_, reject) => {
      this.#timer = setTimeout(
        () => {
          this.#isOver = true;
          reject(error);
        },
        Math.max(0, ms),
      );
    });
    this.over.catch(() => undefined);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

export const OUT_OF_BUDGET = 'the budget was used up';

function messageOf(error: unknown): string {
  if (error instanceof CofferdamError) return error.message;
  return `a defect of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function cellsOf(answers: readonly Answer[], runtime: Runtime): Record<string, Cell> {
  return Object.fromEntries(answers.map((answer) => [answer.vector, cellOf(answer, runtime)]));
}

function cellOf({ predicted, proof }: Answer, { kind }: Runtime): Cell {
  return {
    verdict: proof.verdict,
    by: proof.by === null ? null : settled(proof.by, kind),
    depth: predicted?.depth ?? null,
    heldBy: predicted?.heldBy.map((set) => [...set]) ?? [],
    predicted: predicted?.verdict ?? null,
    evidence: [...proof.evidence],
    ...(proof.why !== undefined && { why: proof.why }),
  };
}

/** That another kernel answers is all that a probe can tell; whether hardware keeps it from the host's, the runtime says. */
function settled(by: Mechanism, kind: Runtime['kind']): Mechanism {
  return by === 'hypervisor' && kind === 'user-space-kernel' ? kind : by;
}

function reachOf(answers: readonly Answer[]): NonNullable<StudyRow['reach']> {
  const count = (verdict: Cell['verdict']): number => answers.filter(({ proof }) => proof.verdict === verdict).length;
  return { open: count('open'), blocked: count('blocked'), unknown: count('unknown') };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
