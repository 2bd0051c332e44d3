import { CAPABILITIES, type Capability } from '../../kernel/index.ts';
import { factOf, Unknown, type Value } from '../../posture/index.ts';

import { known, type Leaf, mapValue, type Stray } from './fields.ts';
import type { ContainerSecurityContext, PodSecurityContext } from './pod-schema.ts';
import type { Pod, PodContainer } from './pods.ts';
import type { Facts, Statements } from './statements.ts';

/*
 * Security contexts. The pod's statements come first and the container's after them, so that folding gives the precedence of the
 * kubelet (pkg/securitycontext/util.go `DetermineEffectiveSecurityContext`): a field of the container replaces the pod's as a
 * whole, seLinuxOptions and seccompProfile included.
 */
type Context = PodSecurityContext | ContainerSecurityContext;

/** Facts of the fields that are one word, by field. */
const WORDS: { readonly [field: string]: (value: Value<never>) => Facts } = {
  runAsUser: (value: Value<number>) => ({ 'request.user': mapValue(value, String), 'process.uid': value }),
  runAsGroup: (value: Value<number>) => ({ 'process.gid': value }),
  privileged: (value: Value<boolean>) => ({ 'request.privileged': value }),
  // pkg/securitycontext/util.go `AddNoNewPrivileges`: set exactly where the field says false.
  allowPrivilegeEscalation: (value: Value<boolean>) => ({ 'process.no-new-privileges': mapValue(value, (v) => !v) }),
  readOnlyRootFilesystem: (value: Value<boolean>) => ({ 'rootfs.readonly': value }),
  procMount: (value: Value<string>) => ({ 'request.system-paths-unmasked': procMount(value) }),
  supplementalGroupsPolicy: (value: Value<string>) => ({ 'request.groups-policy': groupsPolicy(value) }),
  fsGroup: (value: Value<number>) => (value instanceof Unknown ? {} : factOf(`request.group.${value}`, true)),
};

/** What is in doubt where a field could not be understood, beside the fields above. */
const IN_DOUBT: { readonly [field: string]: (why: Unknown) => Facts } = {
  runAsNonRoot: (why) => ({ 'request.run-as-non-root': why }),
  seccompProfile: (why) => ({ 'request.seccomp': why }),
  appArmorProfile: (why) => ({ 'request.apparmor': why }),
  seLinuxOptions: (why) => ({ 'request.selinux': why }),
  capabilities: (why) => ({ 'request.capability.ALL': why }),
  windowsOptions: (why) => ({ 'kubernetes.host-process': why }),
};

export function stateSecurity(out: Statements, pod: Pod, container: PodContainer): void {
  const podContext = pod.spec.securityContext;
  const { securityContext } = container.spec;
  // A promise about the uid comes before any uid, which has the last word: the kubelet checks the one against the other.
  for (const context of [podContext, securityContext]) {
    const promise = context?.runAsNonRoot;
    if (context !== undefined && promise !== undefined) {
      out.key(context.node, 'runAsNonRoot', { 'request.run-as-non-root': promise.value });
    }
  }
  if (podContext !== undefined) statePodContext(out, podContext);
  stateSeccompAnnotations(out, pod, container);
  stateAppArmorAnnotation(out, pod, container);
  if (securityContext !== undefined) stateContainerContext(out, securityContext);
}

function statePodContext(out: Statements, context: PodSecurityContext): void {
  stateShared(out, context);
  for (const group of context.supplementalGroups ?? []) {
    if (group.value instanceof Unknown) continue;
    out.node(group.node, `supplementalGroups: [${group.value}]`, factOf(`request.group.${group.value}`, true));
  }
  for (const sysctl of context.sysctls ?? []) {
    const name = known(sysctl.name);
    if (name === undefined) continue;
    const value = sysctl.value?.value ?? new Unknown(`the sysctl ${name} is named without a value`);
    out.node(sysctl.node, `sysctls: ${name}=${known(sysctl.value) ?? ''}`, factOf(`sysctl.${name}`, value));
  }
}

