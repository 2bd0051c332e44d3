import { createReadStream, statSync } from 'node:fs';
import { checkTargets, countsAgainst, failsStandard, type SessionOptions } from '../../check/index.ts';
import { errorLine, type LineSettings, summaryLine, targetLine } from '../../check/line-judge.ts';
import { type Line, linesOf } from '../../check/lines.ts';
import { judgeLines, type StreamOutcome } from '../../check/stream.ts';
import { CofferdamError } from '../../posture/index.ts';
import { EXIT } from '../exit.ts';
import { type Output, outputOf } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { type CheckFlags, isProving, refusePast, sessionOptions, thresholdOf } from './check.ts';

export interface CheckLinesFlags extends Omit<CheckFlags, 'format'> {
  readonly jobs?: string;
}

/**
 * `check --format jsonl`: a result a line, the summary on the last. Files of postures (`*.jsonl`, or standard input that begins
 * with one) pass through line by line; every other target is checked as ever and only written this way.
 */
export async function checkLinesCommand(
  given: readonly string[],
  flags: CheckLinesFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.against !== undefined)
    throw new CofferdamError('usage', '--against cannot be written as JSON Lines', 'choose text, json or markdown');
  const targets = given.length === 0 ? ['.'] : given;
  if (isProving(targets, flags))
    throw new CofferdamError(
      'usage',
      'proofs cannot be written as JSON Lines',
      'choose --format json, text, sarif or markdown',
    );
  if (flags.past === true) refusePast('written as JSON Lines');
  const options = sessionOptions(targets, flags);
  const sources = await streamed(targets);
  const output = outputOf(flags.output, terminal);
  try {
    if (Array.isArray(sources)) return await stream(sources, flags, options, output);
    return await whole(targets, flags, sources === undefined ? options : { ...options, stdin: sources }, output);
  } finally {
    output.end();
  }
}

async function stream(
  sources: AsyncIterable<readonly Line[]>[],
  flags: CheckLinesFlags,
  options: SessionOptions,
  output: Output,
): Promise<number> {
  const { stdin: _, ...session } = options;
  const settings: LineSettings = { session, verbose: flags.verbose, threshold: thresholdOf(flags, options) };
  const jobs = jobsOf(flags.jobs);
  const results = judgeLines(sources, settings, jobs === undefined ? {} : { jobs });
  for (;;) {
    const { done, value } = await results.next();
    if (done === true) return exitCode(value, flags);
    output.write(value);
    if (!output.wanted()) {
      await results.return({} as StreamOutcome);
      return EXIT.done;
    }
  }
}

function exitCode({ summary, failing }: StreamOutcome, flags: CheckLinesFlags): number {
  if (summary.errors > 0 && (flags.strict || summary.targets === 0)) return EXIT.failed;
  return failing ? EXIT.findings : EXIT.done;
}

function jobsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 256) return jobs;
  throw new CofferdamError('usage', `--jobs \`${text}\` is not a number of threads`, 'write --jobs 2');
}

async function whole(
  targets: readonly string[],
  flags: CheckLinesFlags,
  options: SessionOptions,
  output: Output,
): Promise<number> {
  const threshold = thresholdOf(flags, options);
  const result = await checkTargets(targets, options);
  for (const target of result.targets) output.write(targetLine(target, flags.verbose));
  for (const error of result.errors) output.write(errorLine(error));
  output.write(summaryLine(result.summary, options.version));
  const failing =
    threshold !== undefined &&
    result.targets.some(
      (target) => failsStandard(target) || target.findings.some((finding) => countsAgainst(finding, threshold)),
    );
  return exitCode({ summary: result.summary, failing }, flags);
}

const POSTURE = /^\uFEFF?\s*\{\s*"schema"\s*:\s*"cofferdam\.posture\//;

/** The targets as streams of lines; what standard input held, where it turned out to be something else; undefined for other targets. */
async function streamed(
  targets: readonly string[],
): Promise<AsyncIterable<readonly Line[]>[] | (() => Uint8Array) | undefined> {
  if (!targets.every((target) => target === '-' || target.endsWith('.jsonl'))) return undefined;
  const sources: AsyncIterable<readonly Line[]>[] = [];
  for (const target of targets) {
    if (target !== '-') sources.push(linesOf(fileChunks(target), target));
    else {
      const { first, rest } = await begin(process.stdin);
      if (!POSTURE.test(first.toString('utf8', 0, 200))) {
        const held: Buffer[] = [];
        for await (const chunk of rest) held.push(chunk);
        return () => Buffer.concat(held);
      }
      sources.push(linesOf(rest, target));
    }
  }
  return sources;
}

/** Opened only when its turn comes. */
async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  try {
    if (statSync(path).isDirectory()) throw new Error('it is a directory');
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) yield chunk as Buffer;
  } catch (error) {
    throw new CofferdamError(
      'unreadable',
      `\`${path}\` cannot be read: ${(error as Error).message}`,
      'check the path',
      { path },
    );
  }
}

/** The first bytes, and all of them. */
async function begin(input: AsyncIterable<Buffer>): Promise<{ first: Buffer; rest: AsyncGenerator<Buffer> }> {
  const chunks = input[Symbol.asyncIterator]();
  const first = await chunks.next();
  async function* rest(): AsyncGenerator<Buffer> {
    for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
  }
  return { first: first.done === true ? Buffer.alloc(0) : first.value, rest: rest() };
}
