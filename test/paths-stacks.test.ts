/** Attack paths of whole stacks, from their text: what leads where, and what is said of input that is odd. */
import { describe, expect, it } from 'vitest';
import { assembleTargets, loadConfig } from '../src/check/index.ts';
import { assembledDocument } from '../src/check/posture-document.ts';
import { type PathsAnswer, type PathsOptions, pathsOf } from '../src/paths/index.ts';
import { sessionOn } from '../src/paths/testing/stacks.ts';
import { writePosture } from '../src/posture/document.ts';
import { renderPathsText } from '../src/report/paths.ts';
import { type Files, inFolder } from './files.ts';

const session = (cwd: string) => ({ ...sessionOn(''), cwd, config: loadConfig(undefined, ['.'], cwd) });

const pathsIn = (files: Files, more: Partial<PathsOptions> = {}): Promise<PathsAnswer> =>
  inFolder(files, (cwd) =>
    pathsOf(Object.keys(files), session(cwd), { from: [], to: [], count: 1, whatIf: [], ...more }),
  );

/** Ids of states that are reached from outside, and from which entry, of one kind. */
const enteredFrom = ({ document }: PathsAnswer, entry: string): readonly string[] =>
  document.reach.find((row) => row.entry.id === entry)?.containers ?? [];

const object = (version: string, kind: string, name: string, namespace: string, rest: string) =>
  `apiVersion: ${version}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }\n${rest}`;
const together = (...objects: readonly string[]): Files => ({ 'all.yaml': objects.join('\n---\n') });

const POD = (name: string, namespace = 'shop') =>
  object(
    'v1',
    'Pod',
    name,
    namespace,
    'spec: { containers: [{ name: app, image: x, ports: [{ containerPort: 80 }] }] }',
  );
const SERVICE = (type: string) =>
  object('v1', 'Service', 's', 'shop', `spec: { type: ${type}, selector: { app: web }, ports: [{ port: 80 }] }`);
const NETWORKING = 'networking.k8s.io/v1';
const INGRESS = object(
  NETWORKING,
  'Ingress',
  'i',
  'shop',
  'spec: { defaultBackend: { service: { name: s, port: { number: 80 } } } }',
);
const DENY = object(NETWORKING, 'NetworkPolicy', 'n', 'shop', 'spec: { podSelector: {}, policyTypes: [Ingress] }');

describe('a Service', () => {
  const first = ({ document }: PathsAnswer) =>
    document.paths.find(({ from }) => from.id === 'outside')?.steps.find(({ from }) => from[0]?.id === 'outside');

  it.each([
    ['with a port on every node', [SERVICE('NodePort')]],
    ['with a load balancer', [SERVICE('LoadBalancer')]],
    ['behind an Ingress', [SERVICE('ClusterIP'), INGRESS]],
  ])('%s leads from outside to the pods that it selects, and no further by itself', async (_, objects) => {
    const answer = await pathsIn(together(POD('web'), POD('db'), ...objects), { from: ['outside'] });
    const step = first(answer);
    expect(step?.to.label).toBe('code in web/app');
    expect(step?.cause).toMatchObject({ kind: 'rule', rule: 'outside-reaches-container' });
    expect(step?.place).toMatchObject({ path: 'all.yaml', line: 5 * objects.length + 9 });
    const { graph, numberOf } = answer.paths;
    const outside = numberOf('outside') as number;
    const results = Array.from({ length: graph.steps }, (_unused, i) => i)
      .filter((i) => graph.conditions.subarray(graph.conditionsFrom[i], graph.conditionsFrom[i + 1]).includes(outside))
      .map((i) => graph.result[i]);
    expect(new Set(results)).toEqual(new Set([numberOf('code:container:all.yaml#Pod/shop/web/container/app')]));
  });

  it('inside the cluster leads in for nobody, nor does one before a policy that denies all', async () => {
    for (const objects of [[SERVICE('ClusterIP')], [SERVICE('NodePort'), DENY]]) {
      const answer = await pathsIn(together(POD('web'), ...objects));
      expect(answer.document.entries.map(({ id }) => id)).not.toContain('outside');
    }
  });

  it('whose pods are not among the files opens the network of the pods, as not settled', async () => {
    const answer = await pathsIn(together(POD('db'), SERVICE('NodePort')), { from: ['outside'] });
    expect(first(answer)?.cause).toMatchObject({ rule: 'outside-reaches-network' });
    expect(answer.document.paths.find(({ from }) => from.id === 'outside')?.certainty).not.toBe('configured');
  });
});

