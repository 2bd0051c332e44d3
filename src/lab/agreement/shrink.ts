import type { OciConfig } from '../../runtimes/index.ts';

type Json = OciConfig[string];

/**
 * The smallest configuration that still has a property: parts are taken away, large ones first, for as long as it stays. What comes out
 * is minimal in the sense that no single part of it can go. `most`: how often the property is asked, which starts a sandbox.
 */
export async function shrink(
  config: OciConfig,
  holds: (smaller: OciConfig) => Promise<boolean>,
  most: number,
): Promise<OciConfig> {
  let smallest = config;
  let asked = 0;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (let skip = 0; asked < most; ) {
      const candidate = nth(reductions(smallest), skip);
      if (candidate === undefined) break;
      asked++;
      if (await holds(candidate as OciConfig)) {
        // What lay before it did not go, and is asked again in the next round only.
        smallest = candidate as OciConfig;
        shrunk = true;
      } else skip++;
    }
  }
  return smallest;
}

function nth<T>(items: Iterable<T>, n: number): T | undefined {
  let i = 0;
  for (const item of items) if (i++ === n) return item;
  return undefined;
}

/** Every value with one part less, from the outermost in. */
function* reductions(value: Json): Generator<Json> {
  if (Array.isArray(value)) yield* withoutItems(value);
  else if (typeof value === 'object' && value !== null)
    yield* withoutMembers(value as { readonly [key: string]: Json });
}

function* withoutMembers(object: { readonly [key: string]: Json }): Generator<Json> {
  for (const key of Object.keys(object)) {
    const { [key]: _, ...rest } = object;
    yield rest;
  }
  for (const [key, member] of Object.entries(object)) {
    for (const smaller of reductions(member)) yield { ...object, [key]: smaller };
  }
}

/** Runs of halves, quarters, … down to single items, as in delta debugging. */
function* withoutItems(items: readonly Json[]): Generator<Json> {
  for (let size = items.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < items.length; at += size) {
      yield [...items.slice(0, at), ...items.slice(at + size)] as Json;
    }
  }
  for (const [i, item] of items.entries()) {
    for (const smaller of reductions(item)) yield items.with(i, smaller) as Json;
  }
}
