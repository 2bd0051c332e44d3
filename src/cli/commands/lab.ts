import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { catalogueOf } from '../../check/index.ts';
import { differenceOf, PARTS, type PartName, runLab, type Study, study } from '../../lab/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { RUNTIMES, type Runtime, runtimeNamed } from '../../prove/index.ts';
import { nearest } from '../../readers/nearest.ts';
import type { Grouping } from '../../report/lab-rows.ts';
import { PROFILES } from '../../runtimes/profiles.data.ts';
import { EXIT } from '../exit.ts';
import { write } from '../output.ts';
import { progressOn } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { appearance, sessionOptions } from './check.ts';
import { wholeNumber } from './lab-agreement.ts';

export interface LabFlags {
  readonly runtimes: readonly string[];
  readonly profiles?: string;
  readonly vectors?: string;
  readonly parts?: string;
  readonly budget?: string;
  readonly seed?: string;
  /** Of virtual machines. */
  readonly kernel?: string;
  readonly resume?: string;
  readonly config?: string;
  readonly by: Grouping;
  readonly format: 'text' | 'json' | 'csv' | 'html';
  readonly output?: string;
  readonly verbose: boolean;
}

/** `lab`: the case study on this machine. */
export async function labCommand(flags: LabFlags, terminal: Terminal): Promise<number> {
  const session = sessionOptions([], flags.config === undefined ? {} : { config: flags.config });
  const progress = progressOn(terminal);
  const { vectors } = await catalogueOf(session.config);
  const ids = vectors.map(({ vector }) => vector.id);
  const result = await runLab({
    session,
    runtimes: runtimesOf(flags, session.config.runtimes),
    profiles: chosen(flags.profiles, 'profile', PROFILES, ({ name }) => name),
    ...(flags.vectors !== undefined && { only: new Set(chosen(flags.vectors, 'vector', ids, (id) => id)) }),
    parts: new Set(chosen(flags.parts, 'part', PARTS, (name) => name)),
    ...(flags.seed !== undefined && { seed: wholeNumber(flags.seed, '--seed') }),
    ...(flags.budget !== undefined && { budgetMs: milliseconds(flags.budget) }),
    ...(flags.resume !== undefined && { log: flags.resume }),
    progress: (part, done, all) => progress(done, all, UNITS[part]),
  });
  write(await rendered(result, flags, terminal), flags.output, terminal);
  return EXIT.done;
}

/** What progress counts in each part. */
const UNITS: Readonly<Record<PartName, string>> = {
  matrix: 'rows',
  ablation: 'steps of the ablation',
  leaks: 'sandboxes for leaks',
  exposure: 'sandboxes for exposure',
  neighbours: 'neighbours',
  cost: 'prices',
};

/** A name with a comma, or a command line, is given alone. */
function runtimesOf({ runtimes, kernel }: LabFlags, templates: Parameters<typeof runtimeNamed>[1]): readonly Runtime[] {
  const names = runtimes.flatMap((given) => (given.startsWith('exec:') ? [given] : named(given)));
  const wanted = names.length === 0 ? [...RUNTIMES, ...(templates ?? [])].map(({ name }) => name) : names;
  return [...new Set(wanted)].map((name) =>
    runtimeNamed(kernel !== undefined && GUESTS.has(name) ? `${name}:${kernel}` : name, templates),
  );
}

/** Those that a kernel can be chosen for. */
const GUESTS = new Set(['qemu', 'qemu-container']);

function named(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Of what there is, in its own order; all where nothing is said. */
function chosen<T>(
  list: string | undefined,
  what: string,
  all: readonly T[],
  nameOf: (one: T) => string,
): readonly T[] {
  if (list === undefined) return all;
  const names = all.map(nameOf);
  for (const name of named(list)) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const hint = meant === undefined ? `choose from ${names.slice(0, 20).join(', ')}` : `did you mean ${meant}?`;
    throw new CofferdamError('usage', `there is no ${what} \`${name}\``, hint);
  }
  const wanted = new Set(named(list));
  return all.filter((one) => wanted.has(nameOf(one)));
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

function milliseconds(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (UNIT_MS[unit] as number);
  throw new CofferdamError('usage', `--budget \`${text}\` is no time`, 'write --budget 60s');
}

async function rendered(result: Study, flags: LabFlags, terminal: Terminal): Promise<Iterable<string>> {
  switch (flags.format) {
    case 'json':
      return (await import('../../report/lab-json.ts')).renderLabJson(result);
    case 'csv':
      return (await import('../../report/lab-csv.ts')).renderLabCsv(result);
    case 'html':
      return [await (await import('../../report/lab-html.ts')).renderLabHtml(result)];
    case 'text': {
      const { renderLab } = await import('../../report/lab-text.ts');
      return [renderLab(result, { ...appearance(flags, terminal), verbose: flags.verbose, by: flags.by })];
    }
  }
}

export interface LabDiffFlags {
  readonly format: 'text' | 'json';
  readonly output?: string;
  readonly verbose: boolean;
}

/** `lab diff BEFORE AFTER`: two runs beside each other. */
export async function labDiffCommand(
  before: string,
  after: string,
  flags: LabDiffFlags,
  terminal: Terminal,
): Promise<number> {
  const difference = differenceOf(studyAt(before), studyAt(after));
  if (flags.format === 'json') {
    const text = JSON.stringify({ schema: 'cofferdam.lab-difference/1', ...difference }, null, 2);
    write([`${text}\n`], flags.output, terminal);
    return EXIT.done;
  }
  const { renderLabDiff } = await import('../../report/lab-diff.ts');
  write(
    [renderLabDiff(difference, { ...appearance(flags, terminal), verbose: flags.verbose })],
    flags.output,
    terminal,
  );
  return EXIT.done;
}

/** @throws CofferdamError where the file is not a whole result of this version. */
function studyAt(path: string): Study {
  const value = parsed(path, textOf(path));
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== 1) {
    const why = `a lab result of version ${version}, and this is version 1`;
    throw unusable(path, why, 'run the cofferdam that wrote it, or the lab again');
  }
  const found = study.safeParse(value);
  if (found.success) return found.data;
  throw unusable(
    path,
    `no lab result: ${firstIssue(found.error)}`,
    'write one: cofferdam lab --format json --output FILE',
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CofferdamError('unreadable', `cannot be read: ${(error as Error).message}`, 'check the path', { path });
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const cut = /end of JSON|Unterminated/.test((error as Error).message);
    throw unusable(path, cut ? 'cut off before its end' : 'no JSON', 'write it again: cofferdam lab --format json');
  }
}

function unusable(path: string, why: string, hint: string): CofferdamError {
  return new CofferdamError('lab-result', `it is ${why}`, hint, { path });
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue?.path.join('.') ?? '';
  return place === '' ? (issue?.message ?? '') : `${place}: ${issue?.message ?? ''}`;
}
