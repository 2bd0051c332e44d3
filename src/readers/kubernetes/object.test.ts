import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocuments } from '../document/index.ts';
import { isKustomization, looksLikeKubernetes, readKubernetes, readObjects, readPodSecurity } from './index.ts';
import { parseQuantity } from './quantity.ts';

const FIXTURES = new URL('../../../test/corpus/pod-security/', import.meta.url);
const fixtures = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, text: readFileSync(new URL(name, FIXTURES), 'utf8') }));

const root = (text: string) => {
  const [document] = parseDocuments(text, 'x.yaml');
  if (document === undefined) throw new Error('no document');
  return document.root;
};

describe('recognition', () => {
  test.for<[text: string, kubernetes: boolean, kustomization: boolean]>([
    ['{apiVersion: v1, kind: Pod}', true, false],
    ['{apiVersion: example.org/v1, kind: Anything}', true, false],
    ['{kind: Pod}', false, false],
    ['services: {web: {image: x}}', false, false],
    ['[]', false, false],
    ['apiVersion', false, false],
    ['{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}', false, true],
    ['resources: [deploy.yaml]', false, true],
    ['{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization}', true, false],
  ])('%s', ([text, kubernetes, kustomization]) => {
    expect(looksLikeKubernetes(root(text))).toBe(kubernetes);
    expect(isKustomization(root(text))).toBe(kustomization);
  });
});

const spec = '{containers: [{name: app}]}';

test.for<[kind: string, object: string]>([
  ['Pod', `spec: ${spec}`],
  ['PodTemplate', `template: {spec: ${spec}}`],
  ['Deployment', `spec: {template: {spec: ${spec}}}`],
  ['ReplicaSet', `spec: {template: {spec: ${spec}}}`],
  ['ReplicationController', `spec: {template: {spec: ${spec}}}`],
  ['StatefulSet', `spec: {template: {spec: ${spec}}}`],
  ['DaemonSet', `spec: {template: {spec: ${spec}}}`],
  ['Job', `spec: {template: {spec: ${spec}}}`],
  ['CronJob', `spec: {jobTemplate: {spec: {template: {spec: ${spec}}}}}`],
  ['Rollout', `spec: {template: {spec: ${spec}}}`],
  ['TFJob', `spec: {replicas: {Worker: {template: {spec: ${spec}}}}}`],
])('a %s has its container found', ([kind, object]) => {
  const result = readKubernetes(`{apiVersion: v1, kind: ${kind}, metadata: {name: a}, ${object}}`, 'x.yaml');
  expect(result.subjects.map(({ id }) => id)).toEqual([`x.yaml#${kind}/default/a/container/app`]);
  expect(result.problems).toEqual([]);
});

describe('files', () => {
  const pod = (name: string): string => `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: ${spec}}`;
  const ids = (text: string) => readKubernetes(text, 'x.yaml').subjects.map(({ id }) => id);

  test('several documents, empty ones among them', () => {
    expect(ids(`${pod('a')}\n---\n---\n${pod('b')}\n`)).toHaveLength(2);
  });

  test('List, and a typed list whose items leave out their kind', () => {
    expect(ids(`{apiVersion: v1, kind: List, items: [${pod('a')}, ${pod('b')}]}`)).toHaveLength(2);
    expect(ids(`{apiVersion: v1, kind: PodList, items: [{metadata: {name: a}, spec: ${spec}}]}`)).toEqual([
      'x.yaml#Pod/default/a/container/app',
    ]);
  });

  test('one name twice gives two ids', () => {
    expect(new Set(ids(`${pod('a')}\n---\n${pod('a')}\n---\n${pod('a')}`)).size).toBe(3);
  });

  test('two templates in one object give two ids', () => {
    const object = `{apiVersion: v1, kind: Two, metadata: {name: a}, one: {spec: ${spec}}, two: {spec: ${spec}}}`;
    expect(ids(object)).toEqual(['x.yaml#Two/default/a/container/app', 'x.yaml#Two/default/a@two/container/app']);
  });

  test.for<[when: string, text: string, code: string]>([
    ['syntax', 'kind: [', 'yaml-syntax'],
    ['a key twice', 'kind: a\nkind: b', 'duplicate-key'],
    ['no object', 'a: b', 'not-an-object'],
    ['a workload without a pod', '{apiVersion: v1, kind: Deployment}', 'no-pod'],
    ['a kind that was removed', '{apiVersion: policy/v1beta1, kind: PodSecurityPolicy}', 'removed-kind'],
  ])('a problem: %s', ([, text, code]) => {
    const { problems } = readKubernetes(text, 'x.yaml');
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.at.path).toBe('x.yaml');
  });

  test('the others are read although one object is none', () => {
    const { subjects, problems } = readKubernetes(`a: b\n---\n${pod('a')}`, 'x.yaml');
    expect([subjects.length, problems.length]).toEqual([1, 1]);
  });

  test('a value from an anchor names the place of its alias and of its anchor', () => {
    const text = 'apiVersion: v1\nkind: Pod\nx-on: &on true\nspec:\n  hostPID: *on\n  containers: [{name: app}]\n';
    const statements = readKubernetes(text, 'x.yaml').subjects.flatMap(({ layers }) =>
      layers.flatMap((l) => l.statements),
    );
    const source = statements.find(({ facts }) => facts['namespace.pid'] === 'host')?.source;
    expect(source).toMatchObject({ line: 5, column: 3, text: 'hostPID: true', via: [{ line: 3 }] });
  });

  test('a bomb of aliases is searched once', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    const text = `apiVersion: v1\nkind: Bomb\na0: &a0 [x, x]\n${lines.join('\n')}\n`;
    expect(readKubernetes(text, 'x.yaml')).toEqual({ subjects: [], problems: [], skipped: [] });
  });
});

