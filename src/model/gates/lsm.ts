import { compareKernelVersions, parseKernelVersion } from '../../kernel/index.ts';
import type { Posture } from '../../posture/index.ts';
import { compareReleases, Unknown } from '../../posture/index.ts';
import { regex, withdrawable } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';
import { APPARMOR_PROFILES, type LsmProfile, REFUSED_EARLIER } from './lsm.data.ts';

export interface LsmParams {
  /** `detached-mount`: fsopen and fsmount, whose result is used through its descriptor without being attached. */
  readonly operation: 'mount' | 'move-mount' | 'detached-mount' | 'ptrace-outside' | 'write' | 'read' | 'socket';
  /** For write and read: the path as seen inside. */
  readonly path?: string;
  /** For socket: the address family, as AppArmor names it. */
  readonly family?: string;
}

/** No mandatory access control profile refuses the operation. */
export const lsm: GateKind<LsmParams> = {
  mechanism: () => 'lsm',
  models:
    'security_sb_mount(), security_move_mount(), security_file_open(), security_ptrace_access_check(), security/security.c; AppArmor since 2.6.36',
  describe: (p) => `no LSM profile refuses ${operationText(p)}`,
  evaluate(p, posture) {
    const modules = posture.known('host.lsm');
    const selinux = selinuxConfines(posture);
    if (selinux) return selinux;
    if (modules !== undefined && !modules.includes('apparmor'))
      return passes('AppArmor is not active on the host', posture.get('host.lsm'));
    const label = posture.get('lsm.apparmor');
    if (label === undefined) return unknown('nothing states the AppArmor profile', ['lsm.apparmor']);
    if (label.value instanceof Unknown) return unknown(label.value.why, ['lsm.apparmor'], label);
    if (label.value === 'unconfined') return passes('AppArmor: unconfined', label);
    const profile = APPARMOR_PROFILES.find((row) => regex(row.name).test(label.value as string));
    if (profile === undefined)
      return unknown(`the rules of profile ${label.value} are not known`, ['lsm.apparmor'], label);
    const unseen = p.operation === 'move-mount' ? isBeforeMoveMountHook(posture) : false;
    const refused = unseen === true ? false : refuses(profile, p, posture);
    if (refused === false) return passes(`${label.value} allows ${operationText(p)}`, label);
    if (modules === undefined)
      return unknown(
        `${label.value} refuses ${operationText(p)}, if AppArmor is active on the host`,
        ['host.lsm'],
        label,
      );
    if (refused === undefined)
      return unknown(
        `whether ${label.value} refuses ${operationText(p)} depends on the release of the engine that loaded it`,
        ['engine.name', 'engine.version'],
        label,
      );
    if (unseen === undefined)
      return unknown(
        `${label.value} refuses mount, but AppArmor sees move_mount since 6.7 only`,
        ['host.kernel'],
        label,
      );
    return closed(`${label.value} refuses ${operationText(p)}`, label);
  },
  close(_, posture) {
    const withdraw = withdrawable(posture, 'lsm.apparmor');
    return withdraw ? [[withdraw]] : [];
  },
};

/** SELinux's policy is not modelled: where it is active and the label is not one of the free ones, nothing is promised. */
function selinuxConfines(posture: Posture) {
  if (!posture.known('host.lsm')?.includes('selinux')) return undefined;
  if (posture.known('host.selinux-enforcing') === false) return undefined;
  const label = posture.get('lsm.selinux');
  const type = label === undefined || label.value instanceof Unknown ? undefined : label.value.type;
  if (type === 'spc_t' || type === 'unconfined_t') return undefined;
  return unknown(`what SELinux allows ${type ?? 'this label'} is not modelled`, ['lsm.selinux'], label);
}

/** undefined: that depends on what is not known. */
function refuses(profile: LsmProfile, p: LsmParams, posture: Posture): boolean | undefined {
  const hit = (patterns: readonly string[]) =>
    p.path !== undefined && patterns.some((pattern) => regex(pattern).test(p.path as string));
  switch (p.operation) {
    case 'mount':
    case 'move-mount':
      return profile.mount === 'refused';
    // No AppArmor hook lies on the way of fsopen, fsconfig and fsmount; sb_mount and move_mount (6.7) see attachments only.
    case 'detached-mount':
      return false;
    case 'socket':
      return profile.socketRefused.some(
        (row) => row.family === p.family && row.engine === posture.known('engine.name') && !isOlder(posture, row.since),
      );
    case 'ptrace-outside':
      return profile.ptraceOutside === 'refused';
    case 'write':
      if (hit(profile.writeRefused) || hit(profile.accessRefused)) return true;
      return hit([REFUSED_EARLIER]) ? isOfEarlierTemplate(profile, posture) : false;
    case 'read':
      return hit(profile.accessRefused);
  }
}

function isOfEarlierTemplate({ earlier }: LsmProfile, posture: Posture): boolean | undefined {
  if (earlier === 'still') return true;
  const [engine, version] = [posture.known('engine.name'), posture.known('engine.version')];
  if (earlier === 'not known' || engine !== earlier.engine || version === undefined) return undefined;
  return compareReleases(version, earlier.until) < 0;
}

/** AppArmor had no move_mount hook from 5.2 until 157a3537d6bc (6.7, also 6.6.3). undefined: the kernel is not known. */
function isBeforeMoveMountHook(posture: Posture): boolean | undefined {
  const kernel = parseKernelVersion(posture.known('host.kernel') ?? '');
  return kernel === undefined ? undefined : compareKernelVersions(kernel, MOVE_MOUNT_HOOK) < 0;
}

const MOVE_MOUNT_HOOK = { major: 6, minor: 6, patch: 3 };

function isOlder(posture: Posture, since: string): boolean {
  const version = posture.known('engine.version');
  return version === undefined || compareReleases(version, since) < 0;
}

function operationText(p: LsmParams): string {
  switch (p.operation) {
    case 'mount':
      return 'mount';
    case 'move-mount':
      return 'mount by the new calls';
    case 'detached-mount':
      return 'mounts that are not attached';
    case 'socket':
      return `sockets of family ${p.family}`;
    case 'ptrace-outside':
      return 'ptrace of processes outside the profile';
    case 'write':
      return `writing ${p.path}`;
    case 'read':
      return `reading ${p.path}`;
  }
}
