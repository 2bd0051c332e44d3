/**
 * Attack paths: from single weaknesses to what an attacker reaches. The states that he can hold (`states.ts`), what each vector leads
 * from and to (`steps.data.ts`), what follows from how the system is put together (`rules.data.ts`) and what each step costs
 * (`costs.data.ts`) are data; `build.ts` instantiates them on one system, and the engine of `graph` answers.
 */
import type { Config, SessionOptions } from '../check/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { elementNamed } from '../threats/declared.ts';
import { systemOf } from '../threats/index.ts';
import { Answers, controlOf } from './answers.ts';
import { buildPaths } from './build.ts';
import { type Changes, changesOf } from './changes.ts';
import type { PathsDocument } from './document.ts';
import { type JudgedRun, judgeRun } from './judge.ts';
import type { PathGraph } from './path-graph.ts';
import {
  ASSET_KINDS,
  ENTRY_KINDS,
  firstOf,
  type NameOf,
  statesNamed,
  statesOf,
  usualAssets,
  usualEntries,
} from './questions.ts';

export { isConfigured, type PathGraph } from './path-graph.ts';
export { labelOf, stateId } from './states.ts';

type Declarations = NonNullable<Config['declarations']>;

const NOTHING_DECLARED = { assets: [], entryPoints: [] };

export interface PathsOptions {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** How many ways of each pair. */
  readonly count: number;
  readonly whatIf: readonly string[];
  /** For the search of controls. */
  readonly milliseconds?: number;
}

export interface PathsAnswer {
  readonly document: PathsDocument;
  readonly paths: PathGraph;
  readonly nameOf: NameOf;
  readonly changes: Changes;
}

export async function pathsOf(
  targets: readonly string[],
  session: SessionOptions,
  options: PathsOptions,
): Promise<PathsAnswer> {
  return answerOn(await judgeRun(targets, session), options, session.config.declarations);
}

/** The same on what has been judged already. */
export async function answerOn(
  { objects, goalOf, costs, result }: JudgedRun,
  options: PathsOptions,
  declared: Pick<Declarations, 'assets' | 'entryPoints'> = NOTHING_DECLARED,
): Promise<PathsAnswer> {
  const system = systemOf(objects.map(({ object }) => object));
  const paths = buildPaths({ system, objects, goalOf, costs });
  const nameOf: NameOf = (about) => system.element(about)?.name ?? about;
  const changes = changesOf(
    paths,
    objects.map((object) => object.result),
  );
  const resolved = (all: Declarations['assets']): DeclaredElement[] =>
    all.map(({ name, element, place }) => ({ name, id: elementNamed(element, system, place).id }));
  const ends = { assets: resolved(declared.assets), entryPoints: resolved(declared.entryPoints) };
  const document = await answer(paths, changes, nameOf, options, ends);
  const containers = system.ofKind('container').length;
  const size = { states: paths.graph.states, steps: paths.graph.steps, containers };
  const { tool, errors, skipped } = result;
  return {
    paths,
    nameOf,
    changes,
    document: { schema: 'cofferdam.paths/1', tool, size, costs, ...document, errors, skipped },
  };
}

/** A declaration with the element that it means. */
interface DeclaredElement {
  readonly name: string;
  readonly id: string;
}

type Answered = Omit<PathsDocument, 'schema' | 'tool' | 'size' | 'costs' | 'errors' | 'skipped'>;

async function answer(
  paths: PathGraph,
  changes: Changes,
  nameOf: NameOf,
  { from, to, count, whatIf, milliseconds }: PathsOptions,
  declared: { readonly assets: readonly DeclaredElement[]; readonly entryPoints: readonly DeclaredElement[] },
): Promise<Answered> {
  const notes: string[] = [];
  const said = (note: string) => notes.push(note);
  const entries =
    named(paths, from, nameOf, ENTRY_KINDS) ??
    declaredStates(paths, declared.entryPoints, ENTRY_KINDS, said) ??
    usualEntries(paths);
  const assets = named(paths, to, nameOf, ASSET_KINDS) ?? [
    ...new Set([...(declaredStates(paths, declared.assets, ASSET_KINDS, said) ?? []), ...usualAssets(paths)]),
  ];
  contradiction(paths, from, to, entries, assets);
  const answers = new Answers(paths, nameOf);
  const chosen = from.length > 0 && to.length > 0;
  const told = chosen
    ? answers.paths(entries, assets, count, said)
    : usualStories(answers, paths, entries, assets).flatMap(({ entry, asset }) =>
        answers.paths([entry], [asset], count, said),
      );
  const reach = answers.reach(entries, assets);
  const limits = milliseconds === undefined ? {} : { milliseconds };
  const made = whatIf.map((word) => changeNamed(changes, word));
  return {
    entries: entries.map((entry) => answers.named(entry)),
    assets: assets.map((asset) => answers.named(asset)),
    reach: reach.rows,
    reachLeftOut: reach.leftOut,
    paths: told,
    chokePoints: answers.chokePoints(begin(paths, entries), assets),
    controls: assets.length === 0 ? null : await answers.controls(entries, assets, changes, limits),
    whatIf: made.length === 0 ? null : answers.whatIf(entries, assets, changes, made),
    notes,
  };
}

