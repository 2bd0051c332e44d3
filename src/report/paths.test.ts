import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseMermaid } from '../../test/mermaid.ts';
import { answerOn, type PathsAnswer, type PathsOptions } from '../paths/index.ts';
import { type JudgedRun, judgeRun } from '../paths/judge.ts';
import { sessionOn } from '../paths/testing/stacks.ts';
import { columns } from './layout.ts';
import { renderPathsText } from './paths.ts';
import { pathsCsv, pathsDot, pathsMermaid } from './paths-graph.ts';
import { pathsSchemaText } from './paths-schema.ts';

const EXAMPLE = 'examples/shop';
let run: JudgedRun;
let usual: PathsAnswer;
beforeAll(async () => {
  run = await judgeRun([EXAMPLE], { ...sessionOn(''), cwd: process.cwd() });
  usual = await ask();
}, 120_000);

const ask = (more: Partial<PathsOptions> = {}): Promise<PathsAnswer> =>
  answerOn(run, { from: [], to: [], count: 1, whatIf: [], ...more });

describe('the example', () => {
  it('is told at 80 columns', async () => {
    await expect(renderPathsText(usual.document, { width: 80, color: false })).toMatchFileSnapshot('goldens/paths.txt');
  });

  it.each([40, 80, 120])('stays within %i columns', (width) => {
    for (const line of renderPathsText(usual.document, { width, color: false }).split('\n'))
      expect(columns(line), line).toBeLessThanOrEqual(width);
  });

  it('begins outside: a flaw in the proxy, then its engine socket', () => {
    const [path] = usual.document.paths;
    expect(path).toMatchObject({ from: { id: 'outside' }, certainty: 'configured' });
    const last = path?.steps.at(-1);
    expect(last?.cause).toMatchObject({ kind: 'vector', vector: 'docker-socket-mount', verdict: 'open' });
    expect(last?.place).toMatchObject({ path: `${EXAMPLE}/compose.yaml`, line: 20 });
  });

  it('names a place for each vector that a line opens, and its cost adds up', () => {
    for (const { steps, cost } of usual.document.paths) {
      expect(steps.reduce((sum, step) => sum + step.cost, 0)).toBe(cost);
      for (const { cause, place } of steps)
        if (cause.kind === 'vector' && cause.verdict === 'open') expect(place).not.toBeNull();
    }
  });

  it('asks to take the socket, the privileges and the mounts back', () => {
    const texts = usual.document.controls?.changes.map(({ text }) => text).join('\n');
    for (const part of ['docker.sock', 'SYS_ADMIN', 'privileged: true', 'hostPath /)', 'automountServiceAccountToken'])
      expect(texts).toContain(part);
    expect(usual.document.controls?.proven).toBe(true);
  });

  it('shows what one change does', async () => {
    const { document } = await ask({ whatIf: ['privileged: true'], from: ['builder'], to: ['host-root'] });
    expect(document.whatIf?.changes[0]?.text).toContain('privileged: true');
    const [row] = document.whatIf?.rows ?? [];
    expect(row?.before).toBe(1);
    expect(row?.after).toBeGreaterThan(1);
  });

  it.each([
    [{ from: ['bulider'] }, /nothing that the targets describe/, /did you mean `builder`/],
    [{ from: ['builder'], to: ['code:builder'] }, /where the attacker begins/, /another/],
    [{ whatIf: ['no such line'] }, /no fix/, /check/],
    [{ whatIf: ['remove'] }, /may mean \d+ changes/, /C1 /],
    [{ to: ['pod-create:payments', 'nonsense'] }, /nothing that the targets describe/, /./],
  ])('%j is refused with a hint', async (more, message, hint) => {
    await expect(ask(more)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('takes what is declared, and says what no way can lead to', async () => {
    const place = { path: 'cofferdam.yaml', line: 2, column: 3 };
    const usual = { from: [], to: [], count: 1, whatIf: [] };
    const declared = (element: string) => ({ name: 'mine', element, value: 'high' as const, place });
    const given = { assets: [declared('volume data'), declared('image builder')], entryPoints: [declared('api')] };
    const { document } = await answerOn(run, usual, given);
    expect(document.entries.map(({ label }) => label)).toEqual(['code in api']);
    expect(document.assets[0]?.label).toBe('writing to volume data');
    expect(document.notes.join()).toContain('`mine` is declared');
    const unknown = { assets: [declared('nothing')], entryPoints: [] };
    await expect(answerOn(run, usual, unknown)).rejects.toMatchObject({ code: 'declaration', at: place });
  });

  it('names what one container reaches', async () => {
    const { document } = await ask({ from: ['proxy'] });
    expect(renderPathsText(document, { width: 200, color: false })).toMatch(/7 other containers \(api, builder, db, /);
  });

  it('says where the search ended at its limit, and what was left out', () => {
    const { controls } = usual.document;
    if (controls === null) throw new Error('no controls');
    const cut = { ...usual.document, reachLeftOut: 12, controls: { ...controls, proven: false, bound: 3.5 } };
    const text = renderPathsText(cut, { width: 200, color: false });
    expect(text).toContain('not proven: the search ended at its limit; no set costs less than 4');
    expect(text).toContain('12 further entries not followed one by one');
  });

  it('says that there is no way, and what was considered', async () => {
    const { document } = await ask({ from: ['payments/payments'], to: ['builder'] });
    const text = renderPathsText(document, { width: 80, color: false }).replace(/\s+/g, ' ');
    expect(text).toMatch(/No way leads from code in payments\/payments to root in builder: \d+ steps considered/);
  });
});

describe('exports', () => {
  it('are JSON of the published schema, with and without a what-if', async () => {
    const ajv = new Ajv2020({ allErrors: true });
    const valid = ajv.compile(JSON.parse(readFileSync('schema/paths-1.json', 'utf8')));
    for (const { document } of [usual, await ask({ whatIf: ['privileged: true'], count: 3 })]) {
      valid(JSON.parse(JSON.stringify(document)));
      expect(valid.errors).toBeNull();
    }
    expect(valid({ ...usual.document, paths: [{}] })).toBe(false);
  });

  it('are of the schema that the type has now', () => {
    expect(readFileSync('schema/paths-1.json', 'utf8')).toBe(pathsSchemaText());
  });

  it('are graphs of the same states', () => {
    const dot = [...pathsDot(usual)].join('');
    const mermaid = [...pathsMermaid(usual)].join('');
    expect(dot).toMatch(/^digraph paths \{[\s\S]*\}\n$/);
    expect(dot).toContain('"code in proxy"');
    expect(mermaid).toMatch(/^flowchart LR\n/);
    expect(mermaid).toContain('code in proxy');
    const arrows = (text: string) => text.match(/-{2,}>|-\.->|->/g)?.length;
    expect(arrows(mermaid)).toBe(arrows(dot));
  });

  it('are read by the parser of Mermaid', async () => {
    await expect(parseMermaid([...pathsMermaid(usual)].join(''))).resolves.toBe('flowchart-v2');
  });

  it.skipIf(spawnSync('dot', ['-V']).status !== 0)('are drawn by graphviz, every state of them', () => {
    const dot = [...pathsDot(usual)].join('');
    const { stdout, stderr } = spawnSync('dot', ['-Tsvg'], { input: dot, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.match(/class="node"/g)).toHaveLength(dot.match(/^ {2}s\d+ \[/gm)?.length ?? 0);
  });

  it('hold every state and step as CSV', () => {
    const [nodes = '', edges = ''] = [...pathsCsv(usual)].join('').split('\r\n\r\n');
    const { states, steps } = usual.document.size;
    expect(nodes.split('\r\n')).toHaveLength(1 + states + steps);
    expect(edges).toMatch(/^from,to\r\n/);
  });
});
