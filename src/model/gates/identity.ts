import type { IdMap, Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';

type NoParams = Record<never, never>;

/** The code runs on the host's kernel itself, not on one of its own (gVisor's Sentry, a guest's). */
export const sharedKernel: GateKind<NoParams> = {
  mechanism: () => 'hypervisor',
  models: 'what serves system calls: runtime class, engine runtime',
  describe: () => 'system calls are served by the host kernel',
  evaluate(_, posture) {
    const kind = posture.get('sandbox.kind');
    if (kind === undefined) return unknown('nothing states which runtime starts it', ['sandbox.kind']);
    if (kind.value instanceof Unknown) return unknown(kind.value.why, ['sandbox.kind'], kind);
    if (kind.value === 'os') return passes('system calls are served by the host kernel', kind);
    const words = kind.value === 'hypervisor' ? 'a guest kernel' : 'a user-space kernel';
    return closed(`system calls are served by ${words}`, kind, kind.value);
  },
  close: () => [],
};

/** The process starts with uid 0 in its user namespace. */
export const rootUser: GateKind<NoParams> = {
  mechanism: () => 'dac',
  models: 'handle_privileged_root(), security/commoncap.c (4.15; the rule is older)',
  describe: () => 'runs as uid 0 in the container',
  evaluate(_, posture) {
    const uid = posture.get('process.uid');
    if (uid === undefined) return unknown('nothing states the user', ['process.uid']);
    if (uid.value instanceof Unknown) return unknown(uid.value.why, ['process.uid'], uid);
    return uid.value === 0 ? passes('runs as uid 0', uid) : closed(`runs as uid ${uid.value}`, uid);
  },
  close: () => [[{ kind: 'set', key: 'process.uid', value: 'non-root' }]],
};

/** The container has no user namespace of its own: its capabilities count against the host's objects. */
export const initialUserNamespace: GateKind<NoParams> = {
  mechanism: () => 'namespace-user',
  models:
    'cap_capable(), security/commoncap.c (3.8): the capability counts in the namespace that owns the object and its descendants',
  describe: () => 'is in the initial user namespace',
  evaluate(_, posture) {
    const mode = posture.get('namespace.user');
    const rootless = posture.get('engine.rootless');
    if (rootless?.value === true)
      return closed('the engine is rootless: everything runs in its user namespace', rootless);
    if (mode === undefined) return unknown('nothing states the user namespace', ['namespace.user']);
    if (mode.value instanceof Unknown) return unknown(mode.value.why, ['namespace.user'], mode);
    return mode.value === 'host'
      ? passes('no user namespace of its own', mode)
      : closed('runs in a user namespace of its own', mode);
  },
  close: (_, posture) => userNamespaceFixes(posture),
};

function userNamespaceFixes(posture: Posture) {
  const withdraw = withdrawable(posture, 'namespace.user');
  const set = { kind: 'set', key: 'namespace.user', value: 'private' } as const;
  return withdraw ? [[withdraw], [set]] : [[set]];
}

/** uid 0 inside is uid 0 to the host's files and to checks against the global root id. */
export const rootMapsToHost: GateKind<NoParams> = {
  mechanism: () => 'namespace-user',
  models: 'make_kuid(), kernel/user_namespace.c (3.8): files are checked against the id outside',
  describe: () => 'uid 0 in the container is uid 0 on the host',
  evaluate(_, posture) {
    const space = initialUserNamespace.evaluate({}, posture);
    if (space.result !== 'closed') return space;
    const map = posture.get('user-namespace.uid-map');
    // Every engine maps root of a private user namespace to an unprivileged id; only an explicit map says otherwise.
    if (map === undefined || posture.get('engine.rootless')?.value === true) return space;
    if (map.value instanceof Unknown) return unknown(map.value.why, ['user-namespace.uid-map'], map);
    const outside = translate(map.value, 0);
    if (outside === 0) return passes('the user namespace maps uid 0 to uid 0 of the host', map);
    return closed(
      outside === undefined ? 'uid 0 is not mapped to the host' : `uid 0 is uid ${outside} on the host`,
      space.fact,
    );
  },
  close: (_, posture) => userNamespaceFixes(posture),
};

export interface HostRootParams {
  /** What is asked: the user that the process has, or the namespace that makes another of it. Both refuse an ordinary user in one. */
  readonly by: 'dac' | 'namespace-user';
}

/** The process is uid 0 of the host by the map of its user namespace, whatever its uid is inside. */
export const mapsToHostRoot: GateKind<HostRootParams> = {
  mechanism: (p) => p.by,
  models: 'make_kuid(), kernel/user_namespace.c (3.8): files are checked against the id outside',
  describe: (p) => (p.by === 'dac' ? 'its user is root to the host' : 'its user namespace makes it root of the host'),
  evaluate({ by }, posture) {
    const uid = posture.get('process.uid');
    if (uid === undefined) return unknown('nothing states the user', ['process.uid']);
    if (uid.value instanceof Unknown) return unknown(uid.value.why, ['process.uid'], uid);
    if (by === 'dac' && uid.value === 0) return passes('runs as uid 0', uid);
    const space = initialUserNamespace.evaluate({}, posture);
    if (space.result === 'passes') return by === 'dac' ? closed(`runs as uid ${uid.value}`, uid) : space;
    const map = posture.get('user-namespace.uid-map');
    if (space.result === 'unknown' || map === undefined || posture.get('engine.rootless')?.value === true) return space;
    if (map.value instanceof Unknown) return unknown(map.value.why, ['user-namespace.uid-map'], map);
    const outside = typeof uid.value === 'number' ? translate(map.value, uid.value) : undefined;
    if (outside === 0) return passes(`the user namespace maps uid ${uid.value} to uid 0 of the host`, map);
    return closed(
      outside === undefined
        ? `uid ${uid.value} is not mapped to the host`
        : `uid ${uid.value} is uid ${outside} on the host`,
      by === 'dac' ? uid : space.fact,
    );
  },
  close: (_, posture) => userNamespaceFixes(posture),
};

export interface HostRootMappedParams {
  /** The user alone, not the group root as well. */
  readonly only?: 'uid';
}

/** Files of the host's root have an owner here, whoever that is: capabilities of the container count for them. */
export const hostRootMapped: GateKind<HostRootMappedParams> = {
  mechanism: () => 'namespace-user',
  models:
    'privileged_wrt_inode_uidgid(), kernel/capability.c (3.16): owner and group must be mapped into the user namespace',
  describe: () => "the host's root is mapped into the container",
  evaluate({ only }, posture) {
    const space = initialUserNamespace.evaluate({}, posture);
    if (space.result !== 'closed' || posture.get('engine.rootless')?.value === true) return space;
    const maps = ['user-namespace.uid-map', 'user-namespace.gid-map'] as const;
    for (const key of only === undefined ? maps : maps.slice(0, 1)) {
      const map = posture.get(key);
      if (map === undefined) return space;
      if (map.value instanceof Unknown) return unknown(map.value.why, [key], map);
      if (!map.value.some(({ outside, size }) => outside === 0 && size > 0))
        return closed("the host's root is not mapped into the user namespace", space.fact);
    }
    return passes("the user namespace maps the host's root");
  },
  close: (_, posture) => userNamespaceFixes(posture),
};

/** Ids of ordinary users lie below those that useradd gives to user namespaces (SUB_UID_MIN of login.defs(5)). */
const FIRST_SUBORDINATE = 65_536;

/** To the host's files it is one of its ordinary users: by its own uid, or by what a user namespace maps it to. */
export const mapsToHostUser: GateKind<NoParams> = {
  mechanism: () => 'namespace-user',
  models: 'make_kuid(), kernel/user_namespace.c (3.8): files are checked against the id outside',
  describe: () => "is an ordinary user to the host's files",
  evaluate(_, posture) {
    const uid = posture.get('process.uid');
    if (uid === undefined) return unknown('nothing states the user', ['process.uid']);
    if (uid.value instanceof Unknown) return unknown(uid.value.why, ['process.uid'], uid);
    const space = initialUserNamespace.evaluate({}, posture);
    if (space.result === 'passes')
      return uid.value === 0 ? closed('runs as uid 0', uid) : passes(`runs as uid ${uid.value}`, uid);
    const map = posture.get('user-namespace.uid-map');
    if (space.result === 'unknown' || map === undefined) return space;
    if (map.value instanceof Unknown) return unknown(map.value.why, ['user-namespace.uid-map'], map);
    if (uid.value === 'non-root') {
      return map.value.some(({ outside }) => outside < FIRST_SUBORDINATE)
        ? unknown('which user it is decides who it is outside', ['process.uid'], uid)
        : closed('its user namespace maps no ordinary user of the host', map);
    }
    const outside = translate(map.value, uid.value);
    return outside !== undefined && outside > 0 && outside < FIRST_SUBORDINATE
      ? passes(`it is uid ${outside} on the host`, map)
      : closed(outside === undefined ? 'its user is not mapped to the host' : `it is uid ${outside} on the host`, map);
  },
  close: (_, posture) => userNamespaceFixes(posture),
};

function translate(map: readonly IdMap[], id: number): number | undefined {
  for (const range of map)
    if (id >= range.inside && id < range.inside + range.size) return range.outside + id - range.inside;
  return undefined;
}

/** A setuid or file-capability program can raise the process: the bit is honoured on execve. */
export const privilegeGain: GateKind<NoParams> = {
  mechanism: () => 'no-new-privileges',
  models:
    'bprm_fill_uid(), fs/exec.c (4.1): not under no_new_privs (3.5), nor where mnt_may_suid(), fs/namespace.c (4.8), refuses',
  describe: () => 'executing a set-user-id file raises privileges (no_new_privs is off)',
  evaluate(_, posture) {
    const flag = posture.get('process.no-new-privileges');
    if (flag === undefined) return unknown('nothing states no_new_privs', ['process.no-new-privileges']);
    if (flag.value instanceof Unknown) return unknown(flag.value.why, ['process.no-new-privileges'], flag);
    return flag.value ? closed('no_new_privs is set', flag) : passes('no_new_privs is not set', flag);
  },
  close(_, posture) {
    const withdraw = withdrawable(posture, 'process.no-new-privileges');
    const set = { kind: 'set', key: 'process.no-new-privileges', value: true } as const;
    return withdraw ? [[withdraw], [set]] : [[set]];
  },
};

/** A file set-user-id to root can be reached and executed. */
export const setuidProgram: GateKind<NoParams> = {
  mechanism: () => 'image',
  models: 'bprm_fill_uid(), fs/exec.c (4.1; the rule is older): S_ISUID on a file owned by root, not on a nosuid mount',
  describe: () => 'a program set-user-id root is in the image',
  evaluate(_, posture) {
    for (const [path, file] of posture.family<{ setuid?: boolean; uid?: number }>('image.file.')) {
      if (file.value instanceof Unknown) continue;
      if (file.value.setuid && (file.value.uid ?? 0) === 0) return passes(`${path} is set-user-id root`, file);
    }
    const known = posture.get('image.files-known');
    if (known?.value === true) return closed('no file of the image is set-user-id root', known);
    return unknown("the image's files are not known", ['image.files-known', 'image.file.*']);
  },
  close: () => [],
};
