import { CofferdamError, type Layer } from '../../posture/index.ts';
import { placeAt } from '../document/index.ts';
import type { InlineSuppression, Subject } from '../subject.ts';
import type { PlacedSuppression } from '../suppressions.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { stateContainer, stateImage } from './container-facts.ts';
import { known } from './fields.ts';
import { mapOf } from './object.ts';
import { orchestrate } from './orchestrate.ts';
import { stateJob, statePod } from './pod-facts.ts';
import type { Pod, PodContainer } from './pods.ts';
import type { Rbac } from './rbac.ts';
import { oddCapability, stateSecurity } from './security.ts';
import { stateOwnToken } from './service-account.ts';
import { Statements } from './statements.ts';
import { annotatedSuppressions, within } from './suppressions.ts';
import { stateMounts } from './volumes.ts';

/** One subject for each container of a pod. */
export function workloadSubjects(
  pod: Pod,
  cluster: ClusterIndex,
  rbac: Rbac,
  comments: readonly PlacedSuppression[],
  problems: CofferdamError[],
): Subject[] {
  const shared = podSuppressions(pod, comments, problems);
  return pod.containers.map((container) => {
    reportOddities(pod, container, problems);
    const image = container.spec.image?.value;
    return {
      id: `${pod.id}/${container.path}`,
      kind: 'workload',
      name: `${pod.object.name}/${container.name}`,
      artifact: 'kubernetes',
      engine: 'kubernetes',
      place: container.place,
      pod,
      layers: layersOf(pod, container, cluster, rbac),
      ...(image === undefined ? {} : { image }),
      suppressions: [...shared, ...plain(within(comments, pod.object.document, container.spec.node))],
    };
  });
}

function layersOf(pod: Pod, container: PodContainer, cluster: ClusterIndex, rbac: Rbac): Layer[] {
  const { document } = pod.object;
  const image = new Statements(document, 'distribute');
  stateImage(image, container.spec);
  const request = new Statements(document, 'request');
  statePod(request, pod, container, cluster);
  stateJob(request, pod);
  stateOwnToken(request, pod, container);
  stateMounts(request, pod, container, cluster);
  stateContainer(request, pod, container);
  stateSecurity(request, pod, container);
  return [image, orchestrate(pod, container, cluster, rbac), request]
    .filter(({ list }) => list.length > 0)
    .map(({ phase, list }) => ({ phase, statements: list }));
}

/** Comments in the object's text that stand in no container, and annotations of the object and of its pod template. */
function podSuppressions(
  pod: Pod,
  comments: readonly PlacedSuppression[],
  problems: CofferdamError[],
): InlineSuppression[] {
  const { object } = pod;
  const inObject = within(comments, object.document, object.node);
  const inContainers = new Set(pod.containers.flatMap(({ spec }) => within(inObject, object.document, spec.node)));
  const annotated = annotatedSuppressions(object, mapOf(object.node, 'metadata'), problems);
  if (pod.template !== object.node)
    annotated.push(...annotatedSuppressions(object, mapOf(pod.template, 'metadata'), problems));
  return [...plain(inObject.filter((comment) => !inContainers.has(comment))), ...annotated];
}

const plain = (comments: readonly PlacedSuppression[]): InlineSuppression[] =>
  comments.map(({ offset: _, ...rest }) => rest);

/** What the API or the kubelet takes and does not do as one may think. */
function reportOddities(pod: Pod, container: PodContainer, problems: CofferdamError[]): void {
  const { document } = pod.object;
  const { capabilities } = container.spec.securityContext ?? {};
  for (const leaf of [...(capabilities?.add ?? []), ...(capabilities?.drop ?? [])]) {
    const name = known(leaf);
    const hint = name === undefined ? undefined : oddCapability(name);
    if (hint === undefined) continue;
    problems.push(
      new CofferdamError(
        'unknown-capability',
        `\`${name}\` is no capability name of Kubernetes`,
        hint,
        placeAt(document, leaf.node),
      ),
    );
  }
  for (const mount of container.spec.volumeMounts ?? []) {
    const name = known(mount.name);
    const stated =
      pod.claimTemplates.has(name ?? '') || pod.spec.volumes?.some((volume) => known(volume.name) === name);
    if (name === undefined || stated) continue;
    const hint = 'add it to the pod’s volumes, or correct the name';
    problems.push(
      new CofferdamError(
        'unknown-volume',
        `no volume \`${name}\` is stated in the pod`,
        hint,
        placeAt(document, mount.node),
      ),
    );
  }
}
