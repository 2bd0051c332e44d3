import type { ElementKind } from '../threats/system-types.ts';
import type { CostName } from './costs.data.ts';
import type { JoinedKind } from './joined.ts';
import type { StateKind } from './states.ts';

/**
 * What follows from how a system is put together, whatever its vectors are. A rule of a relation speaks of its two ends, a rule of an
 * element of that element alone. All conditions must hold.
 */
export interface Rule {
  readonly id: string;
  readonly on:
    | { readonly relation: JoinedKind; readonly from?: ElementKind; readonly to?: ElementKind }
    | { readonly element: ElementKind };
  readonly when: readonly (readonly [state: StateKind, end: 'from' | 'to'])[];
  readonly gives: readonly [state: StateKind, end: 'from' | 'to'];
  readonly cost: Extract<CostName, 'given' | 'unknown' | 'application-flaw' | 'user-action'>;
  /** Why it follows; `{from}` and `{to}` are the names of the ends. */
  readonly says: string;
  /** It does not hold where the detail of the relation says this. */
  readonly unless?: RegExp;
}

const of = (element: ElementKind) => ({ element });
const rel = (relation: JoinedKind, ends: { from?: ElementKind; to?: ElementKind } = {}) => ({ relation, ...ends });
const self = (...states: StateKind[]) => states.map((state) => [state, 'from'] as const);

function machine(kind: 'host' | 'node'): Rule[] {
  const rule = (id: string, from: StateKind, to: StateKind, says: string): Rule => ({
    id: `${kind}-${id}`,
    on: of(kind),
    when: self(from),
    gives: [to, 'from'],
    cost: 'given',
    says,
  });
  return [
    rule('kernel-is-root', 'kernel', 'host-root', 'whoever controls the kernel of {from} makes himself root there'),
    rule('root-has-files', 'host-root', 'host-files', 'root on {from} reads every file'),
    rule('root-runs-code', 'host-root', 'host-code', 'root on {from} runs what he likes'),
    rule('root-enters-containers', 'host-root', 'tenants', 'root on {from} enters every container that runs there'),
    rule('root-stops', 'host-root', 'availability', 'root on {from} can stop it'),
    rule('root-has-services', 'host-root', 'host-service', 'root on {from} controls its services'),
    rule('root-has-part', 'host-files', 'host-part', 'some files are among all'),
    rule('files-have-credentials', 'host-files', 'host-credential', 'keys and tokens on {from} are files'),
    rule('code-has-network', 'host-code', 'host-network', 'what runs on {from} speaks from its network'),
  ];
}

