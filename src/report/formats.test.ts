import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { compareResults } from '../check/compare.ts';
import type { ResultDocument } from '../check/result.ts';
import { document, finding, fix, sampleResult, target } from '../check/sample-result.ts';
import { renderComparison } from './compare.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { resultSchema, resultSchemaText } from './result-schema.ts';
import { type RuleText, renderSarif } from './sarif.ts';

const jsonText = (...given: Parameters<typeof renderJson>): string => [...renderJson(...given)].join('');

const RULE: RuleText = {
  title: 'Container can load code',
  why: 'A module {runs} as [the kernel](itself).',
  fix: 'Drop it.',
  refs: { attack: ['T1611'], cwe: ['CWE-250'] },
};

describe('JSON', () => {
  test('schema and type are the same, both ways', () => {
    expectTypeOf<z.infer<typeof resultSchema>>().toExtend<ResultDocument>();
    expectTypeOf<ResultDocument>().toExtend<z.infer<typeof resultSchema>>();
  });

  test('the published schema takes the document, and not another', () => {
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(resultSchemaText()));
    const result = JSON.parse(jsonText(sampleResult())) as Record<string, unknown>;
    expect(validate(result), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...result, summary: {} })).toBe(false);
    expect(validate({ ...result, added: 'by a later version' })).toBe(true);
  });

  test('the schema knows every field of the document', () => {
    // zod drops what it does not know, so a field that is missing in the schema would be missing here.
    expect(resultSchema.parse(sampleResult())).toEqual(sampleResult());
  });

  test('keys keep their order', async () => {
    await expect(jsonText(sampleResult(), { trees: true })).toMatchFileSnapshot('goldens/result.json');
    expect(jsonText(sampleResult())).not.toContain('"tree"');
  });
});

describe('SARIF', () => {
  const schema = JSON.parse(
    readFileSync(
      createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
      'utf8',
    ),
  ) as Record<string, unknown>;
  // Published by OASIS; the copy is the one that Microsoft's matchers carry. It is of a draft that ajv reads once its name is gone.
  const { id: _id, $schema: _draft, ...body } = schema;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(body);

  test.for([
    { when: 'the sample', text: renderSarif(sampleResult()) },
    { when: 'the sample with texts of rules', text: renderSarif(sampleResult(), { rule: () => RULE }) },
    { when: 'nothing', text: renderSarif(document([])) },
  ])('$when is valid', ({ text }) => {
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });

  test('as a whole', async () => {
    await expect(
      renderSarif(sampleResult(), { rule: (id) => (id === 'cap-sys-module' ? RULE : undefined) }),
    ).toMatchFileSnapshot('goldens/result.sarif');
  });

  test.for([
    { path: 'a b/ü#?.yaml', uri: 'a%20b/%C3%BC%23%3F.yaml', base: '%SRCROOT%' },
    { path: '<docker-run>', uri: '%3Cdocker-run%3E', base: '%SRCROOT%' },
    { path: '/etc/docker/daemon.json', uri: 'file:///etc/docker/daemon.json', base: undefined },
    { path: 'C:\\shop\\compose.yaml', uri: 'file:///C:/shop/compose.yaml', base: undefined },
  ])('$path becomes $uri', ({ path, uri, base }) => {
    const result = document([target('web', [finding('v', { source: { path, line: 1, column: 1 } })])]);
    const log = JSON.parse(renderSarif(result));
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation).toEqual({
      uri,
      ...(base && { uriBaseId: base }),
    });
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  });

  test('an unknown finding is open in the words of SARIF, without a level; a blocked one is left out', () => {
    const [run] = JSON.parse(renderSarif(sampleResult())).runs;
    const kinds = run.results.map((one: { ruleId: string; kind: string; level: string }) => [
      one.ruleId,
      one.kind,
      one.level,
    ]);
    expect(kinds).toContainEqual(['bpf-load', 'open', 'none']);
    expect(kinds).toContainEqual(['cap-sys-module', 'fail', 'error']);
    expect(kinds.map(([rule]: string[]) => rule)).not.toContain('kexec');
  });
});

test('a missed control is a SARIF result at its place, told once for all containers of the pod', () => {
  const item = (id: string, result: 'passed' | 'failed', line: number) => ({
    id,
    title: `Control ${id}`,
    result,
    detail: `${id} is stated`,
    source: { path: 'pod.yaml', line, column: 3 },
  });
  const standards = [
    {
      name: 'pss-restricted',
      version: '1.37',
      result: 'failed' as const,
      items: [item('procMount', 'failed', 9), item('sysctls', 'passed', 4)],
    },
  ];
  const result = document([target('a', [finding('v')], { standards }), target('b', [], { standards })]);
  const [run] = JSON.parse(renderSarif(result)).runs;
  const missed = run.results.filter((one: { ruleId: string }) => one.ruleId.startsWith('pss-'));
  expect(missed).toHaveLength(1);
  expect(missed[0].locations[0].physicalLocation.region).toEqual({ startLine: 9, startColumn: 3 });
  expect(run.tool.driver.rules[missed[0].ruleIndex].id).toBe('pss-restricted@1.37/procMount');
});

test('Markdown', async () => {
  await expect(renderMarkdown(sampleResult())).toMatchFileSnapshot('goldens/result.md');
});

describe('comparison', () => {
  const kexec = finding('kexec', { title: 'Container can start another kernel', verdict: 'blocked', depth: 2 });
  const before = document([
    target('web', [
      finding('closed-now'),
      { ...kexec, vector: 'opened-now' },
      kexec,
      finding('gone-dark'),
      finding('same'),
    ]),
    target('old', [finding('x')]),
  ]);
  const opened = finding('opened-now', {
    source: { path: 'compose.yaml', line: 4, column: 5 },
    statement: 'privileged: true',
    fixes: [fix(['remove `privileged: true` (compose.yaml:4)'])],
  });
  const after = document([
    target(
      'web',
      [
        { ...kexec, vector: 'closed-now' },
        opened,
        { ...kexec, depth: 1 },
        finding('gone-dark', { verdict: 'unknown' }),
        finding('same'),
      ],
      { id: 'new/compose.yaml#web' },
    ),
    target('fresh', [finding('y')]),
    target('also', []),
  ]);

  test.for(['text', 'json', 'markdown'] as const)('%s', async (format) => {
    await expect(renderComparison(compareResults(before, after), { format })).toMatchFileSnapshot(
      `goldens/comparison.${format}.txt`,
    );
  });
});