describe('manifests that the Kubernetes project tests Pod Security with', () => {
  test.for(fixtures)('$name', ({ name, text }) => {
    const { subjects, problems } = readKubernetes(text, name);
    expect(subjects).toHaveLength(2);
    // These write CAP_CHOWN, which containerd and CRI-O understand differently.
    const odd = name.endsWith('capabilities_baseline3.yaml') ? ['unknown-capability'] : [];
    expect(problems.map(({ code }) => code)).toEqual(odd);
  });

  test('pods are given whole, with places', () => {
    const text = fixtures.find(({ name }) => name.endsWith('baseline/v1.37/fail/procmount0.yaml'))?.text ?? '';
    const [pod] = readPodSecurity(text, 'x.yaml');
    expect(pod?.containers.map(({ role, spec }) => [role, spec.securityContext?.procMount?.value])).toEqual([
      ['container', 'Unmasked'],
      ['init', undefined],
    ]);
  });
});

test.for<[text: string, value: number | undefined]>([
  ['0', 0],
  ['1.5', 1.5],
  ['100m', 0.1],
  ['1Ki', 1024],
  ['1k', 1000],
  ['1e3', 1000],
  ['2E', 2e18],
  ['.5Gi', 2 ** 29],
  ['64MB', undefined],
  ['', undefined],
  ['Mi', undefined],
])('quantity %s', ([text, value]) => {
  expect(parseQuantity(text)).toBe(value);
});

describe('any input', () => {
  const words = [
    'null',
    '[]',
    '{}',
    '"true"',
    '-1',
    '1e99',
    '&a',
    '*a',
    '<<: *a',
    'ALL',
    'hostPath:',
    'securityContext:',
    '- ',
  ];
  const API: Readonly<Record<string, string>> = {
    RoleBinding: 'rbac.authorization.k8s.io/v1',
    Role: 'rbac.authorization.k8s.io/v1',
    NetworkPolicy: 'networking.k8s.io/v1',
  };
  /** A fixture with some of its lines dropped, doubled, moved in or out, or given another value. */
  const mutated = fc
    .tuple(
      fc.constantFrom(...fixtures.map(({ text }) => text)),
      fc.array(fc.tuple(fc.nat(60), fc.nat(4), fc.constantFrom(...words)), { maxLength: 6 }),
    )
    .map(([text, edits]) => {
      const lines = text.split('\n');
      for (const [at, how, word] of edits) {
        const index = at % lines.length;
        const line = lines[index] ?? '';
        const changed = [
          [],
          [line, line],
          [`  ${line}`],
          [line.replace(/^ {2}/, '')],
          [line.replace(/:.*$/, `: ${word}`)],
        ][how];
        lines.splice(index, 1, ...(changed ?? []));
      }
      return lines.join('\n');
    });
  const shaped = fc
    .tuple(
      fc.constantFrom('Pod', 'Deployment', 'RoleBinding', 'Role', 'NetworkPolicy', 'Service', 'List', 'Namespace'),
      fc.object({
        maxDepth: 4,
        key: fc.constantFrom(
          'spec',
          'metadata',
          'containers',
          'name',
          'securityContext',
          'template',
          'volumes',
          'rules',
          'subjects',
          'items',
          'labels',
          'ports',
        ),
      }),
    )
    .map(([kind, object]) => JSON.stringify({ apiVersion: API[kind] ?? 'v1', kind, ...object }));

  test('gives places that lie in the text, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, shaped, fc.string()), (text) => {
        const { subjects, problems } = readKubernetes(text, 'x.yaml');
        readPodSecurity(readObjects(text, 'x.yaml'), 'x.yaml');
        const lines = text.replace(/^\uFEFF/, '').split('\n');
        const inside = (place: { line?: number; column?: number; endColumn?: number }): void => {
          const line = lines[(place.line ?? 0) - 1];
          expect(line, JSON.stringify(place)).toBeDefined();
          expect(place.column).toBeGreaterThan(0);
          expect((place.endColumn ?? place.column ?? 0) - 1).toBeLessThanOrEqual(line?.length ?? 0);
        };
        for (const { at } of problems) inside(at);
        for (const { place, layers } of subjects) {
          inside(place);
          for (const { source } of layers.flatMap(({ statements }) => statements)) {
            if (source.kind !== 'stated') continue;
            for (const each of [source, ...(source.via ?? [])]) inside(each);
          }
        }
        expect(new Set(subjects.map(({ id }) => id)).size).toBe(subjects.length);
      }),
      { numRuns: 400 },
    );
  });
});
