import type { IdMap } from '../posture/index.ts';

/** /proc/PID/uid_map and gid_map. */
export function parseIdMap(text: string): readonly IdMap[] {
  return text.split('\n').flatMap((line) => {
    const [inside, outside, size] = line.trim().split(/\s+/).map(Number);
    return size === undefined || Number.isNaN(size) || inside === undefined || outside === undefined
      ? []
      : [{ inside, outside, size }];
  });
}

/** The id inside for one outside; undefined where the map does not have it: it is shown as the overflow id then, never as 0. */
export function insideOf(map: readonly IdMap[], outside: number): number | undefined {
  for (const range of map)
    if (outside >= range.outside && outside < range.outside + range.size) return range.inside + outside - range.outside;
  return undefined;
}