function stateContainerContext(out: Statements, context: ContainerSecurityContext): void {
  stateShared(out, context);
  for (const { key, why } of context.capabilities?.strays ?? []) {
    if (context.capabilities !== undefined)
      out.key(context.capabilities.node, key, { 'request.capability.ALL': new Unknown(why) });
  }
  // Both engines add first and drop after (containerd internal/cri/opts `WithCapabilities`, CRI-O `SpecSetupCapabilities`).
  for (const direction of ['add', 'drop'] as const) {
    for (const name of context.capabilities?.[direction] ?? []) stateCapability(out, name, direction);
  }
}

function stateShared(out: Statements, context: Context): void {
  const { node } = context;
  const leaves = context as unknown as Readonly<Record<string, Leaf<never> | undefined>>;
  for (const field of node.entries.keys()) {
    const state = Object.hasOwn(WORDS, field) ? WORDS[field] : undefined;
    const leaf = state === undefined ? undefined : leaves[field];
    if (state !== undefined && leaf !== undefined && 'value' in leaf) out.key(node, field, state(leaf.value));
  }
  const { seccompProfile, appArmorProfile, seLinuxOptions, windowsOptions } = context;
  if (seccompProfile !== undefined) {
    const shown = `seccompProfile: ${shownProfile(seccompProfile)}`;
    out.key(
      node,
      'seccompProfile',
      { 'request.seccomp': seccomp(seccompProfile.type, seccompProfile.localhostProfile) },
      shown,
    );
  }
  if (appArmorProfile !== undefined) {
    const shown = `appArmorProfile: ${shownProfile(appArmorProfile)}`;
    out.key(
      node,
      'appArmorProfile',
      { 'request.apparmor': appArmor(appArmorProfile.type, appArmorProfile.localhostProfile) },
      shown,
    );
  }
  if (seLinuxOptions !== undefined) {
    const label: Record<string, string> = {};
    for (const part of ['user', 'role', 'type', 'level'] as const) {
      const value = known(seLinuxOptions[part]);
      if (value !== undefined) label[part] = value;
    }
    const shown = Object.entries(label).map(([part, value]) => `${part}: ${value}`);
    out.key(node, 'seLinuxOptions', { 'request.selinux': label }, `seLinuxOptions: {${shown.join(', ')}}`);
  }
  const hostProcess = windowsOptions?.hostProcess;
  if (windowsOptions !== undefined && hostProcess !== undefined) {
    out.key(windowsOptions.node, 'hostProcess', { 'kubernetes.host-process': hostProcess.value });
  }
  stateStrays(out, context.strays, context);
}

/** What the author meant by a key that the API does not know: nobody can say, so the facts of the nearest field are in doubt. */
function stateStrays(out: Statements, strays: readonly Stray[] | undefined, context: Context): void {
  for (const { key, meant, why } of strays ?? []) {
    const facts = meant === undefined ? undefined : contextFactsInDoubt(meant, new Unknown(why));
    if (facts !== undefined) out.key(context.node, key, facts);
  }
}

export function contextFactsInDoubt(field: string, why: Unknown): Facts | undefined {
  if (Object.hasOwn(WORDS, field)) return WORDS[field]?.(why);
  return Object.hasOwn(IN_DOUBT, field) ? IN_DOUBT[field]?.(why) : undefined;
}

const CAPABILITY_NAMES: ReadonlyMap<string, Capability> = new Map(CAPABILITIES.map((name) => [name, name]));

/**
 * Names have no prefix in Kubernetes. containerd puts `CAP_` before whatever is written (internal/cri/opts/spec_opts.go), so that
 * `CAP_SYS_ADMIN` names nothing there; CRI-O leaves a prefix as it is (internal/factory/container `toCAPPrefixed`). Either takes any case.
 */
function stateCapability(out: Statements, leaf: Leaf<string>, direction: 'add' | 'drop'): void {
  const shown = `capabilities.${direction}: [${known(leaf) ?? '?'}]`;
  if (leaf.value instanceof Unknown) {
    out.node(leaf.node, shown, { 'request.capability.ALL': leaf.value });
    return;
  }
  const upper = leaf.value.toUpperCase();
  if (upper === 'ALL') {
    out.node(leaf.node, shown, { 'request.capability.ALL': direction });
    return;
  }
  const plain = upper.startsWith('CAP_') ? upper.slice('CAP_'.length) : upper;
  const name = CAPABILITY_NAMES.get(plain);
  if (name === undefined) return;
  const why = `\`${leaf.value}\` carries the prefix CAP_: CRI-O takes it, containerd looks for CAP_${upper}`;
  out.node(leaf.node, shown, factOf(`request.capability.${name}`, plain === upper ? direction : new Unknown(why)));
}

