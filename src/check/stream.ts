/**
 * Postures that come line by line, judged with bounded memory: a few pieces of work are under way, results leave in the order
 * of the input. Where the input is long, pieces go to worker threads, each of which loads engines and catalogue once.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { errorLine, LineJudge, type LineSettings, NOTHING, type PieceResult, sum, summaryLine } from './line-judge.ts';
import { type Line, piecesOf } from './lines.ts';
import type { Problem, Summary } from './result.ts';

export interface StreamOptions {
  /** Threads; absent: one, and as many as there are cores once the input is found to be long. */
  readonly jobs?: number;
  /** The worker's program, beside this one in the package. */
  readonly workerFile?: URL;
}

export interface StreamOutcome {
  readonly summary: Summary;
  readonly failing: boolean;
}

/** Does pieces of work one after the other, or side by side. */
interface Crew {
  readonly size: number;
  judge(piece: readonly Line[]): Promise<PieceResult>;
  unused(): Promise<readonly (readonly Problem[])[]>;
  end(): Promise<unknown>;
}

/** From here on, starting threads (some tenths of a second each) is repaid. */
const LONG = 20_000;
/** Pieces under way for each thread: one in work, one waiting. */
const AHEAD = 2;

export async function* judgeLines(
  sources: readonly AsyncIterable<readonly Line[]>[],
  settings: LineSettings,
  options: StreamOptions = {},
): AsyncGenerator<string, StreamOutcome> {
  const crews: Crew[] = [];
  const under: Promise<PieceResult>[] = [];
  let outcome: StreamOutcome = { summary: NOTHING, failing: false };
  const next = async (): Promise<string> => {
    const result = (await under.shift()) as PieceResult;
    outcome = { summary: sum(outcome.summary, result.summary), failing: outcome.failing || result.failing };
    return result.text;
  };
  try {
    const alone = await LineJudge.open(settings);
    for (const problem of alone.problems) yield errorLine(problem);
    let crew = options.jobs !== undefined && options.jobs > 1 ? threads(options.jobs, settings, options) : one(alone);
    crews.push(crew);
    let lines = 0;
    for await (const piece of piecesOf(sources)) {
      lines += piece.length;
      if (lines > LONG && options.jobs === undefined && crew.size === 1 && availableParallelism() > 1) {
        crew = threads(availableParallelism(), settings, options);
        crews.push(crew);
      }
      const started = crew.judge(piece);
      // It is awaited in its turn; until then a failure must not count as one that nobody hears.
      started.catch(() => undefined);
      under.push(started);
      while (under.length >= crew.size * AHEAD) yield await next();
    }
    while (under.length > 0) yield await next();
    const late = inAll((await Promise.all(crews.map((each) => each.unused()))).flat());
    for (const problem of late) yield errorLine(problem);
    const errors = outcome.summary.errors + alone.problems.length + late.length;
    outcome = { ...outcome, summary: { ...outcome.summary, errors } };
    yield summaryLine(outcome.summary, settings.session.version);
    return outcome;
  } finally {
    await Promise.all(crews.map((each) => each.end()));
  }
}

/** What no judge had a use for. */
function inAll(lists: readonly (readonly Problem[])[]): readonly Problem[] {
  const [first = [], ...others] = lists.map(
    (list) => new Map(list.map((problem) => [JSON.stringify(problem), problem])),
  );
  return [...first].filter(([key]) => others.every((other) => other.has(key))).map(([, problem]) => problem);
}

function one(judge: LineJudge): Crew {
  return {
    size: 1,
    judge: (piece) => judge.judge(piece),
    unused: async () => [judge.unused()],
    end: async () => undefined,
  };
}

/** What is sent to a worker, and what it sends back for each, in the same order. */
export type WorkerRequest = { readonly piece: readonly Line[] } | { readonly unused: true };
export type WorkerAnswer = { readonly result: PieceResult } | { readonly unused: readonly Problem[] };

function threads(count: number, settings: LineSettings, options: StreamOptions): Crew {
  const file = options.workerFile ?? new URL('./stream-worker.js', import.meta.url);
  const members = Array.from({ length: count }, () => new Member(new Worker(file, { workerData: settings })));
  const idlest = () => members.reduce((best, member) => (member.load < best.load ? member : best));
  return {
    size: count,
    judge: async (piece) => {
      const answer = await idlest().ask({ piece });
      return (answer as Extract<WorkerAnswer, { result: unknown }>).result;
    },
    unused: async () => {
      const answers = await Promise.all(members.map((member) => member.ask({ unused: true })));
      return answers.map((answer) => (answer as Extract<WorkerAnswer, { unused: unknown }>).unused);
    },
    end: () => Promise.all(members.map((member) => member.end())),
  };
}

interface Waiting {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

class Member {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: unknown;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: WorkerAnswer) => this.#waiting.shift()?.resolve(answer));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('a worker thread ended before its work')));
  }

  get load(): number {
    return this.#waiting.length;
  }

  ask(request: WorkerRequest): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else {
        this.#waiting.push({ resolve, reject });
        this.#worker.postMessage(request);
      }
    });
  }

  end(): Promise<number> {
    return this.#worker.terminate();
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
