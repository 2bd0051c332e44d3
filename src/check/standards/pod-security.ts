import { CofferdamError, type Place } from '../../posture/index.ts';
import { type Document, isNull, type MapNode, type Node, placeAt } from '../../readers/document/index.ts';
import type { StandardResult } from '../result.ts';
import { type Control, POD_SECURITY, type Revision, type Rule } from './pod-security.data.ts';

/** A pod as its manifest states it: the mapping that holds metadata and spec. */
export interface PodSource {
  readonly template: MapNode;
  readonly document: Document;
}

export interface Standard {
  readonly name: 'pss-baseline' | 'pss-restricted';
  /** Minor version of Kubernetes 1.x. */
  readonly minor: number;
}

/** The newest version of the standards that is known. */
const NEWEST = 37;

/** @throws CofferdamError `unknown-standard` */
export function readStandard(text: string): Standard {
  const match = /^(pss-baseline|pss-restricted)(?:@v?1\.(\d+))?$/.exec(text);
  if (match === null) {
    throw new CofferdamError(
      'unknown-standard',
      `standard \`${text}\` is not known`,
      `write pss-baseline or pss-restricted, with a version if need be: pss-restricted@1.${NEWEST}`,
    );
  }
  return { name: match[1] as Standard['name'], minor: match[2] === undefined ? NEWEST : Number(match[2]) };
}

/** Holds a pod against a standard: every control with its result, and the place that failed it. */
export function podSecurity(pod: PodSource, standard: Standard): StandardResult {
  const items = controlsAt(standard).map(({ control, revision }) => {
    const failure = exempt(revision, pod) ? undefined : firstFailure(revision.rule, pod);
    return {
      id: control.id,
      title: control.title,
      result: failure === undefined ? ('passed' as const) : ('failed' as const),
      detail: failure?.detail ?? '',
      source: failure?.place ?? {},
    };
  });
  const failed = items.some((item) => item.result === 'failed');
  return { name: standard.name, version: `1.${standard.minor}`, result: failed ? 'failed' : 'passed', items };
}

/** Controls of the level with the revision that holds; restricted holds baseline's too, but for those it replaces. */
function controlsAt(standard: Standard): { control: Control; revision: Revision }[] {
  const restricted = standard.name === 'pss-restricted';
  const active = POD_SECURITY.flatMap((control) => {
    if (control.level === 'restricted' && !restricted) return [];
    const revision = control.revisions.findLast((candidate) => candidate.since <= standard.minor);
    return revision === undefined ? [] : [{ control, revision }];
  });
  const names = new Set(active.map(({ control }) => control.id));
  return active.filter(({ control }) => control.replacedBy === undefined || !names.has(control.replacedBy));
}

function exempt(revision: Revision, pod: PodSource): boolean {
  const [os] = valuesAt(pod.template, 'spec.os.name');
  if (revision.linuxOnly && os?.kind === 'scalar' && os.text === 'windows') return true;
  const [hostUsers] = valuesAt(pod.template, 'spec.hostUsers');
  return revision.relaxedByUserNamespace === true && hostUsers?.kind === 'scalar' && hostUsers.text === 'false';
}

interface Failure {
  readonly detail: string;
  readonly place: Place;
}

