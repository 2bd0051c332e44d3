/**
 * Attack paths: from single weaknesses to what an attacker reaches. The states that he can hold (`states.ts`), what each vector leads
 * from and to (`steps.data.ts`), what follows from how the system is put together (`rules.data.ts`) and what each step costs
 * (`costs.data.ts`) are data; `build.ts` instantiates them on one system, and the engine of `graph` answers.
 */
import { check, type Config, openSession, type SessionOptions } from '../check/index.ts';
import { loadPast, type Past } from '../past/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { systemOf } from '../threats/derive.ts';
import { Answers, controlOf } from './answers.ts';
import { buildPaths, type Judged } from './build.ts';
import { type Changes, changesOf } from './changes.ts';
import { costsWith } from './costs.ts';
import type { PathsDocument } from './document.ts';
import { type Flaws, flawsOf } from './flaws.ts';
import type { PathGraph } from './path-graph.ts';
import { ASSET_KINDS, ENTRY_KINDS, firstOf, type NameOf, statesNamed, usualAssets, usualEntries } from './questions.ts';

export type { PathsDocument } from './document.ts';
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
  /** Past vulnerabilities, where they are loaded already. */
  readonly past?: Past;
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
  const costs = costsWith(session.config.pathCosts ?? {});
  const past = options.past ?? (await loadPast(session.config, session.today));
  const assembled: (Judged['assembled'] & {
    flaws: Flaws | undefined;
    object: Parameters<typeof systemOf>[0][number];
  })[] = [];
  const { read, checkOptions } = await openSession(targets, {
    ...session,
    past: {
      // The place at which an object is at hand with its posture, before it is judged.
      judge: (subject, one) => {
        assembled.push({ ...one, flaws: flawsOf(past, costs, subject, one), object: { ...one, subject } });
        return undefined;
      },
      problems: past.problems,
    },
  });
  const result = await check(read, checkOptions);
  const goals = new Map(checkOptions.catalogue.vectors.map(({ vector }) => [vector.id, vector.goal]));
  const system = systemOf(assembled.map(({ object }) => object));
  const objects = result.targets.map((target, i): Judged => {
    const one = assembled[i] as (typeof assembled)[number];
    return { result: target, assembled: one, flaws: one.flaws };
  });
  const paths = buildPaths({ system, objects, goalOf: (vector) => goals.get(vector), costs });
  const nameOf: NameOf = (about) => system.element(about)?.name ?? about;
  const changes = changesOf(paths, result.targets);
  const document = await answer(paths, changes, nameOf, options, session.config.declarations ?? NOTHING_DECLARED);
  const containers = system.ofKind('container').length;
  return {
    paths,
    nameOf,
    changes,
    document: {
      schema: 'cofferdam.paths/1',
      tool: result.tool,
      size: { states: paths.graph.states, steps: paths.graph.steps, containers },
      costs,
      ...document,
      errors: result.errors,
      skipped: result.skipped,
    },
  };
}

type Answered = Omit<PathsDocument, 'schema' | 'tool' | 'size' | 'costs' | 'errors' | 'skipped'>;

async function answer(
  paths: PathGraph,
  changes: Changes,
  nameOf: NameOf,
  { from, to, count, whatIf, milliseconds }: PathsOptions,
  declared: Pick<Declarations, 'assets' | 'entryPoints'>,
): Promise<Answered> {
  const entries =
    named(paths, from, nameOf, ENTRY_KINDS) ??
    declaredStates(paths, declared.entryPoints, nameOf, ENTRY_KINDS) ??
    usualEntries(paths);
  const assets = named(paths, to, nameOf, ASSET_KINDS) ?? [
    ...new Set([...(declaredStates(paths, declared.assets, nameOf, ASSET_KINDS) ?? []), ...usualAssets(paths)]),
  ];
  contradiction(paths, from, to, entries, assets);
  const answers = new Answers(paths, nameOf);
  const notes: string[] = [];
  const said = (note: string) => notes.push(note);
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

/** What the configuration declares; a name that means nothing there is its mistake, and said with its line. */
function declaredStates(
  paths: PathGraph,
  declared: Declarations['assets'],
  nameOf: NameOf,
  order: Parameters<typeof firstOf>[0],
): number[] | undefined {
  if (declared.length === 0) return undefined;
  const states = declared.flatMap(({ element, place }) => {
    try {
      return statesNamed(paths, element, nameOf, firstOf(order));
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
      throw new CofferdamError('declaration', error.message, error.hint, place);
    }
  });
  return [...new Set(states)];
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