export const RULES: readonly Rule[] = [
  ...machine('host'),
  ...machine('node'),
  {
    id: 'root-is-code',
    on: of('container'),
    when: self('root'),
    gives: ['code', 'from'],
    cost: 'given',
    says: 'root in {from} runs what he likes there',
  },
  {
    id: 'tenants-are-containers',
    on: rel('runs-on', { from: 'container' }),
    when: [['tenants', 'to']],
    gives: ['root', 'from'],
    cost: 'given',
    says: '{from} runs on {to}',
  },
  // Volumes.
  {
    id: 'reader-reads',
    on: rel('reads'),
    when: [['code', 'from']],
    gives: ['volume-read', 'to'],
    cost: 'given',
    says: '{from} has {to} mounted',
  },
  {
    id: 'writer-reads',
    on: rel('writes'),
    when: [['code', 'from']],
    gives: ['volume-read', 'to'],
    cost: 'given',
    says: '{from} has {to} mounted',
  },
  {
    id: 'writer-writes',
    on: rel('writes'),
    when: [['code', 'from']],
    gives: ['volume-write', 'to'],
    cost: 'given',
    says: '{from} has {to} mounted for writing',
  },
  {
    id: 'volume-reaches-reader',
    on: rel('reads'),
    when: [['volume-write', 'to']],
    gives: ['code', 'from'],
    cost: 'application-flaw',
    says: '{from} works on what lies in {to}',
  },
  {
    id: 'volume-reaches-writer',
    on: rel('writes'),
    when: [['volume-write', 'to']],
    gives: ['code', 'from'],
    cost: 'application-flaw',
    says: '{from} works on what lies in {to}',
  },
  {
    id: 'upper-path-reads-lower',
    on: rel('part-of'),
    when: [['volume-read', 'to']],
    gives: ['volume-read', 'from'],
    cost: 'given',
    says: '{from} lies below {to}',
  },
  {
    id: 'upper-path-writes-lower',
    on: rel('part-of'),
    when: [['volume-write', 'to']],
    gives: ['volume-write', 'from'],
    cost: 'given',
    says: '{from} lies below {to}',
  },
  {
    id: 'files-have-volumes',
    on: rel('stored-on'),
    when: [['host-files', 'to']],
    gives: ['volume-read', 'from'],
    cost: 'given',
    says: '{from} lies on {to}',
  },
  {
    id: 'root-writes-volumes',
    on: rel('stored-on'),
    when: [['host-root', 'to']],
    gives: ['volume-write', 'from'],
    cost: 'given',
    says: '{from} lies on {to}',
  },
  // Secrets.
  {
    id: 'container-holds-secret',
    on: rel('holds', { from: 'container' }),
    when: [['code', 'from']],
    gives: ['credential', 'to'],
    cost: 'given',
    says: '{to} is handed to {from}',
  },
  // Networks.
  {
    id: 'container-on-network',
    on: rel('attached-to', { from: 'container' }),
    when: [['code', 'from']],
    gives: ['network', 'to'],
    cost: 'given',
    says: '{from} is attached to {to}',
    unless: /egress/,
  },
  {
    id: 'network-reaches-container',
    on: rel('attached-to', { from: 'container' }),
    when: [['network', 'to']],
    gives: ['code', 'from'],
    cost: 'application-flaw',
    says: '{from} answers on {to}',
    unless: /ingress/,
  },
  {
    id: 'outside-reaches-container',
    on: rel('reaches', { from: 'user', to: 'container' }),
    when: [['outside', 'from']],
    gives: ['code', 'to'],
    cost: 'application-flaw',
    says: '{to} answers on a published port',
  },
  {
    id: 'outside-reaches-network',
    on: rel('reaches', { from: 'user', to: 'network' }),
    when: [['outside', 'from']],
    gives: ['network', 'to'],
    cost: 'unknown',
    says: 'a service opens {to} to the outside; the pods that it leads to are not among the files',
  },
  // Images.
  {
    id: 'image-is-code',
    on: rel('started-from', { from: 'container' }),
    when: [['image', 'to']],
    gives: ['code', 'from'],
    cost: 'given',
    says: '{from} is started from {to}',
  },
  {
    id: 'base-is-image',
    on: rel('built-from'),
    when: [['image', 'to']],
    gives: ['image', 'from'],
    cost: 'given',
    says: '{from} is built from {to}',
  },
  {
    id: 'registry-supplies',
    on: rel('pulled-from'),
    when: [['registry', 'to']],
    gives: ['supply', 'from'],
    cost: 'given',
    says: '{from} is pulled from {to}',
  },
  // The cluster.
  {
    id: 'account-in-namespace',
    on: rel('in-namespace', { from: 'service-account' }),
    when: [['pod-create', 'to']],
    gives: ['token', 'from'],
    cost: 'given',
    says: 'a pod of {to} may run as {from}',
  },
  {
    id: 'secrets-have-tokens',
    on: rel('in-namespace', { from: 'service-account' }),
    when: [['secrets-read', 'to']],
    gives: ['token', 'from'],
    cost: 'unknown',
    says: 'a lasting token of {from} may lie among the secrets of {to}',
  },
  {
    id: 'secrets-are-credentials',
    on: rel('in-namespace', { from: 'secret' }),
    when: [['secrets-read', 'to']],
    gives: ['credential', 'from'],
    cost: 'given',
    says: '{from} is one of the secrets of {to}',
  },
  {
    id: 'change-enters-pods',
    on: rel('in-namespace', { from: 'container' }),
    when: [['pod-change', 'to']],
    gives: ['code', 'from'],
    cost: 'given',
    says: '{from} is a container of {to}',
  },
  {
    id: 'pods-mount-secrets',
    on: of('namespace'),
    when: self('pod-create'),
    gives: ['secrets-read', 'from'],
    cost: 'given',
    says: 'a new pod of {from} may mount any secret there',
  },
  ...(['pod-create', 'pod-change', 'secrets-read'] as const).map(
    (state): Rule => ({
      id: `namespace-admin-${state}`,
      on: of('namespace'),
      when: self('namespace-admin'),
      gives: [state, 'from'],
      cost: 'given',
      says: 'it is among the rights to {from}',
    }),
  ),
  {
    id: 'admin-has-namespaces',
    on: rel('part-of-cluster'),
    when: [['cluster-admin', 'to']],
    gives: ['namespace-admin', 'from'],
    cost: 'given',
    says: '{from} belongs to the cluster',
  },
  {
    id: 'every-pod-has-namespaces',
    on: rel('part-of-cluster'),
    when: [['cluster-pods', 'to']],
    gives: ['pod-change', 'from'],
    cost: 'given',
    says: 'the pods of {from} are among all',
  },
  {
    id: 'every-secret-has-namespaces',
    on: rel('part-of-cluster'),
    when: [['cluster-secrets', 'to']],
    gives: ['secrets-read', 'from'],
    cost: 'given',
    says: 'the secrets of {from} are among all',
  },
  {
    id: 'admin-has-secrets',
    on: of('api-server'),
    when: self('cluster-admin'),
    gives: ['cluster-secrets', 'from'],
    cost: 'given',
    says: 'it is among the rights to the cluster',
  },
  {
    id: 'admin-has-pods',
    on: of('api-server'),
    when: self('cluster-admin'),
    gives: ['cluster-pods', 'from'],
    cost: 'given',
    says: 'it is among the rights to the cluster',
  },
  {
    id: 'pods-have-control-plane',
    on: of('api-server'),
    when: self('cluster-pods'),
    gives: ['cluster-admin', 'from'],
    cost: 'unknown',
    says: 'etcd and the API server are pods in most clusters; the files do not say it of this one',
  },
  {
    id: 'secrets-have-administrators',
    on: of('api-server'),
    when: self('cluster-secrets'),
    gives: ['cluster-admin', 'from'],
    cost: 'unknown',
    says: 'a lasting token of an administrator may lie among the secrets; the files do not say it',
  },
  {
    id: 'admin-has-nodes',
    on: rel('controls', { from: 'api-server' }),
    when: [['cluster-admin', 'from']],
    gives: ['host-root', 'to'],
    cost: 'given',
    says: 'whoever controls the cluster starts a privileged pod on {to}',
  },
  {
    id: 'node-has-part',
    on: rel('controls', { from: 'api-server' }),
    when: [['host-root', 'to']],
    gives: ['cluster-part', 'from'],
    cost: 'given',
    says: 'the kubelet of {to} has rights to the API server',
  },
];
