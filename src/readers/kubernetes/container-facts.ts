import { type FactValue, factOf, type LimitName, Unknown, type Value } from '../../posture/index.ts';
import { referenceFacts } from '../image-reference.ts';
import { publishedFacts } from '../port-syntax.ts';

import { known, type Leaf, mapValue } from './fields.ts';
import { everyContextFact, restartPolicy } from './pod-facts.ts';
import type { Container, ProbeAction, Resources } from './pod-schema.ts';
import type { Pod, PodContainer } from './pods.ts';
import { parseQuantity } from './quantity.ts';
import { contextFactsInDoubt } from './security.ts';
import type { Statements } from './statements.ts';

/** Facts of phase distribute: which image, and when it is pulled. */
export function stateImage(out: Statements, container: Container): void {
  const { node, image, imagePullPolicy } = container;
  if (image !== undefined) out.key(node, 'image', referenceFacts(image.value));
  if (imagePullPolicy !== undefined) out.key(node, 'imagePullPolicy', { 'image.pull-policy': imagePullPolicy.value });
}

/** What the container itself says, its securityContext and mounts apart. */
export function stateContainer(out: Statements, pod: Pod, container: PodContainer): void {
  const { spec } = container;
  if (pod.spec.resources !== undefined) stateLimits(out, pod.spec.resources);
  if (spec.resources !== undefined) stateLimits(out, spec.resources);
  stateProcess(out, spec);
  statePorts(out, pod, spec);
  stateEnvironment(out, spec);
  stateProbes(out, spec);
  if (spec.restartPolicy !== undefined) {
    out.key(spec.node, 'restartPolicy', { 'runtime.restart-policy': restartPolicy(spec.restartPolicy) });
  }
  for (const { key, meant, why } of spec.strays ?? []) {
    const doubt = new Unknown(why);
    const facts = meant === 'securityContext' ? everyContextFact(doubt) : contextFactsInDoubt(meant ?? '', doubt);
    if (facts !== undefined) out.key(spec.node, key, facts);
  }
}

export const LIMIT_OF_RESOURCE: Readonly<Record<string, LimitName>> = {
  memory: 'memory',
  cpu: 'cpu',
  'ephemeral-storage': 'storage',
};

function stateLimits(out: Statements, { limits, node }: Resources): void {
  const parent = node.entries.get('limits')?.value;
  if (limits === undefined || parent?.kind !== 'map') return;
  for (const [resource, leaf] of limits) {
    const limit = Object.hasOwn(LIMIT_OF_RESOURCE, resource) ? LIMIT_OF_RESOURCE[resource] : undefined;
    if (limit !== undefined) {
      out.key(parent, resource, factOf(`limit.${limit}`, quantity(leaf)), `limits.${resource}: ${known(leaf) ?? '?'}`);
    } else if (/(^|\.)gpu$|nvidia|amd\.com/.test(resource)) {
      out.key(parent, resource, { 'request.gpus': mapValue(leaf.value, (count) => `${resource}=${count}`) });
    }
  }
}

/** Zero is no limit: the kubelet leaves the cgroup alone (pkg/kubelet/kuberuntime `calculateLinuxResources`). */
export function quantity(leaf: Leaf<string>): Value<number | 'none'> {
  return mapValue(leaf.value, (written): Value<number | 'none'> => {
    const parsed = parseQuantity(written);
    return parsed === 0 ? 'none' : (parsed ?? new Unknown(`\`${written}\` is no quantity`));
  }) as Value<number | 'none'>;
}

function stateProcess(out: Statements, { node, command, args, workingDir, tty }: Container): void {
  if (command !== undefined && command.length > 0) {
    const words = [...command, ...(args ?? [])].map((leaf) => leaf.value);
    const doubt = words.find((part) => part instanceof Unknown);
    const argv: FactValue<'process.argv'> | Unknown = doubt ?? (words as string[]);
    const shown = `command: ${doubt === undefined ? JSON.stringify(words) : '?'}`;
    out.key(node, 'command', { 'process.argv': argv }, shown);
  }
  if (workingDir !== undefined) out.key(node, 'workingDir', { 'process.cwd': workingDir.value });
  if (tty !== undefined) out.key(node, 'tty', { 'process.terminal': tty.value });
}

/** With hostNetwork the API server puts every containerPort on the host too (SetDefaults_PodSpec, `defaultHostNetworkPorts`). */
function statePorts(out: Statements, pod: Pod, { ports }: Container): void {
  const hostNetwork = known(pod.spec.hostNetwork) === true;
  for (const port of ports ?? []) {
    const key = port.hostPort !== undefined ? 'hostPort' : 'containerPort';
    const number = known(port.hostPort) ?? (hostNetwork ? known(port.containerPort) : undefined);
    if (number === undefined || number === 0) continue;
    const published = { ip: known(port.hostIP) ?? '', host: String(number), protocol: known(port.protocol) ?? 'TCP' };
    out.key(port.node, key, publishedFacts(published));
  }
}

function stateEnvironment(out: Statements, { env }: Container): void {
  for (const variable of env ?? []) {
    const name = known(variable.name);
    if (name === undefined) continue;
    if (variable.valueFrom !== undefined) {
      out.key(
        variable.node,
        'name',
        factOf(`env.${name}`, new Unknown(originOf(variable.valueFrom))),
        `env: ${name} (valueFrom)`,
      );
    } else {
      out.key(
        variable.node,
        'name',
        factOf(`env.${name}`, variable.value?.value ?? ''),
        `env: ${name}=${known(variable.value) ?? ''}`,
      );
    }
  }
}

function originOf(from: NonNullable<NonNullable<Container['env']>[number]['valueFrom']>): string {
  for (const [field, what] of [
    ['secretKeyRef', 'Secret'],
    ['configMapKeyRef', 'ConfigMap'],
  ] as const) {
    const reference = from[field];
    if (reference !== undefined)
      return `its value comes from the ${what} ${known(reference.name) ?? '?'}, not from the file`;
  }
  return 'its value is filled in by the kubelet';
}

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

function stateProbes(out: Statements, { lifecycle, ...container }: Container): void {
  for (const name of PROBES) stateAction(out, name, container[name]);
  stateAction(out, 'lifecycle.postStart', lifecycle?.postStart);
  stateAction(out, 'lifecycle.preStop', lifecycle?.preStop);
}

function stateAction(out: Statements, name: string, action: ProbeAction | undefined): void {
  if (action === undefined) return;
  for (const field of ['httpGet', 'tcpSocket'] as const) {
    const target = action[field];
    const host = known(target?.host);
    if (target === undefined || !host) continue;
    out.key(target.node, 'host', { 'kubernetes.host-probe': true }, `${name}.${field}.host: ${host}`);
  }
  const { exec } = action;
  if (exec === undefined) return;
  const argv = (exec.command ?? []).map((leaf) => known(leaf) ?? '?');
  out.key(action.node, 'exec', factOf(`exec.${name}`, { privileged: false, argv }), `${name}: ${argv.join(' ')}`);
}
