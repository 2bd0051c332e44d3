import { type AllOf, type AnyOf, all, any, type Expr, type Gate } from './expression.ts';
import type { GrantParams } from './gates/grant.ts';
import { fact, granted } from './words.ts';

/**
 * Words of vectors about the orchestrator: which object of a cluster is asked about, and what a right to the Kubernetes API takes
 * before it can be used.
 */

/** A container that a kubelet starts. Others have no cluster to be asked about. */
export const onKubernetes: Gate = fact('engine.name', { is: 'kubernetes' }, 'orchestrator', { absent: 'closed' });

/** An object of the cluster of one of these kinds. */
export const ofKind = (...kinds: readonly string[]): Gate =>
  fact('kubernetes.kind', { in: kinds }, 'orchestrator', { absent: 'closed' });

/** Whoever may hold rights: a pod by its service account, and a binding for whom it names. */
export const holdsRights: AnyOf = any(
  'may hold rights to the Kubernetes API',
  onKubernetes,
  fact('cluster.role', { matches: '.' }, 'orchestrator', { absent: 'closed' }),
);

/**
 * A pod acts on the API with the token that lies in it, over the network. Whom a binding names brings credentials of its own: there
 * nothing states a token or a network. Network policies that nobody stated are taken as absent, which is the API's own default
 * (networking/v1: a pod that no policy selects is not isolated).
 */
const reachesApi: AllOf = all(
  'can act on the Kubernetes API',
  fact('kubernetes.service-account-token', { is: true }, 'orchestrator', {
    absent: 'passes',
    set: false,
    title: 'the token of its service account is mounted',
  }),
  { gate: 'network', to: 'outside', usually: 'passes' },
);

/** The route of a vector about rights: each of them is needed. */
export const actsWith = (...rights: readonly Expr[]): readonly Expr[] => [reachesApi, ...rights];

export const mayDo = (
  verbs: readonly string[],
  resources: readonly string[],
  more: Pick<GrantParams, 'clusterWide'> = {},
): Gate => granted({ verbs, resources, ...more });

/** Reading an object takes any of these: `list` and `watch` return contents as `get` does. */
export const READ = ['get', 'list', 'watch'] as const;
/** Changing one that exists. */
export const CHANGE = ['update', 'patch'] as const;

/** Kinds that hold a pod template; their controllers create pods with rights of their own. */
export const POD_MAKERS = [
  'pods',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'replicationcontrollers',
] as const;

/** Roles that every cluster binds to everybody so that clients can find the API read nothing of its contents. */
export const grantsBeyondDiscovery: Gate = fact(
  'cluster.role',
  {
    notMatches:
      '^ClusterRole/system:(basic-user|discovery|public-info-viewer|service-account-issuer-discovery)$|^Role/kubeadm:bootstrap-signer-clusterinfo$',
  },
  'orchestrator',
  { title: 'the role is not one for discovery' },
);

/** A container whose command is this program of the control plane, as static pods start it. */
export const runsProgram = (name: string): AllOf =>
  all(
    `runs ${name}`,
    onKubernetes,
    fact('process.argv', { matches: `(^|/)${name}$` }, 'orchestrator', { absent: 'closed' }),
  );

/** One of its arguments matches, or none does. */
export const argument = (test: { matches: string } | { notMatches: string }, title: string): Gate =>
  fact('process.argv', test, 'orchestrator', { title });
