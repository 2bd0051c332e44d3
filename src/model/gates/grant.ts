import type { Change, Fact, FactKey } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';

export interface GrantParams {
  /** Any of the verbs on any of the resources (`pods/exec` with its subresource). */
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  /** Only grants over the whole cluster count. */
  readonly clusterWide?: boolean;
}

type Scope = 'cluster' | 'namespace' | 'none';

/** The API server's RBAC authorizer grants it to the service account (or the subject of a binding). */
export const grant: GateKind<GrantParams> = {
  mechanism: () => 'orchestrator',
  models: 'RBACAuthorizer.Authorize, plugin/pkg/auth/authorizer/rbac/rbac.go (Kubernetes 1.8)',
  describe: (p) => `RBAC grants ${p.verbs.join(' or ')} on ${p.resources.join(' or ')}`,
  evaluate(p, posture) {
    let open: Fact<unknown> | undefined;
    for (const key of keys(p)) {
      const found = posture.get(key) as Fact<Scope> | undefined;
      if (found === undefined) continue;
      if (found.value instanceof Unknown) open ??= found;
      else if (found.value === 'cluster' || (found.value === 'namespace' && p.clusterWide !== true))
        return passes(`granted: ${key.slice('rbac.'.length)} (${found.value})`, found);
    }
    if (open !== undefined) return unknown((open.value as Unknown).why, [open.key], open);
    const known = posture.get('rbac.*');
    return known === undefined
      ? unknown('no RBAC objects among the files', ['rbac.*'])
      : closed('no binding grants it', known);
  },
  close(p, posture) {
    const changes: Change[] = [];
    for (const key of keys(p)) {
      const found = posture.get(key);
      const change = found === undefined || found.value === 'none' ? undefined : withdrawable(posture, key);
      if (
        change &&
        !changes.some(
          (other) => other.kind === 'withdraw' && change.kind === 'withdraw' && other.source === change.source,
        )
      )
        changes.push(change);
    }
    return changes.length > 0 ? [changes] : [];
  },
};

const cache = new WeakMap<GrantParams, FactKey[]>();

function keys(p: GrantParams): FactKey[] {
  let found = cache.get(p);
  if (found === undefined) {
    found = ['*', ...p.verbs].flatMap((verb) =>
      ['*', ...p.resources].map((resource) => `rbac.${verb} ${resource}` as FactKey),
    );
    cache.set(p, found);
  }
  return found;
}
