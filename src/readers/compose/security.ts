import { type FactTypes, factOf, type SelinuxLabel, Unknown, type Value } from '../../posture/index.ts';
import { capabilityWord } from '../capability-word.ts';
import { parseBoolean } from '../go-boolean.ts';
import { seccompFileAt } from '../seccomp-file.ts';
import { parseLabelOption } from '../selinux-label.ts';
import { type At, type Scene, valueAt } from './scene.ts';
import type { Leaf } from './schema.ts';

/** privileged, capabilities, security options, user: what is asked of the engine in its own words. */
export function security(scene: Scene): void {
  const { service } = scene;
  const privileged = valueAt(service.privileged);
  if (privileged) scene.state(scene.key('privileged'), factOf('request.privileged', privileged.value));
  const user = valueAt(service.user);
  if (user && user.value !== '') scene.state(scene.key('user'), factOf('request.user', user.value));
  for (const group of valueAt(service.group_add) ?? []) {
    const name = group.value instanceof Unknown ? '?' : group.value;
    scene.state(
      scene.item('group_add', group.node),
      factOf(`request.group.${name}`, group.value instanceof Unknown ? group.value : true),
    );
  }
  const runtime = valueAt(service.runtime);
  if (runtime && runtime.value !== '') scene.state(scene.key('runtime'), factOf('request.runtime', runtime.value));
  const parent = valueAt(service.cgroup_parent);
  if (parent && parent.value !== '')
    scene.state(scene.key('cgroup_parent'), factOf('request.cgroup-parent', parent.value));
  userNamespace(scene);
  capabilities(scene);
  securityOptions(scene);
}

/** Docker knows `host` only; the other words are Podman's, which reads compose files too. */
const USER_NAMESPACE_WORDS = new Set(['host', 'private', 'auto', 'keep-id', 'nomap']);

function userNamespace(scene: Scene): void {
  const leaf = valueAt(scene.service.userns_mode);
  if (leaf === undefined || leaf.value === '') return;
  const at = scene.key('userns_mode');
  if (leaf.value instanceof Unknown || USER_NAMESPACE_WORDS.has(leaf.value)) {
    scene.state(at, factOf('request.user-namespace', leaf.value));
    return;
  }
  notUnderstood(scene, at, 'request.user-namespace', `user namespace mode \`${leaf.value}\``, 'Docker knows `host`');
}

function notUnderstood(
  scene: Scene,
  at: At,
  key:
    | 'request.user-namespace'
    | 'request.seccomp'
    | 'request.selinux'
    | 'request.no-new-privileges'
    | 'request.system-paths-unmasked',
  what: string,
  hint: string,
): void {
  scene.problem('value-not-understood', `${what} is not understood`, hint, at.span);
  scene.state(at, factOf(key, new Unknown(`${what} is not understood`)));
}

/**
 * moby daemon/pkg/oci/caps `TweakCapabilities`: with ALL added, what is dropped is missing whatever else is added; otherwise what is
 * added is there whatever is dropped. Statements are put in the order in which the later one is right.
 */
function capabilities(scene: Scene): void {
  const adds = valueAt(scene.service.cap_add) ?? [];
  const drops = valueAt(scene.service.cap_drop) ?? [];
  const all = (leaf: Leaf<string>): boolean => typeof leaf.value === 'string' && capabilityWord(leaf.value) === 'ALL';
  const add = (leaf: Leaf<string>): void => capability(scene, 'cap_add', leaf, 'add');
  const drop = (leaf: Leaf<string>): void => capability(scene, 'cap_drop', leaf, 'drop');
  if (adds.some(all)) {
    drops.filter(all).forEach(drop);
    adds.forEach(add);
    drops.filter((leaf) => !all(leaf)).forEach(drop);
  } else {
    drops.forEach(drop);
    adds.forEach(add);
  }
}

function capability(scene: Scene, key: 'cap_add' | 'cap_drop', leaf: Leaf<string>, change: 'add' | 'drop'): void {
  const at = scene.item(key, leaf.node);
  if (leaf.value instanceof Unknown) {
    scene.state(at, factOf('request.capability.ALL', leaf.value));
    return;
  }
  const name = capabilityWord(leaf.value);
  if (name !== undefined) {
    scene.state(at, factOf(`request.capability.${name}`, change));
    return;
  }
  const why = `capability \`${leaf.value}\` is not known`;
  scene.problem('unknown-capability', why, 'the engine refuses it; check the name', leaf.node);
  scene.state(at, factOf('request.capability.ALL', new Unknown(why)));
}

/** `name=value` or, as before Docker 1.11, `name:value` (docker/compose pkg/compose/create.go `parseSecurityOpts`, moby daemon `parseSecurityOpt`). */
function securityOptions(scene: Scene): void {
  let label: SelinuxLabel = {};
  for (const leaf of valueAt(scene.service.security_opt) ?? []) {
    const at = scene.item('security_opt', leaf.node);
    // The name of the option stands before the variable in nearly every file: `seccomp:${PROFILE}`.
    const written = leaf.node.kind === 'scalar' ? leaf.node.text : '';
    const separator = written.includes('=') ? '=' : ':';
    const [name, ...rest] = written.split(separator);
    const option = {
      at,
      value: leaf.value instanceof Unknown ? leaf.value : rest.join(separator),
      given: rest.length > 0,
      separator,
    };
    if (name === 'label' || written === 'disable')
      label = selinux(scene, written === 'disable' ? { ...option, value: 'disable', given: true } : option, label);
    else if (name !== undefined && Object.hasOwn(OPTIONS, name) && (option.given || SWITCHES.has(name)))
      OPTIONS[name]?.(scene, option);
    else unknownOption(scene, at, leaf.value);
  }
}

