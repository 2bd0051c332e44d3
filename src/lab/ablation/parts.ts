import type { Draft, DraftMount } from '../agreement/draft.ts';

/** A part of a configuration that stands for a mechanism: a whole field, one namespace, or something of the mounts. */
export type Part =
  | Exclude<keyof Draft, 'namespaces' | 'mounts' | 'maps' | 'sysctl' | 'hostname'>
  | { readonly namespace: string }
  /** `which`: what is mounted at all. `options`: how, of what both have. */
  | { readonly mounts: 'which' | 'options' };

/** A draft with some parts of another. Its settings, name and maps are those of its namespaces, and go where these go. */
export function withPartsOf(draft: Draft, other: Draft, parts: readonly Part[]): Draft {
  return parts.reduce((made, part) => withPartOf(made, other, part), draft);
}

function withPartOf(draft: Draft, other: Draft, part: Part): Draft {
  if (typeof part === 'string') return { ...draft, [part]: other[part] };
  if ('namespace' in part) return { ...draft, namespaces: namespacesOf(draft, other, part.namespace) };
  const from = part.mounts === 'which' ? chosen(draft.mounts, other.mounts) : reoptioned(draft.mounts, other.mounts);
  return { ...draft, mounts: from };
}

/** In one order, so that what was taken and given back is as before. */
function namespacesOf(draft: Draft, other: Draft, namespace: string): readonly string[] {
  const rest = draft.namespaces.filter((type) => type !== namespace);
  return (other.namespaces.includes(namespace) ? [...rest, namespace] : rest).sort();
}

/** The mounts of the other; of those that both have, as they are here. */
function chosen(here: readonly DraftMount[], other: readonly DraftMount[]): readonly DraftMount[] {
  return other.map((mount) => here.find(({ destination }) => destination === mount.destination) ?? mount);
}

function reoptioned(here: readonly DraftMount[], other: readonly DraftMount[]): readonly DraftMount[] {
  return here.map((mount) => {
    const same = other.find(({ destination }) => destination === mount.destination);
    return same === undefined ? mount : { ...mount, options: same.options };
  });
}
