import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import { RULES } from './rules.data.ts';
import { STATE_KINDS } from './states.ts';
import { BY_VECTOR, leadsOf, RESOURCE_OF, stepOf } from './steps.data.ts';

const pairs = CATALOGUE.flatMap((vector) => vector.appliesTo.map((subject) => ({ vector, subject })));

describe('steps of vectors', () => {
  it('every vector is a step, a part of one, or has a reason to be none', () => {
    for (const { vector, subject } of pairs) {
      const step = stepOf(vector, subject);
      if ('none' in step) expect(step.none.length, vector.id).toBeGreaterThan(10);
      else if ('steps' in step) expect(step.steps.length, vector.id).toBeGreaterThan(0);
      else expect(step.widens, vector.id).toBe('kernel-bug');
    }
  });

  it('names only vectors that there are', () => {
    const ids = new Set(CATALOGUE.map(({ id }) => id));
    for (const id of [...Object.keys(BY_VECTOR), ...Object.keys(RESOURCE_OF)]) expect(ids, id).toContain(id);
  });

  it('a critical vector of a container always leads somewhere', () => {
    const lost = pairs
      .filter(({ vector, subject }) => subject === 'workload' && vector.severity === 'critical')
      .filter(({ vector, subject }) => leadsOf(stepOf(vector, subject)).length === 0);
    expect(lost.map(({ vector }) => vector.id)).toEqual([]);
  });

  it.each([
    ['docker-socket-mount', 'workload', 'code', 'host-root'],
    ['cap-sys-module', 'workload', 'code', 'kernel'],
    ['rbac-cluster-admin', 'cluster', 'rights', 'cluster-admin'],
    ['rbac-cluster-admin', 'workload', 'rights', 'cluster-admin'],
    ['engine-group-members', 'host', 'host-code', 'host-root'],
  ] as const)('%s of a %s leads from %s to %s', (id, subject, from, to) => {
    const vector = CATALOGUE.find((one) => one.id === id);
    expect(leadsOf(stepOf(vector as NonNullable<typeof vector>, subject))).toEqual([{ from, to }]);
  });

  it('what is only reach to the kernel is priced as a flaw and is no step of its own', () => {
    expect(stepOf({ id: 'io-uring-allowed', goal: 'host-kernel' }, 'workload')).toEqual({ widens: 'kernel-bug' });
  });
});

describe('rules', () => {
  it('have names of their own and speak of known states', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    for (const { when, gives } of RULES)
      for (const [kind] of [...when, gives]) expect(Object.keys(STATE_KINDS)).toContain(kind);
  });

  it('grant no machine from inside: only vectors and flaws lead from a container to its host', () => {
    const inside = new Set(['code', 'root', 'network', 'volume-read', 'volume-write', 'credential']);
    const host = new Set(['host-code', 'host-root', 'kernel', 'host-files', 'tenants', 'cluster-admin']);
    const out = RULES.filter(({ when, gives }) => when.every(([kind]) => inside.has(kind)) && host.has(gives[0]));
    expect(out).toEqual([]);
  });
});
