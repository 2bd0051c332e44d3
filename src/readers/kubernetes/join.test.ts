import { describe, expect, test } from 'vitest';
import { type FactKey, Posture, Unknown } from '../../posture/index.ts';
import type { Subject } from '../subject.ts';
import { joinCluster, readObjects } from './index.ts';

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      runtimeClassName: safe
      containers:
      - {name: app, volumeMounts: [{name: data, mountPath: /data}]}
      volumes:
      - {name: data, persistentVolumeClaim: {claimName: data}}
`;

/** Objects in a file of their own, beside the deployment's. */
function join(...files: readonly string[]): readonly Subject[] {
  return joinCluster([DEPLOYMENT, ...files].map((text, index) => readObjects(text, `${index}.yaml`))).subjects;
}

function fact(subjects: readonly Subject[], key: string, id = '0.yaml#Deployment/shop/web/container/app') {
  const subject = subjects.find((candidate) => candidate.id === id);
  if (subject === undefined) throw new Error(`no ${id} among ${subjects.map((s) => s.id).join(' ')}`);
  return Posture.fold(subject.layers).get(key as FactKey);
}

const role = (rules: string, kind = 'Role'): string =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: {name: r${kind === 'Role' ? ', namespace: shop' : ''}}\nrules: [${rules}]\n`;
const binding = (kind: string, ref: string, subject = '{kind: ServiceAccount, name: web, namespace: shop}'): string =>
  `---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: {name: b, namespace: shop}\nroleRef: {${ref}}\nsubjects: [${subject}]\n`;
