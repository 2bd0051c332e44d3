import { PostureReader } from '../posture/document.ts';
import { CofferdamError } from '../posture/index.ts';
import { readPosture } from '../readers/posture/index.ts';
import { daemonStatements, Objects, problemOf, summarize } from './check.ts';
import { type Line, lineProblem } from './lines.ts';
import type { Finding, Problem, Summary, TargetResult } from './result.ts';
import { openSession, type SessionOptions } from './session.ts';
import { Suppressions } from './suppress.ts';
import { countsAgainst, type Threshold } from './threshold.ts';

/** What a worker is told; plain data that can be handed to a thread. */
export interface LineSettings {
  readonly session: Omit<SessionOptions, 'stdin'>;
  /** With explanation trees: they are most of a result. */
  readonly verbose: boolean;
  readonly threshold: Threshold | undefined;
}

export interface PieceResult {
  /** Lines of output, in the order of the input. */
  readonly text: string;
  readonly summary: Summary;
  readonly failing: boolean;
}

/** Judges lines one after the other. Engines, catalogue and host are loaded once. */
export class LineJudge {
  readonly problems: readonly Problem[];
  readonly #objects: Objects;
  readonly #suppressions: Suppressions;
  readonly #settings: LineSettings;
  readonly #reader = new PostureReader();

  private constructor(
    settings: LineSettings,
    objects: Objects,
    suppressions: Suppressions,
    problems: readonly Problem[],
  ) {
    this.#settings = settings;
    this.#objects = objects;
    this.#suppressions = suppressions;
    this.problems = problems;
  }

  static async open(settings: LineSettings): Promise<LineJudge> {
    const { read, checkOptions } = await openSession([], { ...settings.session, stdin: () => new Uint8Array() });
    const suppressions = new Suppressions(checkOptions.suppressions, checkOptions.today);
    const objects = new Objects(checkOptions, daemonStatements(read.subjects));
    return new LineJudge(settings, objects, suppressions, read.problems.map(problemOf));
  }

  async judge(lines: readonly Line[]): Promise<PieceResult> {
    const errors: Problem[] = [];
    const written: string[] = [];
    const { threshold, verbose } = this.#settings;
    const counts = (finding: Finding) => threshold !== undefined && countsAgainst(finding, threshold);
    let summary = NOTHING;
    let failing = false;
    for (const line of lines) {
      const result = await this.#judgeLine(line);
      if (result === undefined) continue;
      if (result instanceof CofferdamError) {
        const problem = problemOf(result);
        errors.push(problem);
        written.push(errorLine(problem));
      } else {
        // Written at once and let go: what a finding can still explain keeps its whole posture alive.
        written.push(targetLine(result, verbose));
        summary = sum(summary, summarize([result], []));
        failing ||= result.findings.some(counts);
      }
    }
    return { text: written.join(''), summary: sum(summary, summarize([], errors)), failing };
  }

  /** Suppressions that did nothing for any line so far. */
  unused(): readonly Problem[] {
    return this.#suppressions.unused().map(problemOf);
  }

  async #judgeLine(line: Line): Promise<TargetResult | CofferdamError | undefined> {
    const problem = lineProblem(line);
    if (problem !== undefined) return problem;
    if (line.text === '') return undefined;
    const subject = readPosture(this.#reader, line.text, { path: line.path, line: line.number, column: 1 });
    if (subject instanceof CofferdamError) return subject;
    return this.#suppressions.apply(subject, await this.#objects.check(subject));
  }
}

/** One object of the output: a target, an error, or at the end the summary. */
export function targetLine(target: TargetResult, verbose: boolean): string {
  return `${verbose ? JSON.stringify(target) : JSON.stringify({ ...target, findings: target.findings.map(brief) })}\n`;
}

/** Trees are made when they are read, so they are passed over, not taken out. */
function brief(finding: Finding): Partial<Finding> {
  const keys = (Object.keys(finding) as (keyof Finding)[]).filter((key) => key !== 'because' && key !== 'tree');
  return Object.fromEntries(keys.map((key) => [key, finding[key]]));
}

export function errorLine(problem: Problem): string {
  return `${JSON.stringify({ error: problem })}\n`;
}

export function summaryLine(summary: Summary, version: string): string {
  return `${JSON.stringify({ schema: 'cofferdam.result-lines/1', tool: { name: 'cofferdam', version }, summary })}\n`;
}

export const NOTHING: Summary = summarize([], []);

export function sum(a: Summary, b: Summary): Summary {
  return {
    targets: a.targets + b.targets,
    open: {
      critical: a.open.critical + b.open.critical,
      high: a.open.high + b.open.high,
      medium: a.open.medium + b.open.medium,
      low: a.open.low + b.open.low,
    },
    blocked: a.blocked + b.blocked,
    unknown: a.unknown + b.unknown,
    suppressed: a.suppressed + b.suppressed,
    errors: a.errors + b.errors,
  };
}