/** Capability names that no engine, or not every engine, takes: reported once for a pod, not for each subject. */
export function oddCapability(written: string): string | undefined {
  const upper = written.toUpperCase();
  if (upper === 'ALL' || CAPABILITY_NAMES.has(upper)) return undefined;
  return upper.startsWith('CAP_') && CAPABILITY_NAMES.has(upper.slice('CAP_'.length))
    ? `write \`${upper.slice('CAP_'.length)}\`: containerd puts CAP_ before the name, only CRI-O takes it with the prefix`
    : 'name a capability of capabilities(7), without CAP_';
}

function shownProfile(profile: { type?: Leaf<string>; localhostProfile?: Leaf<string> }): string {
  const file = known(profile.localhostProfile);
  return `${known(profile.type) ?? '?'}${file === undefined ? '' : ` ${file}`}`;
}

function seccomp(type: Leaf<string> | undefined, file: Leaf<string> | undefined): Value<Seccomp> {
  switch (known(type)) {
    case 'RuntimeDefault':
      return { kind: 'runtime-default' };
    case 'Unconfined':
      return { kind: 'unconfined' };
    case 'Localhost':
      return new Unknown(`the profile \`${known(file) ?? '?'}\` lies in the kubelet's seccomp folder on the node`);
    default:
      return new Unknown(`\`${known(type) ?? ''}\` is no type of a seccomp profile`);
  }
}

type Seccomp = { kind: 'runtime-default' } | { kind: 'unconfined' };

/** `runtime-default`, `unconfined`, or the name of a profile loaded on the node. */
function appArmor(type: Leaf<string> | undefined, profile: Leaf<string> | undefined): Value<string> {
  switch (known(type)) {
    case 'RuntimeDefault':
      return 'runtime-default';
    case 'Unconfined':
      return 'unconfined';
    case 'Localhost':
      return known(profile) ?? new Unknown('a Localhost profile is asked for and none is named');
    default:
      return new Unknown(`\`${known(type) ?? ''}\` is no type of an AppArmor profile`);
  }
}

function procMount(value: Value<string>): Value<boolean> {
  if (value instanceof Unknown) return value;
  return value === 'Unmasked' ? true : value === 'Default' ? false : new Unknown(`\`${value}\` is no procMount`);
}

function groupsPolicy(value: Value<string>): Value<'merge' | 'strict'> {
  if (value instanceof Unknown) return value;
  return value === 'Strict' ? 'strict' : value === 'Merge' ? 'merge' : new Unknown(`\`${value}\` is no policy`);
}

const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

/** Deprecated since 1.30, still copied into the field where that is not set (pkg/registry/core/pod/strategy.go). */
function stateAppArmorAnnotation(out: Statements, pod: Pod, container: PodContainer): void {
  const key = `${APPARMOR_ANNOTATION}${container.name}`;
  const value = pod.annotations.get(key);
  if (value === undefined || pod.annotationsNode === undefined) return;
  out.key(pod.annotationsNode, key, { 'request.apparmor': annotatedAppArmor(value) });
}

function annotatedAppArmor(value: string): Value<string> {
  if (value === 'unconfined') return 'unconfined';
  if (value === 'runtime/default' || value === '') return 'runtime-default';
  return value.startsWith('localhost/')
    ? value.slice('localhost/'.length)
    : new Unknown(`\`${value}\` is no AppArmor profile`);
}

/** Read by API servers up to 1.26, without effect from 1.27 on (KEP-135): which version runs is not known here. */
function stateSeccompAnnotations(out: Statements, pod: Pod, container: PodContainer): void {
  for (const key of [
    'seccomp.security.alpha.kubernetes.io/pod',
    `container.seccomp.security.alpha.kubernetes.io/${container.name}`,
  ]) {
    if (pod.annotationsNode === undefined || !pod.annotations.has(key)) continue;
    if (pod.spec.securityContext?.seccompProfile !== undefined) continue;
    const why = `\`${key}\` has an effect up to Kubernetes 1.26 and none from 1.27 on; use seccompProfile`;
    out.key(pod.annotationsNode, key, { 'request.seccomp': new Unknown(why) });
  }
}