describe('odd input', () => {
  it('circles of volumes, namespaces and images end, and each container is told once', async () => {
    const answer = await pathsIn({
      'compose.yaml': `services:
  a: { image: a, build: ., pid: "service:b", volumes: ["one:/x", "two:/y"], ports: ["80:80"], network_mode: "service:c" }
  b: { image: b, pid: "service:a", volumes: ["two:/y", "one:/x"], privileged: true }
  c: { image: c, ipc: "service:a", network_mode: "service:a", volumes: ["one:/x"] }
volumes: { one: {}, two: {} }
`,
      Dockerfile: 'FROM a AS b\nFROM b AS a\n',
    });
    expect(enteredFrom(answer, 'code:container:compose.yaml#c')).toEqual(['a', 'b']);
    expect(answer.document.errors.map(({ message }) => message)).toContain('`pid: service:b` goes round in a circle');
    for (const { steps } of answer.document.paths) {
      const results = steps.map(({ to }) => to.id);
      expect(new Set(results).size).toBe(results.length);
    }
    expect(answer.document.controls?.proven).toBe(true);
  });

  it('two grants that give each other more end as well', async () => {
    const RBAC = 'rbac.authorization.k8s.io/v1';
    const grant = (namespace: string, to: string) => [
      POD('web', namespace),
      object(RBAC, 'Role', 'r', namespace, 'rules: [{ apiGroups: [""], resources: [pods], verbs: [create] }]'),
      object(
        RBAC,
        'RoleBinding',
        'r',
        namespace,
        `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: r }\nsubjects: [{ kind: ServiceAccount, name: default, namespace: ${to} }]`,
      ),
    ];
    const { document } = await pathsIn(together(...grant('a', 'b'), ...grant('b', 'a')), {
      from: ['token:service-account:b/default'],
      to: ['pod-create:namespace:b'],
    });
    expect(document.paths[0]?.steps.map(({ to }) => to.id)).toEqual([
      'pod-create:namespace:a',
      'token:service-account:a/default',
      'pod-create:namespace:b',
    ]);
  });

  it('without time for a proof, the changes still cut, and the bound is told', async () => {
    const stack = {
      'compose.yaml':
        'services:\n  a: { image: a, privileged: true, pid: host }\n  b: { image: b, cap_add: [SYS_ADMIN] }\n',
    };
    const quick = await pathsIn(stack, { milliseconds: 0 });
    const { controls } = quick.document;
    expect(controls).toMatchObject({ proven: false, othersComplete: false, uncut: [] });
    expect(controls?.bound).toBeLessThan(controls?.cost ?? 0);
    expect(renderPathsText(quick.document, { width: 200, color: false })).toContain('the search ended at its limit');
    const proven = (await pathsIn(stack)).document.controls;
    expect(proven?.proven).toBe(true);
    expect(proven?.cost).toBeLessThanOrEqual(controls?.cost ?? 0);
    expect(proven?.cost).toBeGreaterThanOrEqual(controls?.bound ?? Number.POSITIVE_INFINITY);
  });

  it('nothing to attack is said', async () => {
    const { document } = await pathsIn({ 'notes.txt': 'nothing' });
    expect(document.paths).toEqual([]);
    expect(renderPathsText(document, { width: 80, color: false })).toContain('There is no asset');
  });

  it('what cannot be read is an error with its place, and the rest is answered', async () => {
    const { document } = await pathsIn({
      'compose.yaml': 'services:\n  a: { image: a, privileged: true }\n',
      'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: x\n',
    });
    expect(document.errors).toMatchObject([{ path: 'pod.yaml' }]);
    expect(document.paths.length).toBeGreaterThan(0);
  });
});

it('a file of postures, one a line, is a system as well', async () => {
  const text = 'services:\n  a: { image: a, privileged: true }\n  b: { image: b }\n';
  const lines = await inFolder({ 'compose.yaml': text }, async (cwd) => {
    const { objects } = await assembleTargets(['.'], session(cwd));
    return objects.map((object) => writePosture(assembledDocument(object.subject, object))).join('\n');
  });
  const { document } = await pathsIn({ 'fleet.jsonl': `${lines}\n` });
  expect(document.size.containers).toBe(2);
  expect(document.paths[0]).toMatchObject({ cost: 1, to: { label: expect.stringContaining('root on') } });
});
