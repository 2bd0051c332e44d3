/**
 * Makes of a draft a configuration that can be started, and that leaves the machine as it was: what a runtime refuses is a wasted
 * sample. Each rule says who would refuse.
 */
import { SYSCTLS } from './choices.data.ts';
import { type CapabilitySets, type Change, type Draft, type IdMap, isMapped, type Limits, SETS } from './draft.ts';
import type { Here } from './here.ts';
import { settledMounts } from './settle-mounts.ts';

export function settled(draft: Draft, here: Here): Draft {
  const rules: readonly Change[] = [
    (given) => namespacesOf(given, here),
    usersOf,
    (given) => ({ ...given, capabilities: capabilitiesOf(given.capabilities, here) }),
    (given) => ({ ...given, mounts: settledMounts(given, here) }),
    (given) => devicesOf(given, here),
    (given) => ({ ...given, sysctl: sysctlsOf(given) }),
    (given) => processOf(given, here),
    (given) => ({ ...given, limits: limitsOf(given.limits, here) }),
  ];
  return rules.reduce((made, rule) => rule(made), draft);
}

const SHIFTED: IdMap = { containerID: 0, hostID: 100_000, size: 65_536 };

function namespacesOf(draft: Draft, here: Here): Draft {
  const namespaces = [...new Set(draft.namespaces)].filter((type) => here.namespaces.includes(type));
  const user = namespaces.includes('user');
  const mapped = (map: readonly IdMap[]): readonly IdMap[] => (map.length === 0 ? [SHIFTED] : map);
  return {
    ...draft,
    namespaces,
    maps: user ? { uid: mapped(draft.maps.uid), gid: mapped(draft.maps.gid) } : { uid: [], gid: [] },
    // runc libcontainer/configs/validate `hostname`.
    hostname: namespaces.includes('uts') ? draft.hostname : undefined,
    rootfsPropagation:
      here.sharesMounts && /shared/.test(draft.rootfsPropagation ?? '') ? 'rslave' : draft.rootfsPropagation,
  };
}

/** setresuid(2) and setgroups(2) take mapped ids only (kernel/user_namespace.c `make_kuid`). */
function usersOf(draft: Draft): Draft {
  const { uid, gid, additionalGids } = draft.user;
  const { maps } = draft;
  const near = (map: readonly IdMap[], id: number): number => (isMapped(map, id) ? id : (map[0]?.containerID ?? 0));
  return {
    ...draft,
    user: {
      uid: near(maps.uid, uid),
      gid: near(maps.gid, gid),
      additionalGids: additionalGids.filter((one) => isMapped(maps.gid, one)),
    },
  };
}

/** capset(2), security/commoncap.c `cap_capset`: effective within permitted, inheritable within what is bounded. */
function capabilitiesOf(sets: CapabilitySets, here: Here): CapabilitySets {
  const within = (names: readonly string[], limit: readonly string[]): readonly string[] =>
    names.filter((name) => limit.includes(name));
  const own = Object.fromEntries(SETS.map((set) => [set, within(sets[set], here.capabilities)])) as CapabilitySets;
  return {
    ...own,
    effective: within(own.effective, own.permitted),
    inheritable: within(own.inheritable, own.bounding),
  };
}

/** In a user namespace nodes are bound, not made: those that the host has (runc libcontainer/rootfs_linux.go `createDeviceNode`). */
function devicesOf(draft: Draft, here: Here): Draft {
  if (!draft.namespaces.includes('user')) return draft;
  const there = new Set(here.devices.map(({ path }) => path));
  return { ...draft, devices: draft.devices.filter(({ path }) => there.has(path)) };
}

/** Only those of a namespace of its own (runc libcontainer/configs/validate `sysctl`), through a /proc that can be written. */
function sysctlsOf({ namespaces, mounts, sysctl, maps }: Draft): Draft['sysctl'] {
  const proc = mounts.findLast(({ destination }) => destination === '/proc');
  if (proc?.type !== 'proc' || proc.options.includes('ro') || proc.options.includes('rro')) return {};
  const child = namespaces.includes('user');
  const kept = Object.entries(sysctl).filter(([name, value]) => {
    const known = SYSCTLS.find((one) => one.name === name);
    if (known === undefined || !namespaces.includes(known.namespace)) return false;
    if (name === 'net.ipv4.ping_group_range') return value.split(' ').every((gid) => isMapped(maps.gid, Number(gid)));
    return !child || known.byChild === true;
  });
  return Object.fromEntries(kept);
}

function processOf(draft: Draft, here: Here): Draft {
  const raises = here.capabilities.includes('CAP_SYS_RESOURCE');
  const most = (type: string): number => {
    const limit = here.hardLimits[type.replace('RLIMIT_', '').toLowerCase()];
    return raises || limit === undefined ? Number.MAX_SAFE_INTEGER : limit;
  };
  const { apparmorProfile: profile, oomScoreAdj: score } = draft;
  return {
    ...draft,
    rlimits: draft.rlimits.map(({ type, soft, hard }) => ({
      type,
      soft: Math.min(soft, most(type)),
      hard: Math.min(hard, most(type)),
    })),
    // fs/proc/base.c `__set_oom_adj`: lower than it was needs CAP_SYS_RESOURCE.
    oomScoreAdj: score === undefined || raises ? score : Math.max(score, here.oomScoreAdj),
    apparmorProfile: profile !== undefined && here.apparmor.includes(profile) ? profile : undefined,
  };
}

function limitsOf({ memory, swap, noOomKiller, pids, cpu, io }: Limits, here: Here): Limits {
  const has = (controller: string): boolean => here.controllers.includes(controller);
  // memory.memsw.limit_in_bytes counts both together; memory.oom_control is of version 1 alone.
  const both = swap === undefined || memory === undefined || (swap !== -1 && swap < memory) || memory === -1;
  return {
    ...(memory !== undefined && has('memory') && { memory, ...(!both && { swap }) }),
    ...(memory !== undefined && noOomKiller === true && has('memory') && here.cgroup !== 'v2' && { noOomKiller }),
    ...(pids !== undefined && has('pids') && { pids }),
    ...(cpu !== undefined && has('cpu') && { cpu }),
    ...(io !== undefined && here.disk !== undefined && (has('blkio') || has('io')) && { io }),
  };
}
