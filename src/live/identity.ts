import { capabilitiesOfMask } from '../kernel/index.ts';
import {
  type CapabilitySet,
  type FactTypes,
  factOf,
  type IdMap,
  type Statement,
  Unknown,
  type Value,
} from '../posture/index.ts';
import { type Files, isMissing } from './files.ts';
import { insideOf, parseIdMap } from './id-maps.ts';
import type { Status } from './status.ts';

type Id = FactTypes['process.uid'];

/** Whose user namespace a process is in, as far as ids and maps are concerned. */
export interface UserSpace {
  readonly uidMap: Value<readonly IdMap[]>;
  readonly gidMap: Value<readonly IdMap[]>;
  /** The first user namespace: its ids are the host's. */
  readonly initial: boolean;
  /** The one of this program: ids are shown as they are inside. */
  readonly own: boolean;
}

export function readUserSpace(files: Files, pid: number, where: { initial: boolean; own: boolean }): UserSpace {
  const map = (name: string): Value<readonly IdMap[]> => {
    const text = files.text(`/proc/${pid}/${name}`);
    if (text instanceof Unknown) return isMissing(text) ? [] : text;
    return parseIdMap(text);
  };
  return { uidMap: map('uid_map'), gidMap: map('gid_map'), ...where };
}

/** Users and groups, as they are inside, with the maps that lead outside. */
export function identityStatements(pid: number, status: Status, space: UserSpace, files: Files): Statement[] {
  const inside = (map: Value<readonly IdMap[]>, id: number): Value<Id> => {
    if (space.own || space.initial) return id;
    if (map instanceof Unknown) return map;
    return insideOf(map, id) ?? 'non-root';
  };
  const uid = strongest(status.uids.slice(0, 3).map((id) => inside(space.uidMap, id)));
  const gid = inside(space.gidMap, status.gids[1] ?? -1);
  const groups = status.groups.map((id) => inside(space.gidMap, id)).filter((id) => typeof id === 'number');
  const observed = (name: string, facts: Statement['facts']): Statement => ({
    phase: 'run',
    source: { kind: 'observed', from: `/proc/${pid}/${name}` },
    facts,
  });
  return [
    observed('status: Uid, Gid, Groups', { 'process.uid': uid, 'process.gid': gid, 'process.groups': groups }),
    observed('uid_map', { 'user-namespace.uid-map': space.initial ? [] : space.uidMap }),
    observed('gid_map', { 'user-namespace.gid-map': space.initial ? [] : space.gidMap }),
    ...(space.initial ? groupNames(status, files) : []),
  ];
}

/** A process whose saved or real id is 0 becomes root by asking (setresuid(2)). */
function strongest(ids: readonly Value<Id>[]): Value<Id> {
  if (ids.includes(0)) return 0;
  return ids.find((id) => id instanceof Unknown) ?? ids[1] ?? new Unknown('the status has no Uid line');
}

/** Groups of the host that the process is in, by the names that the host gives them: what nodes and sockets are opened to. */
function groupNames(status: Status, files: Files): Statement[] {
  const held = new Set([...status.gids.slice(0, 3), ...status.groups].filter((id) => id !== 0));
  if (held.size === 0) return [];
  const text = files.text('/etc/group');
  if (text instanceof Unknown) return [];
  const names = parseGroups(text).filter((group) => held.has(group.gid));
  if (names.length === 0) return [];
  const facts = Object.assign(
    {},
    ...names.map((group) => factOf(`request.group.${group.name}`, true)),
  ) as Statement['facts'];
  return [{ phase: 'run', source: { kind: 'observed', from: '/proc/PID/status: Groups, /etc/group' }, facts }];
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** group(5) */
export function parseGroups(text: string): readonly Group[] {
  return text.split('\n').flatMap((line) => {
    const [name, , gid, members] = line.split(':');
    if (name === undefined || name === '' || !/^\d+$/.test(gid ?? '')) return [];
    return [{ name, gid: Number(gid), members: (members ?? '').split(',').filter((member) => member !== '') }];
  });
}

/**
 * The sets as the gates ask for them. `bounding` is what an execve as root can give: cap_bprm_creds_from_file(),
 * security/commoncap.c, takes inheritable and bounding. What is permitted now counts with the ambient set, for it needs no execve.
 */
export function capabilityStatements(pid: number, status: Status): Statement[] {
  const { CapInh, CapPrm, CapBnd, CapAmb } = status.capabilities;
  const statement = (set: CapabilitySet, lines: string, mask: bigint | undefined): Statement => ({
    phase: 'run',
    source: { kind: 'observed', from: `/proc/${pid}/status: ${lines}` },
    facts: setFacts(set, mask ?? new Unknown(`the status has no ${lines} line`)),
  });
  const whole = (...masks: (bigint | undefined)[]) =>
    masks.some((mask) => mask === undefined) ? undefined : masks.reduce<bigint>((all, mask) => all | (mask ?? 0n), 0n);
  return [
    statement('bounding', 'CapBnd, CapInh', whole(CapBnd, CapInh)),
    statement('inheritable', 'CapInh', CapInh),
    statement('permitted', 'CapPrm', CapPrm),
    // Kernels before 4.3 have no ambient set.
    statement('ambient', 'CapAmb, CapPrm', whole(CapAmb ?? 0n, CapPrm)),
  ];
}

function setFacts(set: CapabilitySet, mask: Value<bigint>): Statement['facts'] {
  if (mask instanceof Unknown) return factOf(`capability.${set}.*`, mask);
  const held = capabilitiesOfMask(mask).map((name) => factOf(`capability.${set}.${name}`, true));
  return Object.assign(factOf(`capability.${set}.*`, false), ...held) as Statement['facts'];
}

export function privilegeStatement(pid: number, status: Status): Statement {
  return {
    phase: 'run',
    source: { kind: 'observed', from: `/proc/${pid}/status: NoNewPrivs` },
    facts: {
      // The line came with 4.10, the flag with 3.5.
      'process.no-new-privileges':
        status.noNewPrivileges ?? new Unknown('this kernel does not tell no_new_privs (since 4.10)'),
    },
  };
}
