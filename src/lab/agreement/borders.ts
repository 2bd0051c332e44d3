/** Changes where mechanisms overlap: one gives what another takes away. */
import fc from 'fast-check';
import { alternatives } from './alternatives.ts';
import { elsewhere, withCapability, withMount, withoutCapability } from './changes.ts';
import type { Change, DeviceRule } from './draft.ts';
import { letThrough, refuse } from './filters.ts';
import type { Here } from './here.ts';
import { CALLS_OF_CAPABILITY } from './seccomp.data.ts';

export function borders(here: Here): fc.Arbitrary<Change> {
  return fc.oneof(
    capabilityAndFilter(here),
    inChildNamespace(here),
    maskedAndReachable(here),
    writable(),
    deviceAndRule(here),
    hostDevices(),
    ordinaryUser(here),
    alternatives(here),
    alternatives(here),
  );
}

const both =
  (...changes: readonly Change[]): Change =>
  (draft) =>
    changes.reduce((changed, change) => change(changed), draft);

/** A filter that lets a call through whose capability is missing, and the other way round. */
function capabilityAndFilter(here: Here): fc.Arbitrary<Change> {
  const pairs = CALLS_OF_CAPABILITY.filter(([name]) => here.capabilities.includes(name));
  return fc
    .tuple(fc.constantFrom(...pairs), fc.boolean(), fc.boolean())
    .map(([[name, calls], held, passed]): Change => {
      const capability = held ? withCapability(name) : withoutCapability(name);
      return both(capability, (draft) => {
        const { seccomp = { defaultAction: 'SCMP_ACT_ALLOW' } } = draft;
        const filter = passed
          ? letThrough(seccomp, calls)
          : refuse(seccomp, calls, { action: 'SCMP_ACT_ERRNO', errnoRet: 1 });
        return { ...draft, seccomp: filter };
      });
    });
}

/** All capabilities, of a user namespace that owns few or none of the others. */
function inChildNamespace(here: Here): fc.Arbitrary<Change> {
  const others = fc.subarray(
    ['network', 'ipc', 'uts', 'pid', 'cgroup'].filter((type) => here.namespaces.includes(type)),
  );
  const shift = fc.constantFrom(0, 100_000);
  return fc.tuple(others, shift, fc.boolean()).map(([own, hostID, all]) => (draft) => {
    const map = [{ containerID: 0, hostID, size: 65_536 }];
    const names = here.capabilities;
    return {
      ...draft,
      namespaces: ['mount', 'user', ...own],
      maps: { uid: map, gid: map },
      ...(all && {
        capabilities: { bounding: names, effective: names, permitted: names, inheritable: [], ambient: [] },
      }),
    };
  });
}

/** What is masked can be had through another mount of the same file system, or is masked there as well. */
function maskedAndReachable(here: Here): fc.Arbitrary<Change> {
  const source = fc.constantFrom(
    ...['/', '/proc', '/sys', '/sys/kernel', '/proc/sys'].filter((path) => here.paths.includes(path)),
  );
  const masks = fc.constantFrom<readonly string[]>([], ['/sys/kernel', '/proc/sys'], ['/kcore', '/sys', '/kernel']);
  return fc.tuple(source, fc.boolean(), masks, fc.boolean()).map(([from, readonly, below, asReadonly]): Change => {
    const destination = elsewhere(from);
    const options = ['rbind', ...(readonly ? ['ro'] : [])];
    const paths = below.map((path) => `${destination}${path}`);
    const list = asReadonly ? 'readonlyPaths' : 'maskedPaths';
    return both(withMount({ destination, type: 'bind', source: from, options }), (draft) => ({
      ...draft,
      [list]: [...draft[list], ...paths],
    }));
  });
}

