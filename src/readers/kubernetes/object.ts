import { CofferdamError, type Place } from '../../posture/index.ts';
import { type Document, isNull, type MapNode, type Node, parseDocuments, placeAt } from '../document/index.ts';

/** One object of the API as it stands in a file. */
export interface KubernetesObject {
  readonly document: Document;
  readonly node: MapNode;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** As stated; `default` where a namespaced object names none. Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly namespaceStated: boolean;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** Where the object begins: its `kind:` key. */
  readonly place: Place;
}

/** The objects of one file, before they are joined with those of other files. */
export interface KubernetesFile {
  readonly path: string;
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly CofferdamError[];
}

export function entryOf(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let current = node;
  for (const key of path) {
    if (current?.kind !== 'map') return undefined;
    current = current.entries.get(key)?.value;
  }
  return current;
}

export function mapOf(node: Node | undefined, ...path: readonly string[]): MapNode | undefined {
  const found = entryOf(node, ...path);
  return found?.kind === 'map' ? found : undefined;
}

export function textOf(node: Node | undefined, ...path: readonly string[]): string | undefined {
  const found = entryOf(node, ...path);
  return found?.kind === 'scalar' && !isNull(found) ? found.text : undefined;
}

export function itemsOf(node: Node | undefined, ...path: readonly string[]): readonly Node[] {
  const found = entryOf(node, ...path);
  return found?.kind === 'list' ? found.items : [];
}

export function textsOf(node: Node | undefined, ...path: readonly string[]): string[] {
  return itemsOf(node, ...path).flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
}

/** A mapping of words, as labels and annotations are. */
export function wordsOf(node: Node | undefined, ...path: readonly string[]): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [key, { value }] of mapOf(node, ...path)?.entries ?? []) {
    if (value.kind === 'scalar') words.set(key, value.text);
  }
  return words;
}

/** Told by content: every object of the API says its version and kind. */
export function looksLikeKubernetes(root: Node): boolean {
  return textOf(root, 'apiVersion') !== undefined && textOf(root, 'kind') !== undefined && !isKustomization(root);
}

/** A file for `kustomize build`: of its API group, or without a kind and with the lists that only such files have. */
export function isKustomization(root: Node): boolean {
  const version = textOf(root, 'apiVersion');
  if (version !== undefined) return version.startsWith('kustomize.config.k8s.io/');
  const kind = textOf(root, 'kind');
  if (kind !== undefined) return kind === 'Kustomization';
  return ['resources', 'bases', 'components', 'patchesStrategicMerge'].some((key) => textsOf(root, key).length > 0);
}

/** Reads the objects of a text or of documents parsed already. What is not an object of the API is a problem, the others are kept. */
export function readObjects(input: string | readonly Document[], path: string): KubernetesFile {
  const problems: CofferdamError[] = [];
  const objects: KubernetesObject[] = [];
  for (const document of documentsOf(input, path, problems)) {
    if (isNull(document.root)) continue;
    collect(document, document.root, undefined, objects, problems);
  }
  return { path, objects, problems };
}

function documentsOf(
  input: string | readonly Document[],
  path: string,
  problems: CofferdamError[],
): readonly Document[] {
  if (typeof input !== 'string') return input;
  try {
    return parseDocuments(input, path);
  } catch (error) {
    if (!(error instanceof CofferdamError)) throw error;
    problems.push(error);
    return [];
  }
}

/** `PodList` and its like may leave out the version and kind of their items. */
function collect(
  document: Document,
  node: Node,
  within: { apiVersion: string; kind: string } | undefined,
  objects: KubernetesObject[],
  problems: CofferdamError[],
): void {
  const apiVersion = textOf(node, 'apiVersion') ?? within?.apiVersion;
  const kind = textOf(node, 'kind') ?? within?.kind;
  if (node.kind !== 'map' || apiVersion === undefined || !kind) {
    const hint = 'state `apiVersion` and `kind`';
    problems.push(
      new CofferdamError('not-an-object', 'not an object of the Kubernetes API', hint, placeAt(document, node)),
    );
    return;
  }
  const items = kind.endsWith('List') ? entryOf(node, 'items') : undefined;
  if (items?.kind === 'list' && within === undefined) {
    const inherited = { apiVersion, kind: kind.slice(0, -'List'.length) };
    for (const item of items.items) collect(document, item, inherited, objects, problems);
    return;
  }
  objects.push(objectAt(document, node, apiVersion, kind));
}

/** Kinds outside any namespace that matter here. A namespace on any other kind decides by itself. */
const CLUSTER_SCOPED = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'RuntimeClass',
  'PersistentVolume',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'PodSecurityPolicy',
  'KubeletConfiguration',
  'EncryptionConfiguration',
]);

function objectAt(document: Document, node: MapNode, apiVersion: string, kind: string): KubernetesObject {
  const metadata = mapOf(node, 'metadata');
  const namespace = textOf(metadata, 'namespace');
  const generated = textOf(metadata, 'generateName');
  const entry = node.entries.get('kind');
  const start = entry === undefined ? node : { start: entry.keyStart, end: entry.value.end };
  return {
    document,
    node,
    apiVersion,
    kind,
    name: textOf(metadata, 'name') ?? (generated === undefined ? 'unnamed' : `${generated}*`),
    namespace: CLUSTER_SCOPED.has(kind) ? '' : namespace || 'default',
    namespaceStated: namespace !== undefined,
    labels: wordsOf(metadata, 'labels'),
    annotations: wordsOf(metadata, 'annotations'),
    place: placeAt(document, start),
  };
}

export function describeObject(object: KubernetesObject): string {
  return `${object.kind}/${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`;
}