/** Who comes from outside, where somebody can; else all. */
function begin({ states }: PathGraph, entries: readonly number[]): readonly number[] {
  const outside = entries.filter((entry) => states[entry]?.kind === 'outside');
  return outside.length > 0 ? outside : entries;
}

/** From outside first; then from any entry to what cannot be had from outside. */
function usualStories(
  answers: Answers,
  paths: PathGraph,
  entries: readonly number[],
  assets: readonly number[],
): readonly { readonly entry: number; readonly asset: number }[] {
  const first = begin(paths, entries);
  if (first.length === entries.length) return answers.stories(entries, assets);
  const reached = answers.configured(first, assets);
  return [
    ...answers.stories(first, reached),
    ...answers.stories(
      entries,
      assets.filter((asset) => !reached.includes(asset)),
    ),
  ];
}

function named(
  paths: PathGraph,
  words: readonly string[],
  nameOf: NameOf,
  order: Parameters<typeof firstOf>[0],
): number[] | undefined {
  if (words.length === 0) return undefined;
  return [...new Set(words.flatMap((word) => statesNamed(paths, word, nameOf, firstOf(order))))];
}

/** What the configuration declares; undefined where it declares nothing. What no path can begin or end at is said. */
function declaredStates(
  paths: PathGraph,
  declared: readonly DeclaredElement[],
  order: Parameters<typeof firstOf>[0],
  said: (note: string) => void,
): number[] | undefined {
  if (declared.length === 0) return undefined;
  return declared.flatMap(({ name, id }) => {
    const states = statesOf(paths, id, order);
    if (states.length === 0) said(`\`${name}\` is declared, and no way begins or ends at such a thing (${id})`);
    return states;
  });
}

/** An entry that is the asset as well: whoever begins there has it. */
function contradiction(
  paths: PathGraph,
  from: readonly string[],
  to: readonly string[],
  entries: readonly number[],
  assets: readonly number[],
): void {
  if (from.length === 0 || to.length === 0 || !assets.every((asset) => entries.includes(asset))) return;
  const [state] = assets.map((asset) => paths.states[asset]);
  throw new CofferdamError(
    'usage',
    `what is to be reached is where the attacker begins: ${state?.kind}:${state?.about}`,
    'name another --from or another --to',
  );
}

/** `C3`, the whole text of a change, or a part that only one has. */
function changeNamed(changes: Changes, word: string): number {
  const number = /^C(\d+)$/i.exec(word)?.[1];
  if (number !== undefined && changes.all[Number(number) - 1] !== undefined) return Number(number) - 1;
  const whole = changes.all.filter(({ text }) => text === word);
  const found = whole.length > 0 ? whole : changes.all.filter(({ text }) => text.includes(word));
  if (found.length === 1) return (found[0] as Changes['all'][number]).number;
  const [few, more] = [found.slice(0, 5), found.length - 5];
  if (few.length > 0)
    throw new CofferdamError(
      'usage',
      `--what-if \`${word}\` may mean ${found.length} changes`,
      `name one: ${few.map(({ number: one, targets }) => `${controlOf(changes, one).id} (${targets[0]})`).join(', ')}${more > 0 ? `, … and ${more} more` : ''}`,
    );
  throw new CofferdamError(
    'nothing-found',
    `--what-if \`${word}\`: no fix of these targets makes such a change`,
    '`cofferdam check` shows the fixes; name one by its words',
  );
}
