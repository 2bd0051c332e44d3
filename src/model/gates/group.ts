import type { Change, Fact, IdMap, Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, type Outcome, passes, unknown } from './kind.ts';

export interface HostGroupParams {
  /**
   * Names of groups of the host. `root` is 0 everywhere; of the others only the host says which number they have. Absent: a group
   * of which no distribution's rules speak.
   */
  readonly names?: readonly string[];
}

/** A group that the process is in, by its number inside and outside. */
interface Member {
  readonly inside: number;
  readonly outside: number;
  readonly fact: Fact<unknown>;
  /** A first group comes from the image, where numbers from 1000 on are its own users'. */
  readonly ofImage: boolean;
}

/** A process is in one of the host's groups: its first group or a supplementary one, by the number that they have outside. */
export const hostGroup: GateKind<HostGroupParams> = {
  mechanism: () => 'dac',
  models:
    'in_group_p(), kernel/groups.c: fsgid and the supplementary groups, as make_kgid(), kernel/user_namespace.c (3.8), has them outside',
  describe: ({ names }) =>
    names === undefined
      ? 'is in the group that the host lets in'
      : `is in a group with the number of ${names.join(' or ')} on the host`,
  evaluate(p, posture) {
    const { members, open, mapped } = membersOf(posture);
    const root = p.names?.includes('root') ? members.find(({ outside }) => outside === 0) : undefined;
    if (root !== undefined) return passes('it is in group 0 of the host', root.fact);
    const others = p.names === undefined ? members : members.filter(({ outside }) => outside !== 0);
    if (open === undefined && others.length === 0) return noneOutside(members, mapped);
    const found = byNumber(p, posture, others);
    return found.result === 'passes' || open === undefined ? found : unknown(whyOpen(open), [open.key], open);
  },
  close(_, posture) {
    const changes = membersOf(posture).members.flatMap(({ fact }): Change[] => {
      const change = withdrawable(posture, fact.key as never);
      return change === undefined ? [] : [change];
    });
    return changes.length === 0
      ? []
      : [[...new Map(changes.map((change) => [JSON.stringify(change), change])).values()]];
  },
};

function whyOpen({ key, value }: Fact<unknown>): string {
  return value instanceof Unknown ? value.why : `which it is decides who it is outside (${key})`;
}

function noneOutside(members: readonly Member[], mapped: Fact<unknown> | undefined): Outcome {
  const [first] = members;
  if (mapped !== undefined) return closed('none of its groups is one of those on the host', mapped, 'namespace-user');
  return closed(first === undefined ? 'nothing states a group' : 'its only group is 0', first?.fact);
}

/** What numbers the host gives to its groups is told by itself, or by whoever describes it. */
function byNumber({ names }: HostGroupParams, posture: Posture, members: readonly Member[]): Outcome {
  const table = posture.get('host.fact.groups');
  if (names !== undefined && table !== undefined && Array.isArray(table.value)) {
    const numbers = new Set(
      table.value
        .map((line) => String(line).split(':'))
        .flatMap(([name = '', gid]) => (names.includes(name) ? [Number(gid)] : [])),
    );
    const found = members.find(({ outside }) => numbers.has(outside));
    if (found === undefined) return closed('none of its groups is one of those on the host', table);
    return passes(`group ${found.outside} of the host is one of ${names.join(', ')}`, found.fact);
  }
  const likely = members.find(({ inside, ofImage }) => !ofImage || inside < FIRST_OF_USERS);
  if (likely === undefined) return closed(`its group is no group of the system`, members[0]?.fact);
  const stated = posture.get('host.fact.gid-matches');
  if (stated?.value === true) return passes(`${likely.outside} is such a group on the host`, likely.fact);
  if (stated?.value === false) return closed(`${likely.outside} is no such group on the host`, stated);
  const settling = [...(names === undefined ? [] : ['host.fact.groups']), 'host.fact.gid-matches'];
  return unknown(`the host is not described (${settling[0]})`, settling, likely.fact);
}

/** GID_MIN of login.defs(5): from here on groups are those of users. */
const FIRST_OF_USERS = 1000;

interface Membership {
  readonly members: readonly Member[];
  /** A fact of a group that is not known. */
  readonly open?: Fact<unknown>;
  /** What took groups away. */
  readonly mapped?: Fact<unknown>;
}

function membersOf(posture: Posture): Membership {
  const stated = statedGroups(posture);
  const space = outsideOf(posture);
  const open = stated.find(({ fact }) => fact.value instanceof Unknown || fact.value === 'non-root')?.fact;
  const members = stated.flatMap(({ fact, numbers, ofImage }) =>
    numbers.flatMap((inside): Member[] => {
      const outside = space.translate(inside);
      return outside === undefined ? [] : [{ inside, outside, fact, ofImage }];
    }),
  );
  if (space.open !== undefined) return { members, open: space.open };
  return { members, ...(open && !space.nothing && { open }), ...(space.fact && { mapped: space.fact }) };
}

interface Stated {
  readonly fact: Fact<unknown>;
  readonly numbers: readonly number[];
  readonly ofImage: boolean;
}

function statedGroups(posture: Posture): readonly Stated[] {
  const [first, more] = [posture.get('process.gid'), posture.get('process.groups')];
  const asked = [...posture.family<unknown>('request.group.')].filter(([name]) => /^\d+$/.test(name));
  return [
    ...(first === undefined ? [] : [{ fact: first, numbers: numbersIn([first.value]), ofImage: true }]),
    ...(more === undefined ? [] : [{ fact: more, numbers: numbersIn(more.value), ofImage: false }]),
    ...asked.map(([name, fact]) => ({ fact, numbers: [Number(name)], ofImage: false })),
  ];
}

function numbersIn(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'number') : [];
}

interface Outside {
  readonly translate: (inside: number) => number | undefined;
  /** No group of the host is reached, whichever it is. */
  readonly nothing?: true;
  readonly fact?: Fact<unknown>;
  readonly open?: Fact<unknown>;
}

const SAME: Outside = { translate: (inside) => inside };

function outsideOf(posture: Posture): Outside {
  const rootless = posture.get('engine.rootless');
  if (rootless?.value === true) return { translate: () => undefined, nothing: true, fact: rootless };
  // Volumes of a pod with a user namespace are mounted with mapped ids: on them, ids inside are ids of the host.
  if (posture.get('kubernetes.kind') !== undefined) return SAME;
  const mode = posture.get('namespace.user');
  if (mode === undefined || mode.value === 'host') return SAME;
  if (mode.value instanceof Unknown) return { ...SAME, open: mode };
  const map = posture.get('user-namespace.gid-map');
  // Every engine maps groups of a private user namespace to subordinate ids; only an explicit map says otherwise.
  if (map === undefined) return { translate: () => undefined, nothing: true, fact: mode };
  if (map.value instanceof Unknown) return { translate: () => undefined, open: map };
  const ranges: readonly IdMap[] = map.value;
  return {
    fact: map,
    translate: (inside) => {
      const range = ranges.find((one) => inside >= one.inside && inside < one.inside + one.size);
      return range === undefined ? undefined : range.outside + inside - range.inside;
    },
  };
}
