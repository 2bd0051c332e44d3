import { CAPABILITIES, type Capability } from '../kernel/capabilities.ts';
import type { CapabilitySet, Rlimit } from './keys.ts';
import type { OciValue, Taking } from './oci-export.ts';
import { Unknown } from './posture.ts';

/** The `process` section. */
export function processSection(taking: Taking, groupId: GroupId | undefined): OciValue {
  const uid = idOf(taking, 'process.uid');
  const gid = idOf(taking, 'process.gid');
  const groups = groupsOf(taking, groupId);
  const variables = taking.members<string>('env.').map(([name, value]) => `${name}=${value}`);
  const limits = taking.members<Rlimit>('rlimit.');
  return {
    terminal: taking.ifStated('process.terminal'),
    user: { uid, gid, additionalGids: groups.length > 0 ? groups : undefined },
    args: taking.take('process.argv'),
    env: variables,
    cwd: taking.ifStated('process.cwd') ?? '/',
    capabilities: capabilities(taking, uid ?? 0),
    rlimits: limits.length === 0 ? undefined : limits.map(rlimit),
    noNewPrivileges: taking.take('process.no-new-privileges'),
    apparmorProfile: apparmor(taking),
    selinuxLabel: selinux(taking),
    oomScoreAdj: taking.ifStated('process.oom-score-adj'),
  };
}

function idOf(taking: Taking, key: 'process.uid' | 'process.gid'): number | undefined {
  const value = taking.take(key);
  if (value !== 'non-root') return value;
  taking.note(key, 'it is not 0, but which it is is not known: a configuration without it starts as 0');
  return undefined;
}

/** The number of a group that is asked for by name. */
export type GroupId = (name: string) => number | undefined;

/** Engines look names up in /etc/group of the image. */
function groupsOf(taking: Taking, groupId: GroupId | undefined): readonly number[] {
  const groups = new Set(taking.ifStated('process.groups'));
  for (const [name] of taking.members<true>('request.group.')) {
    const id = /^\d+$/.test(name) ? Number(name) : groupId?.(name);
    if (id !== undefined) groups.add(id);
    else taking.note(`request.group.${name}`, 'its number is written in /etc/group of the image');
  }
  return [...groups];
}

/** RLIM_INFINITY is 2^64 - 1. */
const INFINITY = 18446744073709551615n;

function rlimit([name, value]: readonly [string, Rlimit]): OciValue {
  const number = (limit: number | 'unlimited') => (limit === 'unlimited' ? INFINITY : limit);
  return { type: `RLIMIT_${name.toUpperCase()}`, soft: number(value.soft), hard: number(value.hard) };
}

/**
 * The five sets as engines write them (moby daemon/pkg/oci/oci.go `SetCapabilities`): for uid 0 permitted and effective are the
 * bounding set; any other uid keeps only what is ambient over its execve(2), which the kernel wants permitted and inheritable.
 */
function capabilities(taking: Taking, uid: number): OciValue {
  const bounding = held(taking, 'bounding');
  const ambient = held(taking, 'ambient');
  const inheritable = new Set([...held(taking, 'inheritable'), ...ambient]);
  const stated = taking.posture.get('capability.permitted.*') !== undefined;
  const asRoot = stated ? held(taking, 'permitted') : bounding;
  const permitted = uid === 0 ? new Set([...asRoot, ...ambient]) : ambient;
  const names = (set: ReadonlySet<Capability>) => CAPABILITIES.filter((name) => set.has(name)).map((n) => `CAP_${n}`);
  return {
    bounding: names(bounding),
    effective: names(permitted),
    permitted: names(permitted),
    inheritable: names(inheritable),
    ambient: names(ambient),
  };
}

function held(taking: Taking, set: CapabilitySet): ReadonlySet<Capability> {
  const found = new Set<Capability>();
  const unknown: { readonly name: Capability; readonly why: string }[] = [];
  for (const name of CAPABILITIES) {
    const value = taking.posture.get(`capability.${set}.${name}`)?.value;
    if (value === true) found.add(name);
    else if (value === undefined) unknown.push({ name, why: 'nothing states it' });
    else if (value instanceof Unknown) unknown.push({ name, why: value.why });
  }
  const whys = new Set(unknown.map(({ why }) => why));
  if (unknown.length === CAPABILITIES.length && whys.size === 1) taking.note(`capability.${set}.*`, [...whys].join());
  else for (const { name, why } of unknown) taking.note(`capability.${set}.${name}`, why);
  return found;
}

/** Runtimes refuse to start with a profile where the kernel has no AppArmor, so engines write none there. */
function apparmor(taking: Taking): string | undefined {
  const profile = taking.take('lsm.apparmor');
  if (profile === undefined || profile === 'unconfined') return undefined;
  if (!missing(taking, 'apparmor')) return profile;
  taking.note('lsm.apparmor', `the host has no AppArmor to load \`${profile}\` into`);
  return undefined;
}

/** Likewise; and a part of a label is no label: engines draw its level when they start the container. */
function selinux(taking: Taking): string | undefined {
  const { user, role, type, level } = taking.ifStated('lsm.selinux') ?? {};
  const parts = [user, role, type, level].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  if (missing(taking, 'selinux')) {
    taking.note('lsm.selinux', `the host has no SELinux to hold \`${parts.join(':')}\``);
    return undefined;
  }
  if (user !== undefined && role !== undefined && type !== undefined) return parts.join(':');
  taking.note('lsm.selinux', `only \`${parts.join(':')}\` of the label is known`);
  return undefined;
}

function missing(taking: Taking, module: string): boolean {
  const active = taking.posture.known('host.lsm');
  return active !== undefined && !active.includes(module);
}