/** A read-only path whose holder may remount it; a masked file in a folder that is writable; a mask below what is read-only. */
function writable(): fc.Arbitrary<Change> {
  const remounts = fc.constantFrom<Change>(withCapability('CAP_SYS_ADMIN'), withoutCapability('CAP_SYS_ADMIN'));
  const lists = fc.constantFrom<Pick<Parameters<Change>[0], 'maskedPaths' | 'readonlyPaths'>>(
    { maskedPaths: [], readonlyPaths: ['/proc/sys'] },
    { maskedPaths: ['/proc/sys/kernel/core_pattern'], readonlyPaths: [] },
    { maskedPaths: ['/proc/sys/kernel'], readonlyPaths: ['/proc/sys'] },
    { maskedPaths: ['/proc/sys'], readonlyPaths: ['/proc/sys/kernel'] },
    { maskedPaths: ['/sys/kernel'], readonlyPaths: ['/sys/fs', '/proc/sysrq-trigger'] },
    { maskedPaths: ['/proc/kcore', '/sys/firmware'], readonlyPaths: ['/proc/sys/kernel/modprobe', '/sys'] },
  );
  const filter = fc.constantFrom<Change>(
    (draft) => ({ ...draft, seccomp: undefined }),
    (draft) => draft,
  );
  return fc
    .tuple(remounts, lists, filter)
    .map(([capability, paths, seccomp]): Change => both(capability, seccomp, (draft) => ({ ...draft, ...paths })));
}

/** A node without a rule, a rule without a node (with or without the capability to make one), both. */
function deviceAndRule(here: Here): fc.Arbitrary<Change> {
  const device = fc.constantFrom(...here.devices);
  const maker = fc.constantFrom<Change>(withCapability('CAP_MKNOD'), withoutCapability('CAP_MKNOD'));
  const access = fc.constantFrom('r', 'rw', 'rwm');
  return fc.tuple(device, fc.constantFrom('node', 'rule', 'both'), maker, access, SELDOM).map(
    ([found, kind, capability, letters, nodev]): Change =>
      both(capability, (draft) => {
        const { type, major, minor } = found;
        const { deviceRules = [{ allow: false, type: 'a', access: 'rwm' }] } = draft;
        const mounts = draft.mounts.map((mount) =>
          nodev && mount.destination === '/dev' ? { ...mount, options: [...mount.options, 'nodev'] } : mount,
        );
        return {
          ...draft,
          mounts,
          devices: kind === 'rule' ? [] : [{ ...found, fileMode: 0o666 }],
          deviceRules:
            kind === 'node' ? deviceRules : [...deviceRules, { allow: true, type, major, minor, access: letters }],
        };
      }),
  );
}

/** runc opens /dev/null in the container again, and does not start without it; others do. */
const SELDOM = fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

/** All nodes of the host, of which rules say what may be done with them. */
function hostDevices(): fc.Arbitrary<Change> {
  const rules = fc.constantFrom<readonly DeviceRule[] | undefined>(
    undefined,
    [{ allow: false, type: 'a', access: 'rwm' }],
    [{ allow: true, type: 'a', access: 'rwm' }],
  );
  const words = fc.constantFrom<readonly string[]>([], ['ro'], ['nosuid', 'noexec']);
  return fc.tuple(rules, words).map(
    ([deviceRules, options]): Change =>
      both(
        withMount({ destination: '/dev', type: 'bind', source: '/dev', options: ['rbind', ...options] }),
        (draft) => ({
          ...draft,
          deviceRules: deviceRules ?? draft.deviceRules,
        }),
      ),
  );
}

/** Somebody who is not root, and what he could gain or keeps. */
function ordinaryUser(here: Here): fc.Arbitrary<Change> {
  const names = fc.subarray([...here.capabilities], { minLength: 1, maxLength: 6 });
  const groups = fc.constantFrom<readonly number[]>([], [0], [6], [27, 1000]);
  return fc
    .tuple(names, groups, fc.boolean(), fc.boolean())
    .map(([held, additionalGids, ambient, noNewPrivileges]) => (draft) => ({
      ...draft,
      noNewPrivileges,
      user: { uid: 1000, gid: 1000, additionalGids },
      capabilities: {
        bounding: [...new Set([...draft.capabilities.bounding, ...held])],
        permitted: held,
        effective: held,
        inheritable: held,
        ambient: ambient ? held : [],
      },
    }));
}
