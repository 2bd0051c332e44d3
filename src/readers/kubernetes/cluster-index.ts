import { itemsOf, type KubernetesFile, type KubernetesObject, textOf, textsOf } from './object.ts';
import { type Backend, backendsIn, selectorOf } from './services.ts';

/** Policy engines and policies whose effect on a pod cannot be told from here, by API group. */
const POLICY_ENGINES: readonly string[] = ['kyverno.io', 'constraints.gatekeeper.sh', 'policies.kubewarden.io'];
const ADMISSION_KINDS = new Set([
  'ValidatingAdmissionPolicy',
  'MutatingAdmissionPolicy',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
]);
/** Network policies that other controllers obey, and that may override those of the API. */
const OTHER_NETWORK_POLICIES = new Set([
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'GlobalNetworkPolicy',
]);

const RBAC = ['rbac.authorization.k8s.io'];
const ADMISSION = ['admissionregistration.k8s.io'];
/** The kinds that workloads ask for, by API group: other groups have a Service or a Role too. */
const GROUPS_OF_KIND: Readonly<Record<string, readonly string[]>> = {
  Namespace: [''],
  ServiceAccount: [''],
  LimitRange: [''],
  Service: [''],
  PersistentVolume: [''],
  PersistentVolumeClaim: [''],
  NetworkPolicy: ['networking.k8s.io', 'extensions'],
  Ingress: ['networking.k8s.io', 'extensions'],
  RuntimeClass: ['node.k8s.io'],
  Role: RBAC,
  ClusterRole: RBAC,
  RoleBinding: RBAC,
  ClusterRoleBinding: RBAC,
  KubeletConfiguration: ['kubelet.config.k8s.io'],
  EncryptionConfiguration: ['apiserver.config.k8s.io'],
  Secret: [''],
  MutatingWebhookConfiguration: ADMISSION,
  ValidatingWebhookConfiguration: ADMISSION,
  ValidatingAdmissionPolicyBinding: ADMISSION,
};

/** Whether an object is one of those kinds and of the API that we know by its name. */
export function isOfKnownApi({ kind, apiVersion }: KubernetesObject): boolean {
  return Object.hasOwn(GROUPS_OF_KIND, kind) && (GROUPS_OF_KIND[kind]?.includes(groupOf(apiVersion)) ?? false);
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Whether the rules of a webhook or an admission policy match pods, or whatever makes pods. */
function reachesPods({ node }: KubernetesObject): boolean {
  const rules = [
    ...itemsOf(node, 'webhooks').flatMap((webhook) => itemsOf(webhook, 'rules')),
    ...itemsOf(node, 'spec', 'matchConstraints', 'resourceRules'),
  ];
  return rules.some((rule) => textsOf(rule, 'resources').some((resource) => POD_RESOURCES.test(resource)));
}

const POD_RESOURCES = /^(\*|\*\/\*|pods(\/.*)?|deployments|daemonsets|statefulsets|replicasets|jobs|cronjobs)$/;

/** The objects of all files of a run, by what workloads ask of them. */
export class ClusterIndex {
  readonly #byKind = new Map<string, Map<string, KubernetesObject>>();
  readonly #claimed = new Map<string, KubernetesObject>();
  readonly #inNamespace = new Map<string, KubernetesObject[]>();
  /** Services by their namespace and the first label that they ask for; backends by the namespace and name of their Service. */
  readonly #services = new Map<string, KubernetesObject[]>();
  readonly #backends = new Map<string, Backend[]>();
  readonly admission: KubernetesObject[] = [];
  readonly otherNetworkPolicies: KubernetesObject[] = [];
  /**
   * The files are a dump of a whole cluster: what is not in them does not exist. Told by objects that every cluster has and nobody
   * writes by hand, with the uid that an API server gave them.
   */
  readonly complete: boolean;

  constructor(files: readonly KubernetesFile[]) {
    for (const file of files) for (const object of file.objects) this.#add(object);
    const dumped = (kind: string, name: string): boolean =>
      textOf(this.get(kind, '', name)?.node, 'metadata', 'uid') !== undefined;
    this.complete = dumped('Namespace', 'kube-system') && dumped('ClusterRole', 'cluster-admin');
    for (const service of this.all('Service')) {
      const [first] = selectorOf(service);
      if (first !== undefined) append(this.#services, labelKey(service.namespace, first), service);
    }
    for (const ingress of this.all('Ingress'))
      for (const backend of backendsIn(ingress))
        append(this.#backends, `${ingress.namespace}/${backend.service}`, backend);
    for (const volume of this.all('PersistentVolume')) {
      const claim = textOf(volume.node, 'spec', 'claimRef', 'name');
      const namespace = textOf(volume.node, 'spec', 'claimRef', 'namespace') ?? 'default';
      if (claim !== undefined) this.#claimed.set(`${namespace}/${claim}`, volume);
    }
  }

  #add(object: KubernetesObject): void {
    const { kind, namespace, name, apiVersion } = object;
    const ours = isOfKnownApi(object);
    if (ours) {
      const objects = this.#byKind.get(kind) ?? new Map<string, KubernetesObject>();
      objects.set(`${namespace}/${name}`, object);
      this.#byKind.set(kind, objects);
    }
    if (ours && (kind === 'NetworkPolicy' || kind === 'LimitRange')) {
      append(this.#inNamespace, `${kind}/${namespace}`, object);
    }
    const engine = POLICY_ENGINES.includes(groupOf(apiVersion));
    if (engine || (ADMISSION_KINDS.has(kind) && reachesPods(object))) this.admission.push(object);
    const foreign = kind === 'NetworkPolicy' && !ours;
    if (OTHER_NETWORK_POLICIES.has(kind) || foreign) this.otherNetworkPolicies.push(object);
  }

  get(kind: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.#byKind.get(kind)?.get(`${namespace}/${name}`);
  }

  all(kind: string): Iterable<KubernetesObject> {
    return this.#byKind.get(kind)?.values() ?? [];
  }

  has(kind: string): boolean {
    return this.#byKind.has(kind);
  }

  inNamespace(kind: 'NetworkPolicy' | 'LimitRange', namespace: string): readonly KubernetesObject[] {
    return this.#inNamespace.get(`${kind}/${namespace}`) ?? [];
  }

  /** Services whose selector takes in a pod with these labels. */
  servicesOf(namespace: string, labels: ReadonlyMap<string, string>): readonly KubernetesObject[] {
    return [...labels].flatMap((label) =>
      (this.#services.get(labelKey(namespace, label)) ?? []).filter((service) =>
        [...selectorOf(service)].every(([key, value]) => labels.get(key) === value),
      ),
    );
  }

  /** Backends of Ingresses that are this Service. */
  backendsOf({ namespace, name }: KubernetesObject): readonly Backend[] {
    return this.#backends.get(`${namespace}/${name}`) ?? [];
  }

  /** The PersistentVolume that a claim is bound to, where both sides or one of them say so. */
  volumeOfClaim(namespace: string, name: string): KubernetesObject | undefined {
    const wanted = textOf(this.get('PersistentVolumeClaim', namespace, name)?.node, 'spec', 'volumeName');
    const named = wanted === undefined ? undefined : this.get('PersistentVolume', '', wanted);
    return named ?? this.#claimed.get(`${namespace}/${name}`);
  }
}

function labelKey(namespace: string, [key, value]: readonly [string, string]): string {
  return `${namespace} ${key}=${value}`;
}

function append<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}
