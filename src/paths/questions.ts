import { CofferdamError } from '../posture/index.ts';
import { nearest } from '../readers/nearest.ts';
import type { PathGraph } from './path-graph.ts';
import { labelOf, STATE_KINDS, type State, type StateKind, stateId } from './states.ts';

/** Who controls the machine, the cluster or all of their secrets has everything: what is asked for where nobody says. */
const ASSETS: ReadonlySet<StateKind> = new Set<StateKind>([
  'host-root',
  'kernel',
  'host-files',
  'cluster-admin',
  'cluster-secrets',
  'cloud-identity',
]);

/** Where attackers begin where nobody says: outside, and in each container, as if its program had been taken over. */
export function usualEntries({ states }: PathGraph): number[] {
  const numbers = [...states.keys()];
  const of = (kind: StateKind) => numbers.filter((number) => states[number]?.kind === kind);
  return [...of('outside'), ...of('code')];
}

export function usualAssets({ states }: PathGraph): number[] {
  return [...states.keys()].filter((number) => ASSETS.has((states[number] as State).kind));
}

/** Names an element, without its kind: `compose.yaml#web`, `web`. */
export type NameOf = (about: string) => string;

/**
 * States that a word of the command line means: an id (`code:container:compose.yaml#web`), a kind (`host-root`), a name of a thing
 * with or without its kind (`web`, `host-root:host`). For a thing alone, the kind is the one that `fallback` says.
 */
export function statesNamed(
  paths: PathGraph,
  word: string,
  nameOf: NameOf,
  fallback: (kinds: readonly StateKind[]) => readonly StateKind[],
): number[] {
  const exact = paths.numberOf(word);
  if (exact !== undefined) return [exact];
  const numbers = [...paths.states.keys()];
  const stateOf = (number: number) => paths.states[number] as State;
  if (word in STATE_KINDS) {
    const found = numbers.filter((number) => stateOf(number).kind === word);
    if (found.length > 0) return found;
    throw new CofferdamError('nothing-found', `the targets describe nothing for \`${word}\``, offer(paths, nameOf));
  }
  const [head = '', ...rest] = word.split(':');
  const kinded = head in STATE_KINDS;
  const name = kinded ? rest.join(':') : word;
  const about = numbers.filter((number) => isNamed(stateOf(number).about, name, nameOf));
  const kinds = kinded ? [head as StateKind] : fallback(about.map((number) => stateOf(number).kind));
  const found = about.filter((number) => kinds.includes(stateOf(number).kind));
  if (found.length > 0) return found;
  const names = [...new Set(paths.states.flatMap((state) => [stateId(state), nameOf(state.about), state.kind]))];
  const meant = nearest(word, names);
  throw new CofferdamError(
    'nothing-found',
    `\`${word}\` is nothing that the targets describe`,
    meant === undefined ? offer(paths, nameOf) : `did you mean \`${meant}\`?`,
  );
}

/** States of one element, of the first kind in the order that it has; of users the one that they have from outside. */
export function statesOf(paths: PathGraph, element: string, order: readonly StateKind[]): number[] {
  const about = element.startsWith('user:') ? '' : element;
  const numbers = [...paths.states.keys()].filter((number) => paths.states[number]?.about === about);
  const kindOf = (number: number) => (paths.states[number] as State).kind;
  const kinds: readonly StateKind[] = about === '' ? ['outside'] : firstOf(order)(numbers.map(kindOf));
  return numbers.filter((number) => kinds.includes(kindOf(number)));
}

function isNamed(about: string, name: string, nameOf: NameOf): boolean {
  if (about === '') return false;
  return about === name || about.slice(about.indexOf(':') + 1) === name || nameOf(about) === name;
}

const MOST_OFFERED = 8;

function offer({ states }: PathGraph, nameOf: NameOf): string {
  const names = [...new Set(states.filter(({ kind }) => kind === 'code').map(({ about }) => nameOf(about)))];
  const kinds = [...new Set(states.map(({ kind }) => kind))].filter((kind) => ASSETS.has(kind));
  const all = [...kinds, ...names];
  const more = all.length > MOST_OFFERED ? `, … (${all.length})` : '';
  return `there are: ${all.slice(0, MOST_OFFERED).join(', ')}${more}`;
}

/** A thing alone, as an entry: what runs there. */
export const ENTRY_KINDS: readonly StateKind[] = ['code', 'host-code', 'network', 'token', 'image', 'registry'];
/** As an asset: the most that can be had of it. */
export const ASSET_KINDS: readonly StateKind[] = [
  'host-root',
  'cluster-admin',
  'root',
  'code',
  'volume-write',
  'volume-read',
  'credential',
  'token',
  'namespace-admin',
  'image',
  'registry',
  'network',
];

/** The first of a list that is there. */
export const firstOf =
  (order: readonly StateKind[]) =>
  (kinds: readonly StateKind[]): readonly StateKind[] =>
    order.filter((kind) => kinds.includes(kind)).slice(0, 1);

export function nameOfState(paths: PathGraph, number: number, nameOf: NameOf): string {
  return labelOf(paths.states[number] as State, nameOf);
}
