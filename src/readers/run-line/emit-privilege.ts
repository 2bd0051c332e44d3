import { CAPABILITIES } from '../../kernel/capabilities.ts';
import { factOf, type IdMap, Unknown, type Value } from '../../posture/index.ts';
import { capabilityWord } from '../capability-word.ts';

import type { FlagUse } from './arguments.ts';
import { type Emission, emitSwitch } from './emission.ts';
import { emitSecurityOption } from './emit-security-option.ts';
import type { Emitters } from './emitters.ts';

/** Flags that decide with which rights and identities the process runs. */
export const PRIVILEGE_EMITTERS: Emitters = {
  privileged: (use, out) => emitSwitch(use, out, (on) => out.state(use, { 'request.privileged': on })),
  'capability-add': (use, out) => emitCapability(use, out, 'add'),
  'capability-drop': (use, out) => emitCapability(use, out, 'drop'),
  'security-option': emitSecurityOption,
  'seccomp-policy': emitSeccompPolicy,
  user: (use, out) => {
    if (use.value !== '') out.state(use, { 'request.user': use.value });
  },
  'group-add': (use, out) => {
    if (use.value === '') out.reject(use, '--group-add names no group', 'write a name or a number');
    else out.state(use, factOf(`request.group.${use.value}`, true));
  },
  'user-namespace': emitUserNamespace,
  'uid-map': (use, out) => emitIdMap(use, out, 'user-namespace.uid-map'),
  'gid-map': (use, out) => emitIdMap(use, out, 'user-namespace.gid-map'),
  'sub-id-name': emitSubIdName,
};

function emitCapability(use: FlagUse, out: Emission, way: 'add' | 'drop'): void {
  const capability = capabilityWord(use.value);
  if (capability !== undefined) out.state(use, factOf(`request.capability.${capability}`, way));
  else {
    out.problem(
      use,
      'unknown-capability',
      `${use.value} is no capability that Linux has`,
      `use a name of capabilities(7) such as ${CAPABILITIES[12]}, or ALL`,
    );
  }
}

/** Podman `--seccomp-policy image`: the profile stands in an annotation of the image (pkg/specgen/generate/config_linux_seccomp.go). */
function emitSeccompPolicy(use: FlagUse, out: Emission): void {
  if (use.value === 'image') out.unknown(use, 'the seccomp profile stands in an annotation of the image');
  else if (use.value !== 'default') out.reject(use, `--seccomp-policy ${use.value} is unknown`, 'use default or image');
}

const USER_NAMESPACE_MODES = new Set(['', 'host', 'private', 'auto', 'keep-id', 'nomap']);

/** pkg/specgen/namespaces.go `ParseUserNamespace`; Docker takes `host` only (api container.UsernsMode). */
function emitUserNamespace(use: FlagUse, out: Emission): void {
  const [mode = ''] = use.value.split(':');
  if (use.flag.name === 'userns-remap') {
    if (use.value !== '') out.state(use, { 'request.user-namespace': 'private' });
  } else if (USER_NAMESPACE_MODES.has(mode)) {
    if (mode !== '') out.state(use, { 'request.user-namespace': mode });
  } else if (mode === 'container' || mode === 'ns') {
    out.state(use, { 'request.user-namespace': new Unknown(`${use.value} is a user namespace made elsewhere`) });
  } else
    out.reject(use, `--userns ${use.value} is no user namespace mode`, 'use host, private, auto, keep-id or nomap');
}

/** UID_GID_MAP_MAX_EXTENTS of include/linux/user_namespace.h: the kernel takes no longer map. */
const MOST_EXTENTS = 340;

/**
 * `CONTAINER:FROM[:AMOUNT]`; every flag adds to the map. Flags before the first number (`+`, `@`, `u`, `g`) complete the map from
 * the host's /etc/subuid (pkg/util/idmap `ParseIDMap`), which is not known.
 */
function emitIdMap(use: FlagUse, out: Emission, key: 'user-namespace.uid-map' | 'user-namespace.gid-map'): void {
  const before = out.kept<Value<readonly IdMap[]>>(key, []);
  const match = /^(\d{1,10}):(\d{1,10})(?::(\d{1,10}))?$/.exec(use.value);
  const map = match && { inside: Number(match[1]), outside: Number(match[2]), size: Number(match[3] ?? 1) };
  const all =
    map === null || before instanceof Unknown || before.length >= MOST_EXTENTS
      ? new Unknown(`${use.value} is completed from the host's subordinate ids`)
      : [...before, map];
  out.keep(key, all);
  out.state(use, { ...factOf(key, all), 'request.user-namespace': 'private' });
}

function emitSubIdName(use: FlagUse, out: Emission): void {
  const why = new Unknown(`the range of ${use.value} stands in the host's /etc/subuid and /etc/subgid`);
  const key = use.flag.name === 'subuidname' ? 'user-namespace.uid-map' : 'user-namespace.gid-map';
  out.state(use, { ...factOf(key, why), 'request.user-namespace': 'private' });
}
