import type { Effect } from '../kernel/index.ts';
import type { Argument, Circumstances, Descriptor, Test } from './guard-arguments.ts';

/** Namespaces whose making the guard follows, by their flags of clone(2). */
export const NAMESPACE = {
  time: 0x80,
  mount: 0x20000,
  cgroup: 0x2000000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  pid: 0x20000000,
  network: 0x40000000,
} as const;
export type Namespace = keyof typeof NAMESPACE;
export const NAMESPACE_FLAGS = Object.values(NAMESPACE).reduce((all, flag) => all | flag, 0);

/** `mount`: one that nothing propagates from, `new-mount`: one that still may share its mounts with another. */
export type Within = Namespace | 'new-mount';

/** One way in which a call is harmless. A call is let through where one of its rules holds and its effect is declared. */
export interface Rule {
  readonly effect: Effect;
  /** Tests by position of the argument; all must hold. What is not tested may be anything. */
  readonly when?: Readonly<Record<number, Test>>;
  /** Namespaces that the process itself must have made. */
  readonly within?: readonly Within[];
  /** What a descriptor that comes of it stands for. */
  readonly gives?: Descriptor | ((args: readonly Argument[], circumstances: Circumstances) => Descriptor | undefined);
  /** Why it cannot succeed, with the kernel's function. */
  readonly why?: string;
}

/** The same with its tests in a list: they are gone through for each call. */
interface PreparedRule extends Rule {
  readonly tests: readonly { readonly at: number; readonly test: Test }[];
}

export type RuleTable = ReadonlyMap<string, readonly PreparedRule[]>;

type Entry = readonly [names: string, ...rules: readonly Rule[]];

export function tableOf(entries: readonly Entry[]): RuleTable {
  const table = new Map<string, PreparedRule[]>();
  for (const [names, ...rules] of entries) {
    const prepared = rules.map((rule) => ({ ...rule, tests: testsOf(rule) }));
    for (const name of names.trim().split(/\s+/)) table.set(name, [...(table.get(name) ?? []), ...prepared]);
  }
  return table;
}

function testsOf({ when = {} }: Rule): PreparedRule['tests'] {
  return Object.entries(when).map(([at, test]) => ({ at: Number(at), test }));
}

type When = Rule['when'];
type Rest = Omit<Rule, 'effect' | 'when' | 'why'>;
const rule =
  (effect: Effect) =>
  (when?: When, rest: Rest = {}): Rule => ({ effect, ...(when !== undefined && { when }), ...rest });

export const looks = rule('looks');
export const opensForWriting = rule('opens-for-writing');
export const changesItself = rule('changes-itself');
export const makesNamespaces = rule('makes-namespaces');
export const mounts = (when?: When, rest: Rest = {}): Rule =>
  rule('mounts-in-own-namespace')(when, { within: ['mount'], ...rest });
export const makesObjects = rule('makes-objects');
export const connects = rule('connects');
export const handlesChildren = rule('handles-own-children');
export const makesOwnFiles = rule('makes-own-files');
/** `why`: the error that its arguments themselves call for, and where the kernel gives it. */
export const cannotSucceed = (when: When, why: string): Rule => ({
  effect: 'cannot-succeed',
  why,
  ...(when !== undefined && { when }),
});
