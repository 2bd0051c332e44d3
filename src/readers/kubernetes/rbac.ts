import { type StatedSource, type Statement, Unknown, type Value } from '../../posture/index.ts';
import type { Document, MapNode } from '../document/index.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { itemsOf, type KubernetesObject, mapOf, textOf, textsOf, wordsOf } from './object.ts';
import { CLUSTER_ROLES, RESOURCES, type ResourceFacts, type RoleRule, VERBS } from './rbac.data.ts';
import { type Facts, sourceOfKey, sourceOfNode, through } from './statements.ts';

/*
 * What bindings grant, as facts `rbac.VERB RESOURCE`. The family's wildcard `rbac.*` means every verb on every resource.
 * `cluster` where a ClusterRoleBinding grants it, `namespace` where a RoleBinding does; Unknown where a rule is limited to objects
 * with certain names. Rules add up (there is no denial), so statements are ordered by strength and the strongest has the last word.
 */
type Scope = 'namespace' | 'cluster';

interface Grant {
  readonly statement: Statement;
  readonly strength: 0 | 1 | 2;
}

export interface Binding {
  readonly object: KubernetesObject;
  /** `ServiceAccount/shop/web`, `User/jane`, `Group/system:masters`. */
  readonly subjects: readonly string[];
  readonly role: string;
  readonly grants: readonly Grant[];
}

export class Rbac {
  readonly bindings: readonly Binding[];
  readonly #bySubject = new Map<string, Binding[]>();
  readonly #statements = new Map<string, readonly Statement[]>();

  constructor(cluster: ClusterIndex) {
    const bindings: Binding[] = [];
    for (const kind of ['RoleBinding', 'ClusterRoleBinding']) {
      for (const object of cluster.all(kind)) bindings.push(readBinding(object, cluster));
    }
    this.bindings = bindings;
    for (const binding of bindings) {
      for (const subject of new Set(binding.subjects)) {
        const known = this.#bySubject.get(subject);
        if (known === undefined) this.#bySubject.set(subject, [binding]);
        else known.push(binding);
      }
    }
  }

