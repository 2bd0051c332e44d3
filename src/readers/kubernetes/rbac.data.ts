/*
 * What the wildcards of RBAC rules stand for, and what the cluster's own roles grant.
 * Groups and verbs: API reference of Kubernetes 1.37. Roles: plugin/pkg/auth/authorizer/rbac/bootstrappolicy (its test data).
 */
export const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

export interface ResourceFacts {
  readonly groups: readonly string[];
  /** Verbs beside those of every resource. */
  readonly verbs?: readonly string[];
  /** Cluster-scoped: a RoleBinding grants nothing on it. */
  readonly clusterScoped?: true;
}

const CORE = { groups: [''] } as const;
const APPS = { groups: ['apps', 'extensions'] } as const;
const BATCH = { groups: ['batch'] } as const;
const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = { groups: ['admissionregistration.k8s.io'], clusterScoped: true } as const;
const CERTIFICATES = 'certificates.k8s.io';

/** Resources by the name that facts use. Resources of other groups are named `RESOURCE.GROUP` in facts. */
export const RESOURCES: Readonly<Record<string, ResourceFacts>> = {
  pods: CORE,
  'pods/exec': CORE,
  'pods/attach': CORE,
  'pods/portforward': CORE,
  'pods/proxy': CORE,
  'pods/log': CORE,
  'pods/status': CORE,
  'pods/binding': CORE,
  'pods/eviction': CORE,
  'pods/ephemeralcontainers': CORE,
  'pods/resize': CORE,
  secrets: CORE,
  configmaps: CORE,
  serviceaccounts: { groups: [''], verbs: ['impersonate'] },
  'serviceaccounts/token': CORE,
  services: CORE,
  'services/proxy': CORE,
  'services/status': CORE,
  endpoints: CORE,
  events: CORE,
  persistentvolumeclaims: CORE,
  replicationcontrollers: CORE,
  podtemplates: CORE,
  limitranges: CORE,
  resourcequotas: CORE,
  bindings: CORE,
  persistentvolumes: { groups: [''], clusterScoped: true },
  namespaces: { groups: [''], clusterScoped: true },
  'namespaces/finalize': { groups: [''], clusterScoped: true },
  nodes: { groups: [''], clusterScoped: true },
  'nodes/proxy': { groups: [''], clusterScoped: true },
  'nodes/status': { groups: [''], clusterScoped: true },
  'nodes/log': { groups: [''], clusterScoped: true },
  'nodes/exec': { groups: [''], clusterScoped: true },
  users: { groups: [''], verbs: ['impersonate'], clusterScoped: true },
  groups: { groups: [''], verbs: ['impersonate'], clusterScoped: true },
  deployments: APPS,
  'deployments/scale': APPS,
  daemonsets: APPS,
  replicasets: APPS,
  statefulsets: { groups: ['apps'] },
  jobs: BATCH,
  cronjobs: BATCH,
  roles: { groups: [RBAC], verbs: ['escalate', 'bind'] },
  rolebindings: { groups: [RBAC] },
  clusterroles: { groups: [RBAC], verbs: ['escalate', 'bind'], clusterScoped: true },
  clusterrolebindings: { groups: [RBAC], clusterScoped: true },
  networkpolicies: { groups: ['networking.k8s.io', 'extensions'] },
  ingresses: { groups: ['networking.k8s.io', 'extensions'] },
  mutatingwebhookconfigurations: ADMISSION,
  validatingwebhookconfigurations: ADMISSION,
  mutatingadmissionpolicies: ADMISSION,
  validatingadmissionpolicies: ADMISSION,
  validatingadmissionpolicybindings: ADMISSION,
  certificatesigningrequests: { groups: [CERTIFICATES], clusterScoped: true },
  'certificatesigningrequests/approval': { groups: [CERTIFICATES], clusterScoped: true },
  signers: { groups: [CERTIFICATES], verbs: ['approve', 'sign', 'attest'], clusterScoped: true },
  runtimeclasses: { groups: ['node.k8s.io'], clusterScoped: true },
  customresourcedefinitions: { groups: ['apiextensions.k8s.io'], clusterScoped: true },
  apiservices: { groups: ['apiregistration.k8s.io'], clusterScoped: true },
  podsecuritypolicies: { groups: ['policy', 'extensions'], verbs: ['use'], clusterScoped: true },
  csidrivers: { groups: ['storage.k8s.io'], clusterScoped: true },
  storageclasses: { groups: ['storage.k8s.io'], clusterScoped: true },
};

export interface RoleRule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
}

const rule = (verbs: readonly string[], resources: readonly string[], groups: readonly string[] = ['']): RoleRule => ({
  verbs,
  groups,
  resources,
  names: [],
});
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const VIEW = [
  rule(READ, [
    'configmaps',
    'endpoints',
    'persistentvolumeclaims',
    'pods',
    'replicationcontrollers',
    'serviceaccounts',
  ]),
  rule(READ, ['services', 'services/status', 'bindings', 'events', 'limitranges', 'pods/log', 'pods/status']),
  rule(READ, ['resourcequotas', 'namespaces']),
  rule(READ, ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'statefulsets'], ['apps', 'extensions']),
  rule(READ, ['cronjobs', 'jobs'], ['batch']),
  rule(READ, ['ingresses', 'networkpolicies'], ['networking.k8s.io', 'extensions']),
];
const EDIT = [
  ...VIEW,
  rule(READ, ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'secrets', 'services/proxy']),
  rule(['impersonate'], ['serviceaccounts']),
  rule(WRITE, ['pods', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy']),
  rule(WRITE, ['configmaps', 'events', 'persistentvolumeclaims', 'replicationcontrollers', 'secrets']),
  rule(WRITE, ['serviceaccounts', 'services', 'services/proxy']),
  rule(['create'], ['pods/eviction', 'serviceaccounts/token']),
  rule(
    WRITE,
    ['daemonsets', 'deployments', 'deployments/scale', 'replicasets', 'statefulsets'],
    ['apps', 'extensions'],
  ),
  rule(WRITE, ['cronjobs', 'jobs'], ['batch']),
  rule(WRITE, ['ingresses', 'networkpolicies'], ['networking.k8s.io', 'extensions']),
];

export const CLUSTER_ROLES: Readonly<Record<string, readonly RoleRule[]>> = {
  'cluster-admin': [rule(['*'], ['*'], ['*'])],
  view: VIEW,
  edit: EDIT,
  admin: [...EDIT, rule([...READ, ...WRITE], ['roles', 'rolebindings'], [RBAC])],
  'system:discovery': [],
  'system:basic-user': [],
  'system:public-info-viewer': [],
  'system:service-account-issuer-discovery': [],
  'system:auth-delegator': [],
};

/** Who may ask the API server without a name. */
export const ANONYMOUS: readonly string[] = ['User/system:anonymous', 'Group/system:unauthenticated'];
