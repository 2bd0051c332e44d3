import { factOf, type Source, Unknown, type Value } from '../../posture/index.ts';
import { DecodeContext } from '../document/index.ts';

import type { ClusterIndex } from './cluster-index.ts';
import { flag, known } from './fields.ts';
import { entryOf, type KubernetesObject, mapOf } from './object.ts';
import type { Pod, PodContainer } from './pods.ts';
import type { Rbac } from './rbac.ts';
import { apiDefault, type Facts, type Statements, sourceOfKey } from './statements.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const ADMISSION = 'plugin/pkg/admission/serviceaccount/admission.go';

/** In words that do not name the account, so that what is unknown of one is the same of all. */
const OTHER_BINDINGS = new Unknown('bindings that are not among the files may grant more to its service account');

/** Who the pod is to the API server, what that account may do, and whether its token lies in the container. */
export function stateIdentity(
  out: Statements,
  pod: Pod,
  container: PodContainer,
  cluster: ClusterIndex,
  rbac: Rbac,
): void {
  const { spec, object } = pod;
  const field = spec.serviceAccountName !== undefined ? 'serviceAccountName' : 'serviceAccount';
  const stated = spec[field];
  const name = known(stated) || 'default';
  const source: Source = stated === undefined ? apiDefault(ADMISSION) : sourceOfKey(object.document, spec.node, field);
  const base: Facts = cluster.complete ? { 'rbac.*': 'none' } : { 'rbac.*': OTHER_BINDINGS };
  out.add(source, { 'kubernetes.service-account': stated?.value ?? name, ...base });
  out.list.push(...rbac.statementsFor(object.namespace, name));
  const account = cluster.get('ServiceAccount', object.namespace, name);
  stateCloudIdentity(out, account, source, name);
  stateToken(out, container, account, name);
}

/** Annotations by which EKS, GKE and AKS tie a service account to an identity of the cloud. */
const CLOUD_IDENTITIES: readonly string[] = [
  'eks.amazonaws.com/role-arn',
  'iam.gke.io/gcp-service-account',
  'azure.workload.identity/client-id',
];

function stateCloudIdentity(out: Statements, account: KubernetesObject | undefined, own: Source, name: string): void {
  const why = new Unknown(
    `the ServiceAccount \`${name}\` is not among the files; it may name an identity of the cloud`,
  );
  const annotations = mapOf(account?.node, 'metadata', 'annotations');
  const key = CLOUD_IDENTITIES.find((candidate) => account?.annotations.has(candidate));
  if (account === undefined) out.add(own, { 'kubernetes.cloud-identity': why });
  else if (key === undefined || annotations === undefined) {
    out.add(sourceOfKey(account.document, account.node, 'kind'), { 'kubernetes.cloud-identity': 'none' });
  } else {
    const source = sourceOfKey(account.document, annotations, key);
    out.add(source, { 'kubernetes.cloud-identity': account.annotations.get(key) ?? '' });
  }
}

/** The account's word, else true. Ephemeral containers are put in later and get none of their own. */
function stateToken(
  out: Statements,
  container: PodContainer,
  account: KubernetesObject | undefined,
  name: string,
): void {
  if (container.role === 'ephemeral') {
    const why = new Unknown('an ephemeral container gets no token itself; that of its target may be in its reach');
    out.add(apiDefault(ADMISSION), { 'kubernetes.service-account-token': why });
    return;
  }
  const declared = entryOf(account?.node, 'automountServiceAccountToken');
  if (account !== undefined && declared !== undefined) {
    const value = flag.decode(declared, new DecodeContext(account.document))?.value ?? true;
    out.add(sourceOfKey(account.document, account.node, 'automountServiceAccountToken'), tokenFacts(value, container));
  } else {
    const absent = account === undefined && name !== 'default';
    const why = new Unknown(`the ServiceAccount \`${name}\` is not among the files; it may switch the token off`);
    out.add(apiDefault(ADMISSION), tokenFacts(absent ? why : true, container));
  }
}

/** What the pod says itself has precedence over its account. */
export function stateOwnToken(out: Statements, pod: Pod, container: PodContainer): void {
  const own = pod.spec.automountServiceAccountToken;
  if (own === undefined || container.role === 'ephemeral') return;
  out.key(pod.spec.node, 'automountServiceAccountToken', tokenFacts(own.value, container));
}

/** The admission plug-in mounts nothing where the container mounts something at that path already. */
function tokenFacts(value: Value<boolean>, container: PodContainer): Facts {
  const taken = container.spec.volumeMounts?.some((mount) => known(mount.mountPath) === TOKEN_PATH);
  if (taken) {
    return {
      'kubernetes.service-account-token': new Unknown('the container mounts a volume of its own where the token lies'),
    };
  }
  // Where it is in doubt, what would be mounted is known: questions about other mounts need not stay open.
  const mount =
    value === false ? ('none' as const) : ({ type: 'projected', source: 'kube-api-access', readonly: true } as const);
  return { 'kubernetes.service-account-token': value, ...factOf(`mount.${TOKEN_PATH}`, mount) };
}
