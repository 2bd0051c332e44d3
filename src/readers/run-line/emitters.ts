import type { FlagUse, OpenUse } from './arguments.ts';
import { type Emission, unknownParts } from './emission.ts';
import { LIMIT_EMITTERS } from './emit-limits.ts';
import { MOUNT_EMITTERS } from './emit-mounts.ts';
import { NETWORK_EMITTERS } from './emit-network.ts';
import { PRIVILEGE_EMITTERS } from './emit-privilege.ts';
import { PROCESS_EMITTERS } from './emit-process.ts';
import { type FlagTable, statedKeys } from './flags.ts';
import { isKnown } from './words.ts';

type Emitter = (use: FlagUse, out: Emission) => void;
export type Emitters = Readonly<Record<string, Emitter>>;

export const EMITTERS: Emitters = {
  ...PRIVILEGE_EMITTERS,
  ...NETWORK_EMITTERS,
  ...MOUNT_EMITTERS,
  ...LIMIT_EMITTERS,
  ...PROCESS_EMITTERS,
};

/** These tell the known parts of a value from the unknown ones themselves; for the others one unknown part makes all unknown. */
const READS_PARTS = new Set([
  'security-option',
  'volume',
  'mount',
  'tmpfs',
  'device',
  'secret',
  'publish',
  'add-host',
  'env',
  'sysctl',
  'ulimit',
  'log-option',
  'entrypoint',
]);

/** States what one flag says. A value that the engine splits at commas is as many flags. */
export function emitFlag(use: FlagUse, out: Emission): void {
  const { emit: name, splitBy } = use.flag;
  const emit = name === undefined ? undefined : EMITTERS[name];
  if (name === undefined || emit === undefined) return;
  const values = splitBy.includes(out.engine) ? use.value.split(',') : [use.value];
  for (const value of values) {
    const one = values.length === 1 ? use : { ...use, value };
    if (isKnown(value) || READS_PARTS.has(name)) emit(one, out);
    else out.unknown(one, unknownParts(one));
  }
}

/** Each makes some hundred facts unknown; more of them say nothing new. */
const MOST_OPEN = 20;

/** A place where any flag of the table, or the one that was probably meant, may stand. */
export function emitOpen(use: OpenUse, table: FlagTable, out: Emission): void {
  const count = out.keep('open', out.kept('open', 0) + 1);
  if (use.harmless || count > MOST_OPEN) return;
  const flags = use.nearest?.emit === undefined ? table.flags : [use.nearest];
  out.open(use, [...new Set(flags.flatMap(statedKeys))]);
}