function firstFailure(rule: Rule, pod: PodSource): Failure | undefined {
  switch (rule.kind) {
    case 'every':
      return firstOf(rule.rules, (part) => firstFailure(part, pod));
    case 'allowed':
      return firstOf(rule.paths, (path) =>
        firstOf(valuesAt(pod.template, path), (node) =>
          permits(rule.values, node) ? undefined : fail(pod, node, `${path} is ${textOf(node)}`),
        ),
      );
    case 'absent':
      return firstOf(rule.paths, (path) =>
        firstOf(valuesAt(pod.template, path), (node) =>
          isNull(node) ? undefined : fail(pod, node, `${path} is stated`),
        ),
      );
    case 'each':
      return firstOf(containersOf(pod), (container) => requires(container, rule.path, rule.values, pod));
    case 'pod-or-each':
      return podOrEach(rule, pod);
    case 'includes':
      return firstOf(containersOf(pod), (container) => {
        const members = valuesAt(container, `${rule.path}[]`).map(textOf);
        return members.includes(rule.member)
          ? undefined
          : fail(pod, container, `${rule.path} does not include ${rule.member}`);
      });
    case 'keys':
      return firstOf(valuesAt(pod.template, rule.path), (node) => {
        const odd =
          node.kind === 'map'
            ? [...node.entries].find(([key, entry]) => !rule.keys.includes(key) && !isNull(entry.value))
            : undefined;
        return odd === undefined
          ? undefined
          : fail(pod, { start: odd[1].keyStart, end: odd[1].keyEnd }, `${rule.path} is of kind ${odd[0]}`);
      });
  }
}

function podOrEach(rule: Extract<Rule, { kind: 'pod-or-each' }>, pod: PodSource): Failure | undefined {
  const [stated] = valuesAt(pod.template, rule.pod);
  const podStates = stated !== undefined && rule.values.includes(textOf(stated));
  const containers = containersOf(pod);
  const wrongPod = stated !== undefined && !isNull(stated) && !podStates;
  const failure = firstOf(containers, (container) => {
    const own = valuesAt(container, rule.container).find((node) => !isNull(node));
    if (own === undefined && podStates) return undefined;
    return requires(container, rule.container, rule.values, pod);
  });
  // A wrong value at pod level is refused even where every container overrides it.
  return failure ?? (wrongPod ? fail(pod, stated, `${rule.pod} is ${textOf(stated)}`) : undefined);
}

function requires(container: Node, path: string, values: readonly string[], pod: PodSource): Failure | undefined {
  const [node] = valuesAt(container, path);
  if (node !== undefined && values.includes(textOf(node))) return undefined;
  return fail(
    pod,
    node ?? container,
    node === undefined ? `${path} is not set to ${values.join(' or ')}` : `${path} is ${textOf(node)}`,
  );
}

function permits(values: readonly (string | RegExp)[], node: Node): boolean {
  if (isNull(node) || textOf(node) === '') return true;
  const text = textOf(node);
  return values.some((value) => (typeof value === 'string' ? value === text : value.test(text)));
}

/** Nodes that a path reaches. */
function valuesAt(root: Node, path: string): Node[] {
  let nodes: Node[] = [root];
  for (const step of path.split(/\.(?![^{]*\})/)) nodes = nodes.flatMap((node) => stepInto(node, step));
  return nodes;
}

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'];

function stepInto(node: Node, step: string): Node[] {
  if (node.kind !== 'map') return [];
  const prefixed = /^(\w+)\{(.+)\}\*$/.exec(step);
  if (prefixed) {
    const mapping = node.entries.get(prefixed[1] as string)?.value;
    return mapping?.kind === 'map'
      ? [...mapping.entries].filter(([key]) => key.startsWith(prefixed[2] as string)).map(([, entry]) => entry.value)
      : [];
  }
  if (!step.endsWith('[]')) return childOf(node, step);
  const name = step.slice(0, -2);
  return (name === 'containers' ? CONTAINER_LISTS : [name])
    .flatMap((key) => childOf(node, key))
    .flatMap((list) => (list.kind === 'list' ? list.items : []));
}

function childOf(node: MapNode, key: string): Node[] {
  const entry = node.entries.get(key);
  return entry === undefined ? [] : [entry.value];
}

function containersOf(pod: PodSource): Node[] {
  return valuesAt(pod.template, 'spec.containers[]');
}

function textOf(node: Node): string {
  return node.kind === 'scalar' ? node.text : node.kind;
}

function fail(pod: PodSource, node: { start: number; end: number }, detail: string): Failure {
  return { detail: detail.replaceAll('[]', '[*]'), place: placeAt(pod.document, node) };
}

function firstOf<T>(members: readonly T[], find: (member: T) => Failure | undefined): Failure | undefined {
  for (const member of members) {
    const failure = find(member);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