const toRole = binding('RoleBinding', 'kind: Role, name: r');
const toClusterRole = binding('ClusterRoleBinding', 'kind: ClusterRole, name: r');
const rule = (resources: string, verbs: string, groups = '""'): string =>
  `{apiGroups: [${groups}], resources: [${resources}], verbs: [${verbs}]}`;
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {${spec}}\n`;
const namespace = (labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {${labels}}}\n`;
const account = (fields: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n${fields}\n`;
const runtimeClass = (handler: string): string =>
  `apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: safe}\nhandler: ${handler}\n`;
const webhook = (resource: string): string =>
  `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: m}, webhooks: [{rules: [{resources: [${resource}]}]}]}`;
const label = 'kubernetes.namespace-label.pod-security.kubernetes.io/enforce';

describe('a workload gets what other files say', () => {
  test.for<[when: string, file: string, key: string, then: unknown]>([
    ['namespace label', namespace('pod-security.kubernetes.io/enforce: restricted'), label, 'restricted'],
    ['namespace without the label', namespace('team: a'), label, 'none'],
    ['no Namespace object', '', label, 'unknown'],
    ['Namespace of another name', namespace('a: b').replace('shop', 'other'), label, 'unknown'],

    ['account without a word on its token', account(''), 'kubernetes.service-account-token', true],
    [
      'account that refuses its token',
      account('automountServiceAccountToken: false'),
      'kubernetes.service-account-token',
      false,
    ],
    ['no account', '', 'kubernetes.service-account-token', 'unknown'],

    ['handler of the runtime class', runtimeClass('runsc'), 'request.runtime', 'runsc'],
    ['no runtime class: its name', '', 'request.runtime', 'safe'],
    ['the class keeps its name', runtimeClass('runsc'), 'kubernetes.runtime-class', 'safe'],

    ['verb of a role', role(rule('secrets', 'get')) + toRole, 'rbac.get secrets', 'namespace'],
    ['verb that the role lacks', role(rule('secrets', 'get')) + toRole, 'rbac.create pods', 'unknown'],
    [
      'cluster role bound in a namespace',
      role(rule('secrets', 'get'), 'ClusterRole') + binding('RoleBinding', 'kind: ClusterRole, name: r'),
      'rbac.get secrets',
      'namespace',
    ],
    [
      'cluster role bound everywhere',
      role(rule('secrets', 'get'), 'ClusterRole') + toClusterRole,
      'rbac.get secrets',
      'cluster',
    ],
    [
      'nodes through a namespace',
      role(rule('nodes/proxy', 'get'), 'ClusterRole') + binding('RoleBinding', 'kind: ClusterRole, name: r'),
      'rbac.get nodes/proxy',
      'unknown',
    ],
    [
      'every verb',
      role(rule('roles', '"*"', 'rbac.authorization.k8s.io')) + toRole,
      'rbac.escalate roles',
      'namespace',
    ],
    ['every resource', role(rule('"*"', 'create')) + toRole, 'rbac.create pods/exec', 'namespace'],
    [
      'every resource of another group',
      role(rule('"*"', 'create', 'apps')) + toRole,
      'rbac.create pods/exec',
      'unknown',
    ],
    [
      'a sub-resource of every resource',
      role(rule('"*/exec"', 'create')) + toRole,
      'rbac.create pods/exec',
      'namespace',
    ],
    [
      'the same name in another group',
      role(rule('pods', 'get', 'metrics.k8s.io')) + toRole,
      'rbac.get pods',
      'unknown',
    ],
    [
      'its name in facts',
      role(rule('pods', 'get', 'metrics.k8s.io')) + toRole,
      'rbac.get pods.metrics.k8s.io',
      'namespace',
    ],
    ['everything', role(rule('"*"', '"*"', '"*"'), 'ClusterRole') + toClusterRole, 'rbac.impersonate users', 'cluster'],
    [
      'named objects only',
      role('{apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [a]}') + toRole,
      'rbac.get secrets',
      'unknown',
    ],
    [
      'named objects, and all by another rule',
      role(`${rule('secrets', 'get')}, {apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [a]}`) +
        toRole,
      'rbac.get secrets',
      'namespace',
    ],
    [
      'the cluster’s own admin',
      binding('ClusterRoleBinding', 'kind: ClusterRole, name: cluster-admin'),
      'rbac.get secrets',
      'cluster',
    ],
    [
      'the cluster’s own edit',
      binding('RoleBinding', 'kind: ClusterRole, name: edit'),
      'rbac.create serviceaccounts/token',
      'namespace',
    ],
    [
      'the cluster’s own view reads no secrets',
      binding('RoleBinding', 'kind: ClusterRole, name: view'),
      'rbac.get secrets',
      'unknown',
    ],
    ['a role that nobody knows', binding('RoleBinding', 'kind: Role, name: lost'), 'rbac.get secrets', 'unknown'],
    [
      'by the group of all accounts',
      role(rule('secrets', 'get'), 'ClusterRole') +
        binding('ClusterRoleBinding', 'kind: ClusterRole, name: r', '{kind: Group, name: "system:serviceaccounts"}'),
      'rbac.get secrets',
      'cluster',
    ],
    [
      'another account',
      role(rule('secrets', 'get')) + binding('RoleBinding', 'kind: Role, name: r', '{kind: ServiceAccount, name: db}'),
      'rbac.get secrets',
      'unknown',
    ],
    [
      'aggregated',
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: part, labels: {to: whole}}\nrules: [${rule('secrets', 'list')}]\n---\n${role('', 'ClusterRole')}aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: whole}}]}\n${toClusterRole}`,
      'rbac.list secrets',
      'cluster',
    ],

    ['no policy', '', 'network.egress', 'unknown'],
    ['everything denied', policy('podSelector: {}, policyTypes: [Ingress, Egress]'), 'network.egress', 'none'],
    ['policy types by default', policy('podSelector: {}'), 'network.ingress', 'none'],
    ['policy types by default, the other direction', policy('podSelector: {}'), 'network.egress', 'unknown'],
    [
      'a rule',
      policy('podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]'),
      'network.ingress',
      'restricted',
    ],
    ['a rule without peers', policy('podSelector: {}, egress: [{}]'), 'network.egress', 'all'],
    [
      'a rule for every address',
      policy('podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]'),
      'network.egress',
      'all',
    ],
    [
      'every address but one',
      policy('podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]'),
      'network.egress',
      'restricted',
    ],
    ['another pod’s policy', policy('podSelector: {matchLabels: {app: db}}'), 'network.ingress', 'unknown'],
    [
      'a selector by expression',
      policy('podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}'),
      'network.ingress',
      'none',
    ],
    [
      'the looser of two',
      `${policy('podSelector: {}, ingress: [{}]')}---\n${policy('podSelector: {}').replace('name: p', 'name: q')}`,
      'network.ingress',
      'all',
    ],
    [
      'a policy of a plug-in beside',
      `${policy('podSelector: {}')}---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c}}`,
      'network.ingress',
      'unknown',
    ],

    [
      'limit by default',
      'apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\nspec: {limits: [{type: Container, default: {memory: 1Ki}, max: {memory: 2Ki}}]}',
      'limit.memory',
      1024,
    ],
    [
      'limit of the most',
      'apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\nspec: {limits: [{type: Container, max: {cpu: 2}}]}',
      'limit.cpu',
      2,
    ],
    [
      'limits of a pod are no defaults',
      'apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\nspec: {limits: [{type: Pod, max: {cpu: 2}}]}',
      'limit.cpu',
      undefined,
    ],

    [
      'claim on a path of the node',
      'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv}\nspec: {claimRef: {namespace: shop, name: data}, hostPath: {path: /var/lib/kubelet}}',
      'mount./data',
      { type: 'bind', source: '/var/lib/kubelet', readonly: false },
    ],
    [
      'claim on a volume that is not among the files',
      '',
      'mount./data',
      { type: 'volume', source: 'data', readonly: false },
    ],

    ['a webhook for pods', webhook('pods'), 'cluster.policy-engine', 'unknown'],
    ['a webhook for something else', webhook('certificates'), 'cluster.policy-engine', undefined],
    [
      'a policy engine',
      '{apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {name: k}}',
      'cluster.policy-engine',
      'unknown',
    ],
  ])('%s', ([, file, key, then]) => {
    const value = fact(join(file), key)?.value;
    expect(value instanceof Unknown ? 'unknown' : value).toEqual(then);
  });
});