  /** What is granted to a service account by its own name or by a group that it belongs to. */
  statementsFor(namespace: string, name: string): readonly Statement[] {
    const key = `${namespace}/${name}`;
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    const identities = [
      `ServiceAccount/${namespace}/${name}`,
      `User/system:serviceaccount:${namespace}:${name}`,
      'Group/system:serviceaccounts',
      `Group/system:serviceaccounts:${namespace}`,
      'Group/system:authenticated',
    ];
    const bindings = new Set(identities.flatMap((identity) => this.#bySubject.get(identity) ?? []));
    const statements = byStrength([...bindings].flatMap((binding) => binding.grants));
    this.#statements.set(key, statements);
    return statements;
  }
}

export function byStrength(grants: readonly Grant[]): Statement[] {
  return [...grants].sort((a, b) => a.strength - b.strength).map(({ statement }) => statement);
}

function readBinding(object: KubernetesObject, cluster: ClusterIndex): Binding {
  const scope: Scope = object.kind === 'ClusterRoleBinding' ? 'cluster' : 'namespace';
  const kind = textOf(object.node, 'roleRef', 'kind') ?? 'ClusterRole';
  const name = textOf(object.node, 'roleRef', 'name') ?? '?';
  const role = cluster.get(kind, kind === 'ClusterRole' ? '' : object.namespace, name);
  const shown = `roleRef: ${kind} ${name}`;
  const source = sourceOfKey(object.document, object.node, 'roleRef', shown);
  return {
    object,
    subjects: itemsOf(object.node, 'subjects').map((subject) => subjectName(subject, object)),
    role: `${kind}/${name}`,
    grants: grantsOf(role, kind === 'ClusterRole' ? name : undefined, scope, source, cluster),
  };
}

function subjectName(subject: ReturnType<typeof itemsOf>[number], binding: KubernetesObject): string {
  const kind = textOf(subject, 'kind') ?? '?';
  const name = textOf(subject, 'name') ?? '?';
  if (kind !== 'ServiceAccount') return `${kind}/${name}`;
  return `ServiceAccount/${textOf(subject, 'namespace') ?? (binding.namespace || 'default')}/${name}`;
}

function grantsOf(
  role: KubernetesObject | undefined,
  clusterRole: string | undefined,
  scope: Scope,
  binding: StatedSource,
  cluster: ClusterIndex,
): Grant[] {
  const grants = role === undefined ? [] : roleGrants(role, scope, binding);
  const builtIn =
    clusterRole !== undefined && Object.hasOwn(CLUSTER_ROLES, clusterRole) ? CLUSTER_ROLES[clusterRole] : undefined;
  if (builtIn !== undefined && (role === undefined || mapOf(role.node, 'aggregationRule') !== undefined)) {
    for (const rule of builtIn) grants.push(grantOf(rule, scope, binding));
  } else if (role === undefined) {
    const why = `the role that \`${binding.text}\` names is not among the files`;
    grants.push({
      strength: 0,
      statement: {
        phase: 'orchestrate',
        source: binding,
        facts: { 'rbac.*': new Unknown(why), 'cluster.rule-wildcard': new Unknown(why) },
      },
    });
  }
  for (const extra of aggregated(role, clusterRole, cluster)) grants.push(...roleGrants(extra, scope, binding));
  return grants;
}

function roleGrants(role: KubernetesObject, scope: Scope, binding: StatedSource): Grant[] {
  return itemsOf(role.node, 'rules').flatMap((node) => {
    if (node.kind !== 'map') return [];
    const rule = readRule(node);
    return grantOf(rule, scope, through(ruleSource(role.document, node, rule), binding));
  });
}

function readRule(node: MapNode): RoleRule {
  return {
    verbs: textsOf(node, 'verbs'),
    groups: textsOf(node, 'apiGroups'),
    resources: textsOf(node, 'resources'),
    names: textsOf(node, 'resourceNames'),
  };
}

function ruleSource(document: Document, node: MapNode, { verbs, resources }: RoleRule): StatedSource {
  const shown = `resources: [${resources.join(', ')}], verbs: [${verbs.join(', ')}]`;
  const key = node.entries.has('resources') ? 'resources' : 'verbs';
  return node.entries.has(key) ? sourceOfKey(document, node, key, shown) : sourceOfNode(document, node, shown);
}

/** ClusterRoles whose labels an aggregation rule selects; the cluster's own view, edit and admin aggregate by label as well. */
function aggregated(
  role: KubernetesObject | undefined,
  clusterRole: string | undefined,
  cluster: ClusterIndex,
): KubernetesObject[] {
  const selectors = itemsOf(role?.node, 'aggregationRule', 'clusterRoleSelectors').map((s) =>
    wordsOf(s, 'matchLabels'),
  );
  for (const target of BUILT_IN_AGGREGATION[clusterRole ?? ''] ?? []) {
    selectors.push(new Map([[`rbac.authorization.k8s.io/aggregate-to-${target}`, 'true']]));
  }
  if (selectors.length === 0) return [];
  return [...cluster.all('ClusterRole')].filter(
    (candidate) =>
      candidate !== role &&
      selectors.some((labels) => labels.size > 0 && [...labels].every(([k, v]) => candidate.labels.get(k) === v)),
  );
}

/** edit is aggregated to admin, view to edit (and so to admin). */
const BUILT_IN_AGGREGATION: Readonly<Record<string, readonly string[]>> = {
  view: ['view'],
  edit: ['edit', 'view'],
  admin: ['admin', 'edit', 'view'],
};

function grantOf(rule: RoleRule, scope: Scope, source: StatedSource): Grant {
  const facts: Record<string, Value<Scope | boolean>> = {};
  const limited = rule.names.length > 0;
  const value = limited ? new Unknown(`granted for the objects named ${rule.names.join(', ')} only`) : scope;
  const all = rule.verbs.includes('*') && rule.resources.includes('*') && rule.groups.includes('*');
  if (all) facts['rbac.*'] = value;
  else for (const key of keysOf(rule, scope)) facts[`rbac.${key}`] = value;
  // Also what is not there yet: kinds and verbs that the API will have.
  if ([...rule.verbs, ...rule.resources, ...rule.groups].some((word) => word.startsWith('*'))) {
    facts['cluster.rule-wildcard'] = true;
  }
  const statement: Statement = { phase: 'orchestrate', source, facts: facts as Facts };
  return { statement, strength: limited ? 0 : scope === 'cluster' ? 2 : 1 };
}

/** Every `VERB RESOURCE` that a rule stands for: pkg/apis/rbac/v1/evaluation_helpers.go `VerbMatches`, `APIGroupMatches`, `ResourceMatches`. */
function keysOf(rule: RoleRule, scope: Scope): Set<string> {
  const keys = new Set<string>();
  const add = (resource: string, facts: ResourceFacts | undefined): void => {
    const verbs = rule.verbs.includes('*') ? [...VERBS, ...(facts?.verbs ?? [])] : rule.verbs;
    for (const verb of verbs) keys.add(`${verb} ${resource}`);
  };
  for (const written of rule.resources) {
    const wild = written === '*' || written.startsWith('*/');
    for (const resource of wild ? resourcesMatching(written) : [written]) {
      const facts = Object.hasOwn(RESOURCES, resource) ? RESOURCES[resource] : undefined;
      if (facts !== undefined && rule.groups.some((group) => group === '*' || facts.groups.includes(group))) {
        if (scope === 'cluster' || facts.clusterScoped === undefined) add(resource, facts);
      }
      if (!wild)
        for (const group of foreignGroups(rule.groups, facts))
          add(group === '' || group === '*' ? resource : `${resource}.${group}`, undefined);
    }
  }
  return keys;
}

/** `*` is every resource with its sub-resources, `*` + `/exec` that sub-resource of each. */
function resourcesMatching(written: string): string[] {
  const names = Object.keys(RESOURCES);
  return written === '*' ? names : names.filter((name) => name.endsWith(written.slice(1)));
}

function foreignGroups(groups: readonly string[], facts: ResourceFacts | undefined): string[] {
  return groups.filter((group) => (facts === undefined ? true : group !== '*' && !facts.groups.includes(group)));
}