interface Option {
  readonly at: At;
  readonly value: Value<string>;
  readonly given: boolean;
  readonly separator: string;
}

/** Options that may stand without a value. */
const SWITCHES = new Set(['no-new-privileges', 'writable-cgroups']);

const OPTIONS: Readonly<Record<string, (scene: Scene, option: Option) => void>> = {
  seccomp: (scene, { at, value }) => scene.state(at, factOf('request.seccomp', seccomp(scene, at, value))),
  apparmor: (scene, { at, value }) => scene.state(at, factOf('request.apparmor', value)),
  'no-new-privileges': noNewPrivileges,
  systempaths: systemPaths,
  'writable-cgroups': writableCgroups,
};

function unknownOption(scene: Scene, at: At, value: Value<string>): void {
  const why =
    value instanceof Unknown
      ? `the security option is not known: ${value.why}`
      : `security option \`${value}\` is not understood`;
  if (!(value instanceof Unknown)) {
    scene.problem(
      'security-option',
      why,
      'known are seccomp, apparmor, label, no-new-privileges, systempaths=unconfined, writable-cgroups',
      at.span,
    );
  }
  const unknown = new Unknown(why);
  scene.state(at, {
    ...factOf('request.seccomp', unknown),
    ...factOf('request.apparmor', unknown),
    ...factOf('request.selinux', unknown),
    ...factOf('request.no-new-privileges', unknown),
    ...factOf('request.system-paths-unmasked', unknown),
  });
}

function seccomp(scene: Scene, at: At, value: Value<string>): Value<FactTypes['request.seccomp']> {
  if (value instanceof Unknown) return value;
  if (value === 'unconfined' || value === 'builtin') return { kind: value };
  // docker/compose resolves it from the project's folder, whichever file states it.
  const profile = seccompFileAt(value, scene.model.path, scene.model.options);
  if (!(profile instanceof Unknown)) return profile;
  scene.problem(
    'seccomp-profile',
    profile.why,
    'the engine refuses to start it so; check the path and the contents',
    at.span,
  );
  return profile;
}

/** The bare word is true. */
function parseSwitch({ value, given }: Option): Value<boolean> | undefined {
  if (value instanceof Unknown) return value;
  return given ? parseBoolean(value) : true;
}

function noNewPrivileges(scene: Scene, option: Option): void {
  const value = parseSwitch(option);
  if (value !== undefined) {
    scene.state(option.at, factOf('request.no-new-privileges', value));
    return;
  }
  notUnderstood(
    scene,
    option.at,
    'request.no-new-privileges',
    'the value of no-new-privileges',
    'write `no-new-privileges:true`',
  );
}

function systemPaths(scene: Scene, { at, value, separator }: Option): void {
  if (value instanceof Unknown) {
    scene.state(at, factOf('request.system-paths-unmasked', value));
    return;
  }
  // Only this very word is taken out by compose; everything else reaches the engine, which refuses it.
  if (value === 'unconfined' && separator === '=') {
    scene.state(at, factOf('request.system-paths-unmasked', true));
    return;
  }
  notUnderstood(
    scene,
    at,
    'request.system-paths-unmasked',
    'the value of systempaths',
    'write `systempaths=unconfined`',
  );
}

/** moby 28.4 daemon/oci_linux.go: the cgroup file system of the container loses its read-only flag. */
function writableCgroups(scene: Scene, option: Option): void {
  const value = parseSwitch(option);
  const key = 'mount./sys/fs/cgroup';
  if (value === true) scene.state(option.at, factOf(key, { type: 'cgroup', readonly: false }));
  else if (value !== false) {
    const why = value instanceof Unknown ? value.why : 'the value of writable-cgroups is not understood';
    if (value === undefined)
      scene.problem('value-not-understood', why, 'write `writable-cgroups=true`', option.at.span);
    scene.state(option.at, factOf(key, new Unknown(why)));
  }
}

/** Labels of several options make one label together. */
function selinux(scene: Scene, { at, value }: Option, before: SelinuxLabel): SelinuxLabel {
  if (value instanceof Unknown) {
    scene.state(at, factOf('request.selinux', value));
    return before;
  }
  if (value.startsWith('nested') || value.startsWith('filetype')) return before;
  const said = parseLabelOption(value);
  if (said === undefined) {
    notUnderstood(scene, at, 'request.selinux', `label \`${value}\``, 'write `label=disable` or `label=type:NAME`');
    return before;
  }
  const label = said === 'disabled' ? before : { ...before, ...said };
  scene.state(at, factOf('request.selinux', said === 'disabled' ? said : label));
  return label;
}