test('a grant names the rule, and the binding that it came through', () => {
  expect(fact(join(role(rule('secrets', 'get')) + toRole), 'rbac.get secrets')).toMatchObject({
    phase: 'orchestrate',
    source: { path: '1.yaml', line: 4, text: 'resources: [secrets], verbs: [get]', via: [{ path: '1.yaml', line: 9 }] },
  });
});

describe('objects of the cluster', () => {
  test.for<[when: string, file: string, id: string, key: string, then: unknown]>([
    ['binding', role(rule('secrets', 'get')) + toRole, 'RoleBinding/shop/b', 'rbac.get secrets', 'namespace'],
    [
      'binding grants no more than its role',
      role(rule('secrets', 'get')) + toRole,
      'RoleBinding/shop/b',
      'rbac.get pods',
      'none',
    ],
    [
      'whom',
      role(rule('secrets', 'get')) + toRole,
      'RoleBinding/shop/b',
      'cluster.granted-to',
      ['ServiceAccount/shop/web'],
    ],
    [
      'nobody by name',
      binding('ClusterRoleBinding', 'kind: ClusterRole, name: view', '{kind: User, name: "system:anonymous"}'),
      'ClusterRoleBinding/b',
      'cluster.granted-to-anonymous',
      true,
    ],
    ['namespace', namespace('a: b'), 'Namespace/shop', label, 'none'],
    [
      'namespace closed to all',
      `${namespace('a: b')}---\n${policy('podSelector: {}')}`,
      'Namespace/shop',
      'cluster.default-deny-ingress',
      true,
    ],
    [
      'node port',
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}',
      'Service/default/s',
      'network.published.0.0.0.0:30080/tcp',
      true,
    ],
    [
      'external address',
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {externalIPs: [192.0.2.1], ports: [{port: 80}]}',
      'Service/default/s',
      'cluster.external-ips',
      ['192.0.2.1'],
    ],
    [
      'volume that is kept',
      'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {persistentVolumeReclaimPolicy: Retain}',
      'PersistentVolume/v',
      'cluster.reclaim-policy',
      'Retain',
    ],
    [
      'kubelet',
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {anonymous: {enabled: true}}',
      'KubeletConfiguration/unnamed',
      'cluster.kubelet-anonymous',
      true,
    ],
  ])('%s', ([, file, id, key, then]) => {
    expect(fact(join(file), key, `1.yaml#${id}`)?.value).toEqual(then);
  });

  test('a service inside the cluster is none, nor is a Service of another API', () => {
    const inside = 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}';
    const other =
      '{apiVersion: example.org/v1, kind: Service, metadata: {name: t}, spec: {type: NodePort, ports: [{port: 1}]}}';
    expect(join(inside, other).filter(({ kind }) => kind === 'cluster')).toEqual([]);
  });
});

test('in a dump of a whole cluster, what is not there does not exist', () => {
  const dump = `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: kube-system, uid: a}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: cluster-admin, uid: b}, rules: []}
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: other, uid: c}, spec: {podSelector: {}}}
`;
  const subjects = join(dump);
  expect(fact(subjects, 'rbac.get secrets')?.value).toBe('none');
  expect(fact(subjects, 'network.ingress')?.value).toBe('all');
});
