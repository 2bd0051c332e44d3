import { factOf, type NamespaceMode, Unknown, type Value } from '../../posture/index.ts';

import type { ClusterIndex } from './cluster-index.ts';
import { known, type Leaf, mapValue } from './fields.ts';
import { mapOf, textOf } from './object.ts';
import type { PodSpec } from './pod-schema.ts';
import type { Pod, PodContainer } from './pods.ts';
import { contextFactsInDoubt } from './security.ts';
import { type Facts, type Statements, sourceOfKey, through } from './statements.ts';

type PodFlag = 'hostPID' | 'hostIPC' | 'hostNetwork' | 'shareProcessNamespace' | 'hostUsers';

/** Facts of the pod's switches. What is shared among the containers of a pod depends on whether there are others. */
const SWITCHES: { readonly [field in PodFlag]: (value: Value<boolean>, company: NamespaceMode) => Facts } = {
  hostPID: (value) => ({ 'namespace.pid': mapValue(value, (on) => (on ? 'host' : 'private')) }),
  shareProcessNamespace: (value, company) => ({
    'namespace.pid': mapValue(value, (on) => (on ? company : 'private')),
  }),
  hostIPC: (value, company) => ({ 'namespace.ipc': mapValue(value, (on) => (on ? 'host' : company)) }),
  hostNetwork: (value, company) => ({
    'namespace.net': mapValue(value, (on) => (on ? 'host' : company)),
    'network.mode': mapValue(value, (on) => (on ? 'host' : 'pod')),
  }),
  hostUsers: (value) => ({ 'request.user-namespace': mapValue(value, (on) => (on ? 'host' : 'private')) }),
};

const FLAGS = Object.keys(SWITCHES) as PodFlag[];

/** What the pod says of each of its containers. */
export function statePod(out: Statements, pod: Pod, container: PodContainer, cluster: ClusterIndex): void {
  const { spec } = pod;
  stateCompany(out, pod, container);
  const company = companyOf(pod, container).length > 0 ? 'shared' : 'private';
  // Switches that are off first: `hostPID: true` and `shareProcessNamespace: false` speak of the same namespace.
  for (const off of [true, false]) {
    for (const field of FLAGS) {
      const leaf = spec[field];
      if (leaf !== undefined && (leaf.value === false) === off) {
        out.key(spec.node, field, SWITCHES[field](leaf.value, company));
      }
    }
  }
  stateSharedProcesses(out, pod, container);
  stateScheduling(out, pod);
  stateRuntime(out, pod, cluster);
  const restart = spec.restartPolicy;
  if (restart !== undefined) out.key(spec.node, 'restartPolicy', { 'runtime.restart-policy': restartPolicy(restart) });
  if (known(spec.os?.name) === 'windows' && spec.os !== undefined)
    out.key(spec.os.node, 'name', { platform: 'windows' });
  stateStrays(out, spec);
}

/** The containers that run at the same time: sidecars, the main containers, and whoever is put in later. */
function companyOf(pod: Pod, self: PodContainer): PodContainer[] {
  return pod.containers.filter((other) => {
    if (other === self || other.role === 'init') return false;
    return self.role !== 'init' || other.role === 'sidecar';
  });
}

/** One sandbox per pod: its containers share the network, IPC and UTS namespaces (CRI `NamespaceMode_POD`). */
function stateCompany(out: Statements, pod: Pod, container: PodContainer): void {
  const company = companyOf(pod, container);
  const first = company[0];
  if (first === undefined) return;
  const shown = `name: ${first.name} (in the same pod)`;
  const facts: Facts = { 'namespace.net': 'shared', 'namespace.ipc': 'shared' };
  // With hostNetwork containerd leaves the UTS namespace of the node and CRI-O makes one: that is the engine's to say.
  const ofEngine = pod.spec.hostNetwork !== undefined && pod.spec.hostNetwork.value !== false;
  out.key(first.spec.node, 'name', ofEngine ? facts : { ...facts, 'namespace.uts': 'shared' }, shown);
}

/** An ephemeral container that names a target joins its PID namespace (CRI `NamespaceMode_TARGET`), which `hostPID` makes the node's. */
function stateSharedProcesses(out: Statements, pod: Pod, container: PodContainer): void {
  const target = container.spec.targetContainerName;
  const own = pod.spec.hostPID === undefined || pod.spec.hostPID.value === false;
  if (container.role === 'ephemeral' && target !== undefined && own) {
    out.key(container.spec.node, 'targetContainerName', { 'namespace.pid': 'shared' });
  }
}

