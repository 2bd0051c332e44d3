import { ATTR_OF_FLAG, FLAGS, PROPAGATION, RECURSIVE, UNPERFORMED_OPTIONS } from './mount-options.data.ts';

/** What the options of one mount come to. */
export interface MountOptions {
  readonly flags: number;
  /** Flags that are asked to be off. */
  readonly cleared: number;
  /** Changes of propagation, each one call. */
  readonly propagation: readonly number[];
  readonly recursive: { readonly set: number; readonly clear: number } | undefined;
  /** Options of the file system itself. */
  readonly data: readonly string[];
  readonly unperformed: readonly string[];
}

export function parseMountOptions(options: readonly string[]): MountOptions {
  let [flags, cleared] = [0, 0];
  const propagation: number[] = [];
  const data: string[] = [];
  const unperformed: string[] = [];
  let recursive: { set: number; clear: number } | undefined;
  for (const option of options) {
    const flag = own(FLAGS, option);
    const rec = own(RECURSIVE, option);
    const change = own(PROPAGATION, option);
    if (flag !== undefined) {
      flags = flag.clear ? flags & ~flag.flag : flags | flag.flag;
      cleared = flag.clear ? cleared | flag.flag : cleared & ~flag.flag;
    } else if (change !== undefined) propagation.push(change);
    else if (rec !== undefined) {
      const before = recursive ?? { set: 0, clear: 0 };
      recursive = { set: (before.set & ~rec.clear) | rec.set, clear: before.clear | rec.clear };
    } else if (UNPERFORMED_OPTIONS.has(option)) unperformed.push(option);
    else data.push(option);
  }
  return { flags, cleared, propagation, recursive, data, unperformed };
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The same flags in the words of mount_setattr(2). */
export function attributesOf(flags: number): number {
  return ATTR_OF_FLAG.reduce(
    (attributes, [flag, attribute]) => (flags & flag ? attributes | attribute : attributes),
    0,
  );
}
