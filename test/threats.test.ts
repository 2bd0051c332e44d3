/**
 * Threat models of whole stacks, from the text of the artifacts to each form that is written: what the system is made of, what
 * declarations change, and that every form is one that its reader takes.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { check, daemonStatements, loadConfig, Objects, openSession, vectorsOf } from '../src/check/index.ts';
import { bareSession } from '../src/check/testing/session.ts';
import { renderDot, renderMermaid } from '../src/report/threats-diagram.ts';
import { renderThreatDragon } from '../src/report/threats-dragon.ts';
import { renderThreatsJson } from '../src/report/threats-json.ts';
import { renderThreatsMarkdown } from '../src/report/threats-markdown.ts';
import { renderNavigatorLayer } from '../src/report/threats-navigator.ts';
import { renderOtm } from '../src/report/threats-otm.ts';
import { renderThreatsText } from '../src/report/threats-text.ts';
import { type SystemObject, type ThreatModel, threatModelOf } from '../src/threats/index.ts';
import { NAVIGATOR_LAYER, OTM, THREAT_DRAGON } from './export-formats.ts';
import { type Files, inFolder } from './files.ts';
import { parseMermaid } from './mermaid.ts';

async function modelIn(cwd: string, targets: readonly string[] = ['.']): Promise<ThreatModel> {
  const config = loadConfig(undefined, targets, cwd);
  const { read, checkOptions } = await openSession(targets, bareSession(cwd, { config }));
  const result = await check(read, checkOptions);
  const assembler = new Objects(checkOptions, daemonStatements(read.subjects));
  const objects: SystemObject[] = [];
  for (const subject of read.subjects) objects.push({ ...(await assembler.assemble(subject)), subject });
  const vectors = await vectorsOf(config);
  return threatModelOf(objects, result, { vectors, declarations: config.declarations, today: new Date('2026-06-01') });
}

const modelOf = (files: Files): Promise<ThreatModel> => inFolder(files, (folder) => modelIn(folder));

const linesOf = ({ flows }: ThreatModel): string[] =>
  flows.map(({ from, what, to, source }) => `${from} | ${what} | ${to} | ${source?.path}:${source?.line}`);

const STACK = `services:
  web:
    image: nginx:1
    ports: ["8080:80"]
    volumes: ["shared:/data", "/srv:/srv:ro"]
    networks: [front, back]
  job:
    image: registry.example/job@sha256:${'a'.repeat(64)}
    volumes: ["shared:/data"]
    networks: [back]
    environment: { API_TOKEN: s3cr3t-value-here }
networks:
  front: {}
  back: { internal: true }
volumes:
  shared: {}
`;

describe('the system of a compose file', () => {
  let model: ThreatModel;
  beforeAll(async () => {
    model = await modelOf({ 'compose.yaml': STACK });
  }, 60_000);

  test('two services meet in a volume and in a network, each by its own line', () => {
    expect(linesOf(model)).toEqual(
      expect.arrayContaining([
        'container:compose.yaml#web | reads and writes | volume:compose.yaml:shared | compose.yaml:5',
        'container:compose.yaml#job | reads and writes | volume:compose.yaml:shared | compose.yaml:9',
        'container:compose.yaml#web | traffic | network:compose.yaml:back | compose.yaml:6',
        'container:compose.yaml#job | traffic | network:compose.yaml:back | compose.yaml:10',
        'user:network | requests | container:compose.yaml#web | compose.yaml:4',
        'volume:host:local:/srv | reads | container:compose.yaml#web | compose.yaml:5',
        'secret:compose.yaml#job:API_TOKEN | credential | container:compose.yaml#job | compose.yaml:11',
      ]),
    );
  });

  test('a flow between zones names the boundary of the life-cycle, one inside a zone does not', () => {
    const crossing = (what: string) => model.flows.find((flow) => flow.what === what)?.crosses?.boundary;
    expect(crossing('requests')).toBe('container → network');
    expect(crossing('reads')).toBe('host → container');
    const inHost = model.flows.find(({ from, to }) => from === 'host:local' && to === 'kernel:host:local');
    expect(inHost?.crosses).toBeNull();
  });

  test('what nothing states is said to be assumed', () => {
    const of = (id: string) => model.elements.find((element) => element.id === id)?.assumed;
    expect(of('host:local')).toContain('no host is described');
    expect(of('registry:docker.io')).toContain('names no registry');
    expect(of('registry:registry.example')).toBeNull();
  });

  test('the value of a credential is in no form', () => {
    const forms = [renderThreatsJson(model), renderOtm(model), renderThreatDragon(model), renderDot(model)];
    for (const form of forms) expect(form).not.toContain('s3cr3t');
  });
});

test('a pod is joined to its namespace, account and rights', async () => {
  const model = await modelOf({
    'pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  serviceAccountName: web
  containers:
    - { name: app, image: nginx:1, volumeMounts: [{ name: x, mountPath: /x }, { name: k, mountPath: /k }] }
    - { name: log, image: nginx:1, volumeMounts: [{ name: x, mountPath: /x }] }
  volumes: [{ name: x, emptyDir: {} }, { name: k, secret: { secretName: keys } }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
`,
  });
  const told = model.flows.map(({ from, what, to, details }) => `${from} | ${what} | ${to} | ${details.join(' ')}`);
  expect(told).toEqual(
    expect.arrayContaining([
      'service-account:shop/web | API requests | api-server:cluster | * (cluster)',
      'container:pod.yaml#Pod/shop/web/container/app | reads and writes | volume:pod.yaml#Pod/shop/web:x | /x',
      'container:pod.yaml#Pod/shop/web/container/log | reads and writes | volume:pod.yaml#Pod/shop/web:x | /x',
      'secret:shop/keys | credential | container:pod.yaml#Pod/shop/web/container/app | /k',
    ]),
  );
  expect(model.elements.find(({ kind }) => kind === 'node')?.assumed).toContain('no file names the nodes');
});

describe('declarations', () => {
  const declared = (text: string) => modelOf({ 'compose.yaml': STACK, 'cofferdam.yaml': text });

  test('assets and entry points are taken by name, by target and by id', async () => {
    const model = await declared(
      'assets:\n  - { name: orders, element: volume shared, value: critical }\nentry-points:\n  - { name: customers, element: compose.yaml#web }\n',
    );
    expect(model.assets).toEqual([
      { name: 'orders', element: 'volume:compose.yaml:shared', declared: true, value: 'critical' },
    ]);
    expect(model.entryPoints.map(({ element }) => element)).toEqual(['container:compose.yaml#web']);
  });

  test('an accepted risk counts as accepted, there and nowhere else', async () => {
    const model = await declared(
      'accepted-risks:\n  - { threat: container-resources-D, element: web, reason: trusted, until: 2026-12-31 }\n',
    );
    const of = (target: string) => model.threats.find(({ id }) => id === `container-resources-D@${target}`);
    expect(of('compose.yaml#web')).toMatchObject({ residual: 'accepted', accepted: { reason: 'trusted' } });
    expect(of('compose.yaml#job')?.residual).not.toBe('accepted');
    for (const verbose of [false, true])
      expect(renderThreatsText(model, { width: 200, color: false, verbose })).toContain(
        '(web), until 2026-12-31: trusted',
      );
  });

  test('one that has ended is said and has no effect', async () => {
    const model = await declared(
      'accepted-risks:\n  - { threat: container-resources-D, reason: trusted, until: 2026-05-31 }\n',
    );
    expect(model.errors).toMatchObject([{ code: 'accepted-risk-expired', path: 'cofferdam.yaml', line: 2 }]);
    expect(model.summary.accepted).toBe(0);
  });

  test.for([
    { when: 'no such element', text: 'assets:\n  - { name: a, element: volume shaerd }', message: 'no element' },
    {
      when: 'no such threat',
      text: 'accepted-risks:\n  - { threat: container-kernle-E, reason: r, until: 2027-01-01 }',
      message: 'neither a threat nor a vector',
    },
    {
      when: 'two that contradict each other',
      text: 'assets:\n  - { name: a, element: web, value: low }\n  - { name: b, element: web, value: high }',
      message: 'declared in line 2 already',
    },
    {
      when: 'no end',
      text: 'accepted-risks:\n  - { threat: container-kernel-E, reason: r }',
      message: 'needs `until`',
    },
    {
      when: 'no day',
      text: 'accepted-risks:\n  - { threat: host-E, reason: r, until: 2027-13-01 }',
      message: 'is not a day',
    },
    { when: 'an unknown key', text: 'assets:\n  - { name: a, element: web, worth: 3 }', message: 'worth' },
  ])('$when: one error with its place', async ({ text, message }) => {
    await expect(declared(text)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      at: { path: 'cofferdam.yaml', line: expect.any(Number) },
    });
  });
});

test('a namespace of another service is shared with it, one of a container that no file describes with nobody', async () => {
  const model = await modelOf({
    'compose.yaml':
      'services:\n  a: { image: x }\n  b: { image: x, pid: "service:a" }\n  c: { image: x, pid: "container:gone" }\n',
  });
  const shared = model.flows.filter(({ what }) => what === 'shared namespace');
  expect(shared.map(({ from, to, details }) => [from, to, ...details])).toEqual([
    ['container:compose.yaml#b', 'container:compose.yaml#a', 'pid'],
  ]);
});

test('a name that two elements have is no name for either', async () => {
  const files = {
    'a/compose.yaml': STACK,
    'b/compose.yaml': STACK,
    'cofferdam.yaml': 'assets:\n  - { name: a, element: web }',
  };
  await expect(modelOf(files)).rejects.toMatchObject({ message: expect.stringContaining('several elements') });
});

describe('the forms of the examples', () => {
  let model: ThreatModel;
  beforeAll(async () => {
    model = await modelIn(process.cwd(), ['examples']);
  }, 60_000);

  test('JSON is of its published schema', () => {
    const ajv = new Ajv2020({ allErrors: true });
    const valid = ajv.compile(JSON.parse(readFileSync('schema/threats-1.json', 'utf8')));
    valid(JSON.parse(renderThreatsJson(model)));
    expect(valid.errors).toBeNull();
  });

  test('the model is the same each time', async () => {
    expect(renderThreatsJson(await modelIn(process.cwd(), ['examples']))).toBe(renderThreatsJson(model));
  });

  test('what is left of a threat is the worst of its open vectors', () => {
    const graver = model.threats.filter(
      ({ residual, vectors }) =>
        vectors.some(({ verdict, severity }) => verdict === 'open' && severity === 'critical') !==
        (residual === 'critical'),
    );
    expect(graver.map(({ id }) => id)).toEqual([]);
    const thin = model.threats.filter(({ residual }) => residual === 'thin' || residual === 'held');
    expect(thin.length).toBeGreaterThan(0);
    for (const { counts } of thin) expect(counts).toMatchObject({ open: 0, unknown: 0 });
  });

  test('Open Threat Model: what is referred to is there', () => {
    const otm = JSON.parse(renderOtm(model));
    const ids = (list: readonly { id: string }[]) => new Set(list.map(({ id }) => id));
    const [zones, components, threats] = [ids(otm.trustZones), ids(otm.components), ids(otm.threats)];
    for (const component of otm.components) {
      expect(zones).toContain(component.parent.trustZone);
      for (const { threat } of component.threats) expect(threats).toContain(threat);
    }
    for (const { source, destination } of otm.dataflows) {
      expect(components).toContain(source);
      expect(components).toContain(destination);
    }
    expect(ids(otm.dataflows).size).toBe(otm.dataflows.length);
    for (const { riskReduction } of otm.mitigations) expect(riskReduction).toBeLessThanOrEqual(100);
  });

  test('Threat Dragon: cells are unique and flows end at cells', () => {
    const [diagram] = JSON.parse(renderThreatDragon(model)).detail.diagrams;
    const cells = new Set(diagram.cells.map(({ id }: { id: string }) => id));
    expect(cells.size).toBe(diagram.cells.length);
    for (const { source, target } of diagram.cells.filter(({ shape }: { shape: string }) => shape === 'flow')) {
      expect(cells).toContain(source.cell);
      expect(cells).toContain(target.cell);
    }
  });

  test('Navigator: each technique once, by an id of ATT&CK, with a score between 0 and 100', () => {
    const layer = JSON.parse(renderNavigatorLayer(model));
    expect(layer.versions.layer).toBe('4.5');
    const ids = layer.techniques.map(({ techniqueID }: { techniqueID: string }) => techniqueID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^T\d{4}(\.\d{3})?$/);
    for (const { score } of layer.techniques) expect([0, 25, 50, 75, 100]).toContain(score);
  });

  const OF_OTHERS = [
    { name: 'Open Threat Model 0.2', format: OTM, render: renderOtm },
    { name: 'Threat Dragon 2', format: THREAT_DRAGON, render: renderThreatDragon },
    { name: 'Navigator layer 4.5', format: NAVIGATOR_LAYER, render: renderNavigatorLayer },
  ];
  test.for(OF_OTHERS)(
    '$name: every property is one that its documentation has, of the type that it says',
    ({ format, render }) => {
      const form = JSON.parse(render(model));
      expect(format.safeParse(form).error).toBeUndefined();
      const [first] = Object.keys(form);
      expect(format.safeParse({ ...form, [`${first}s`]: form[first as string] }).success).toBe(false);
    },
  );

  /** The schemas of other projects do not lie in this repository: a folder with `otm.json` and `threat-dragon.json`. */
  const schemas = process.env.COFFERDAM_SCHEMAS;
  const FOREIGN = [
    { name: 'otm', render: renderOtm },
    { name: 'threat-dragon', render: renderThreatDragon },
  ];
  test.for(schemas === undefined ? [] : FOREIGN)(
    '$name is of the schema that its project publishes',
    async ({ name, render }) => {
      const { Ajv } = await import('ajv');
      const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
      const valid = ajv.compile(JSON.parse(readFileSync(join(schemas ?? '', `${name}.json`), 'utf8')));
      valid(JSON.parse(render(model)));
      expect(valid.errors).toBeNull();
    },
  );

  const graphviz = spawnSync('dot', ['-V']).status === 0;
  test.skipIf(!graphviz)('DOT is drawn by graphviz, with every element', () => {
    const drawn = spawnSync('dot', ['-Tsvg'], { input: renderDot(model), encoding: 'utf8' });
    expect(drawn.stderr).toBe('');
    expect(drawn.stdout.match(/class="node"/g)).toHaveLength(
      model.elements.filter(({ kind }) => kind !== 'pod' && kind !== 'namespace').length,
    );
  });

  test('Mermaid is read by its own parser', async () => {
    expect(await parseMermaid(renderMermaid(model))).toBe('flowchart-v2');
    await expect(parseMermaid('flowchart LR\n  a[x --> b')).rejects.toThrow('Parse error');
  });

  test('text: no line is wider than asked, and the worst stands first', () => {
    for (const width of [40, 80]) {
      const text = renderThreatsText(model, { width, color: false, verbose: false });
      for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(width);
      expect(text.indexOf('builder  examples/')).toBeLessThan(text.indexOf('proxy  examples/'));
    }
  });

  test.for([
    { file: 'threats-80.txt', render: () => renderThreatsText(model, { width: 80, color: false, verbose: false }) },
    { file: 'threats-40.txt', render: () => renderThreatsText(model, { width: 40, color: false, verbose: false }) },
    { file: 'threats.mmd', render: () => renderMermaid(model) },
    { file: 'threats.dot', render: () => renderDot(model) },
  ])('golden $file', async ({ file, render }) => {
    await expect(render()).toMatchFileSnapshot(`../src/report/goldens/${file}`);
  });
});

test('names from artifacts cannot break out of any form', async () => {
  const odd = 'a"]; b -> c\\n|`<script>';
  const model = await modelOf({ 'compose.yaml': `services:\n  web:\n    image: ${JSON.stringify(odd)}\n` });
  const dot = renderDot(model);
  expect(dot).toContain('a\\"]; b -> c\\\\n');
  expect(renderMermaid(model)).not.toContain('<script>');
  await expect(parseMermaid(renderMermaid(model))).resolves.toBe('flowchart-v2');
  expect(renderThreatsMarkdown(model)).not.toContain('<script>');
  expect(() =>
    [renderOtm(model), renderThreatDragon(model), renderThreatsJson(model)].map((form) => JSON.parse(form)),
  ).not.toThrow();
});

test('nothing at all is a model without threats', async () => {
  const model = await modelOf({ 'notes.txt': 'nothing' });
  expect(model.threats).toEqual([]);
  expect(renderThreatsText(model, { width: 80, color: false, verbose: false })).toContain('Nothing to model was found');
});