function stateScheduling(out: Statements, pod: Pod): void {
  const { node, nodeName, nodeSelector, tolerations } = pod.spec;
  if (nodeName !== undefined) out.key(node, 'nodeName', { 'kubernetes.node-name': nodeName.value });
  if (nodeSelector !== undefined) {
    const pairs = [...nodeSelector].map(([key, leaf]) => `${key}=${known(leaf) ?? '?'}`);
    const windows: Facts = pairs.includes('kubernetes.io/os=windows') ? { platform: 'windows' } : {};
    const facts: Facts = { 'kubernetes.node-selector': pairs, ...windows };
    out.key(node, 'nodeSelector', facts, `nodeSelector: {${pairs.join(', ')}}`);
  }
  if (tolerations !== undefined) {
    const words = tolerations.map(toleration);
    out.key(node, 'tolerations', { 'kubernetes.tolerations': words }, `tolerations: [${words.join(', ')}]`);
  }
}

/**
 * The handler of the RuntimeClass is the name under which the node's engine knows the runtime. Where the object is not among the files
 * the class is taken at its word: engines tell `gvisor` and `kata-qemu` by name and leave others unknown.
 */
function stateRuntime(out: Statements, pod: Pod, cluster: ClusterIndex): void {
  const { node, runtimeClassName } = pod.spec;
  if (runtimeClassName === undefined) return;
  const name = known(runtimeClassName);
  const found = name === undefined ? undefined : cluster.get('RuntimeClass', '', name);
  const handler = textOf(found?.node, 'handler');
  const source = sourceOfKey(out.document, node, 'runtimeClassName');
  const facts: Facts = {
    'kubernetes.runtime-class': runtimeClassName.value,
    'request.runtime': handler ?? runtimeClassName.value,
  };
  const object = found === undefined ? undefined : sourceOfKey(found.document, found.node, 'handler');
  out.add(object === undefined ? source : through(source, object), facts);
}

type Toleration = NonNullable<PodSpec['tolerations']>[number];

/** As kubectl writes taints, `key=value:effect`; `*` tolerates every key. */
function toleration({ key, operator, value, effect }: Toleration): string {
  const equal = known(operator) === 'Exists' || value === undefined ? '' : `=${known(value) ?? '?'}`;
  const on = known(effect) ?? '';
  return `${known(key) || '*'}${equal}${on === '' ? '' : `:${on}`}`;
}

const RESTART: Readonly<Record<string, string>> = { Always: 'always', OnFailure: 'on-failure', Never: 'no' };

export function restartPolicy(leaf: Leaf<string>): Value<string> {
  return mapValue(leaf.value, (policy) => RESTART[policy] ?? policy);
}

function stateStrays(out: Statements, spec: PodSpec): void {
  for (const { key, meant, why } of spec.strays ?? []) {
    const facts = meant === undefined ? undefined : podFactsInDoubt(meant, new Unknown(why));
    if (facts !== undefined) out.key(spec.node, key, facts);
  }
}

function podFactsInDoubt(field: string, why: Unknown): Facts | undefined {
  if (Object.hasOwn(SWITCHES, field)) return SWITCHES[field as PodFlag](why, 'private');
  switch (field) {
    case 'runtimeClassName':
      return { 'kubernetes.runtime-class': why, 'request.runtime': why, 'sandbox.kind': why };
    case 'automountServiceAccountToken':
      return { 'kubernetes.service-account-token': why };
    case 'serviceAccountName':
    case 'serviceAccount':
      return { 'kubernetes.service-account': why, 'rbac.*': why };
    case 'securityContext':
      return everyContextFact(why);
    default:
      return contextFactsInDoubt(field, why);
  }
}

/** A securityContext that could not be read may have said anything that one can say. */
export function everyContextFact(why: Unknown): Facts {
  const fields = ['runAsUser', 'runAsGroup', 'runAsNonRoot', 'privileged', 'allowPrivilegeEscalation'];
  const further = ['readOnlyRootFilesystem', 'procMount', 'seccompProfile', 'appArmorProfile', 'seLinuxOptions'];
  const facts = [...fields, ...further, 'capabilities'].map((field) => contextFactsInDoubt(field, why) ?? {});
  return Object.assign({}, ...facts) as Facts;
}

/** Facts of a Job that say how long what it leaves stays, and how often it starts again. */
const JOB_FIELDS: Readonly<Record<string, `cluster.${string}`>> = {
  backoffLimit: 'cluster.job-backoff-limit',
  activeDeadlineSeconds: 'cluster.job-active-deadline-seconds',
  ttlSecondsAfterFinished: 'cluster.job-ttl-seconds',
};

export function stateJob(out: Statements, pod: Pod): void {
  const { kind, node } = pod.object;
  if (kind !== 'Job' && kind !== 'CronJob') return;
  const job = kind === 'Job' ? mapOf(node, 'spec') : mapOf(node, 'spec', 'jobTemplate', 'spec');
  if (job === undefined) return;
  for (const [field, key] of Object.entries(JOB_FIELDS)) {
    const value = Number(textOf(job, field) ?? Number.NaN);
    if (Number.isSafeInteger(value)) out.key(job, field, factOf(key, value));
  }
}
