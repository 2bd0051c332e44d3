/**
 * Kubernetes manifests: YAML or JSON with any number of objects, `List` included. Each container of each pod becomes a subject whose
 * layers hold what the pod says (request), what image it names (distribute), and what other objects of the same run make of it
 * (orchestrate: namespace labels, network policies, service account and its bindings, runtime class, limit ranges). Objects of
 * the cluster by which a vector comes in are subjects as well.
 *
 * `readKubernetes` reads one file by itself. Whoever reads many calls `readObjects` for each and `joinCluster` (or `joiner`) once.
 */
import { CofferdamError } from '../../posture/index.ts';
import type { Document } from '../document/index.ts';
import type { ReadOptions, ReadResult, Subject } from '../subject.ts';
import { yamlSuppressions } from '../suppressions.ts';
import { ClusterIndex } from './cluster-index.ts';
import { bindingSubject, clusterSubject } from './cluster-subjects.ts';
import { type KubernetesFile, type KubernetesObject, readObjects } from './object.ts';
import { readPods } from './pods.ts';
import { type Binding, Rbac } from './rbac.ts';
import { workloadSubjects } from './workload.ts';

export {
  isKustomization,
  type KubernetesFile,
  type KubernetesObject,
  looksLikeKubernetes,
  readObjects,
} from './object.ts';
export type { Container, PodSpec, Volume } from './pod-schema.ts';
export { readPodSecurity } from './pod-security.ts';
export type { ContainerRole, Pod, PodContainer } from './pods.ts';

/** One file by itself. It asks for no other file: profiles that a pod names lie on the node. */
export function readKubernetes(input: string | readonly Document[], path: string, _options?: ReadOptions): ReadResult {
  return joinCluster([readObjects(input, path)]);
}

/** The subjects of all files of a run, each workload joined with the objects of every file. */
export function joinCluster(files: readonly KubernetesFile[]): ReadResult {
  const read = joiner(files);
  const results = files.map(read);
  return {
    subjects: results.flatMap(({ subjects }) => subjects),
    problems: results.flatMap(({ problems }) => problems),
    skipped: [],
  };
}

/** The same, one file at a time, for runs whose subjects are too many to be held at once. */
export function joiner(files: readonly KubernetesFile[]): (file: KubernetesFile) => ReadResult {
  const cluster = new ClusterIndex(files);
  const rbac = new Rbac(cluster);
  const bindings = new Map(rbac.bindings.map((binding) => [binding.object, binding]));
  return (file) => readFile(file, cluster, rbac, bindings);
}

function readFile(
  file: KubernetesFile,
  cluster: ClusterIndex,
  rbac: Rbac,
  bindings: ReadonlyMap<KubernetesObject, Binding>,
): ReadResult {
  const subjects: Subject[] = [];
  const problems = [...file.problems];
  const [first] = file.objects;
  const comments = first === undefined ? [] : yamlSuppressions(first.document, (problem) => problems.push(problem));
  for (const object of file.objects) {
    const binding = bindings.get(object);
    if (binding !== undefined) subjects.push(bindingSubject(binding, comments, problems));
    const subject = clusterSubject(object, cluster, comments, problems);
    if (subject !== undefined) subjects.push(subject);
    for (const pod of readPods(object, problems)) {
      subjects.push(...workloadSubjects(pod, cluster, rbac, comments, problems));
    }
    reportRemoved(object, problems);
  }
  return { subjects: unique(subjects), problems, skipped: [] };
}

function reportRemoved(object: KubernetesObject, problems: CofferdamError[]): void {
  if (object.kind !== 'PodSecurityPolicy') return;
  const hint = 'label the namespaces for Pod Security admission instead';
  const message = 'PodSecurityPolicy has no effect since Kubernetes 1.25 and is not taken into account';
  problems.push(new CofferdamError('removed-kind', message, hint, object.place));
}

/** Two objects of one name in one file (an overlay pasted below its base): the later ids carry their line. */
function unique(subjects: readonly Subject[]): Subject[] {
  const seen = new Set<string>();
  return subjects.map((subject) => {
    let { id } = subject;
    if (seen.has(id)) id = `${id}@${subject.place.line}`;
    for (let again = 2; seen.has(id); again++) id = `${subject.id}@${subject.place.line}~${again}`;
    seen.add(id);
    return id === subject.id ? subject : { ...subject, id };
  });
}
