import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding, ResultDocument, TargetResult } from '../check/result.ts';
import { document, finding, fix, sampleLine, sampleResult, target } from '../check/sample-result.ts';
import { caretLines } from './caret.ts';
import { renderFinding } from './finding.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';
import { renderText, type TextOptions } from './text.ts';

const OPTIONS: TextOptions = { width: 80, color: false, verbose: false, sourceLine: sampleLine, hostGiven: false };
const goalOf = (vector: string) => (vector === 'cap-sys-module' ? 'host-kernel' : 'host-data');

describe('goldens', () => {
  test.for([40, 80, 120])('%i columns', async (width) => {
    await expect(renderText(sampleResult(), { ...OPTIONS, width, goalOf })).toMatchFileSnapshot(
      `goldens/text-${width}.txt`,
    );
  });

  test.for([40, 80, 120])('%i columns, verbose', async (width) => {
    await expect(renderText(sampleResult(), { ...OPTIONS, width, verbose: true })).toMatchFileSnapshot(
      `goldens/verbose-${width}.txt`,
    );
  });

  test('in colour', async () => {
    await expect(renderText(sampleResult(), { ...OPTIONS, color: true })).toMatchFileSnapshot('goldens/color-80.txt');
  });
});

test('one finding in full', async () => {
  const [web] = sampleResult().targets;
  const [first] = web?.findings ?? [];
  if (web === undefined || first === undefined) throw new Error('the sample has a finding');
  await expect(renderFinding(first, web, { width: 80, color: false })).toMatchFileSnapshot('goldens/finding.txt');
});

test('colour adds nothing to the words', () => {
  const colored = renderText(sampleResult(), { ...OPTIONS, color: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour is made of
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderText(sampleResult(), OPTIONS));
});

test.for([
  {
    when: 'a goal is known',
    result: sampleResult(),
    goal: 'host-root',
    expected: '1 container lets an attacker become root on the host: web (compose.yaml:2)',
  },
  {
    when: 'no goal is known',
    result: sampleResult(),
    goal: undefined,
    expected: '1 container open to attack, critical at worst: web (compose.yaml:2)',
  },
  {
    when: 'nothing is open',
    result: document([target('web', [])]),
    goal: undefined,
    expected: 'No attack vector is open in 1 container',
  },
  { when: 'nothing is there', result: document([]), goal: undefined, expected: 'Nothing to judge was found' },
  {
    when: 'nothing could be read',
    result: document([], { errors: [{ path: 'a', code: 'unreadable', message: 'm', hint: 'h' }] }),
    goal: undefined,
    expected: 'Nothing could be judged: 1 error',
  },
])('the first line where $when', ({ result, goal, expected }) => {
  expect(renderText(result, { ...OPTIONS, goalOf: () => goal }).split('\n')[0]).toBe(expected);
});

test('a suppressed finding is counted and not listed', () => {
  const text = renderText(sampleResult(), OPTIONS);
  expect(text).toContain('suppressed 1');
  expect(text).not.toContain('old-risk');
});

test('a host profile that was given is not asked for', () => {
  expect(renderText(sampleResult(), OPTIONS)).toContain('--host FILE');
  expect(renderText(sampleResult(), { ...OPTIONS, hostGiven: true })).not.toContain('--host FILE');
});

test('what three containers have in common is said once', () => {
  const alike = ['a', 'b', 'c'].map((name) =>
    target(name, [finding('raw-sockets', { severity: 'medium', fixes: [fix(['add cap_drop: [NET_RAW]'])] })]),
  );
  const text = renderText(document(alike), OPTIONS);
  expect(text.match(/add cap_drop/g)).toHaveLength(1);
  expect(text).toContain('in common to 3 containers  a, b, c');
});

test('a container takes fewer than 15 lines, however much is open', () => {
  const many = Array.from({ length: 60 }, (_, i) =>
    finding(`v${i}`, {
      severity: (['critical', 'high', 'medium', 'low'] as const)[i % 4] ?? 'low',
      fixes:
        i % 7 === 0
          ? []
          : [
              fix(
                [`remove \`flag-${i % 9}\` (compose.yaml:4)`],
                [],
                [{ path: 'compose.yaml', line: 4, column: 5, endColumn: 21 }],
              ),
            ],
    }),
  );
  const block = renderText(document([target('web', many)]), OPTIONS).split('\n\n')[1] ?? '';
  expect(block.split('\n').length).toBeLessThan(15);
});

test.for([
  {
    when: 'the statement stands in the line',
    line: '    privileged: true',
    place: { line: 1, column: 5, endColumn: 21 },
    width: 40,
    source: 'privileged: true',
    marks: '^~~~~~~~~~~~~~~~',
  },
  {
    when: 'its end is not known',
    line: 'a: [x]',
    place: { line: 1, column: 4 },
    width: 40,
    source: 'a: [x]',
    marks: '   ^',
  },
  {
    when: 'controls stand before it',
    line: '\u001bx y',
    place: { line: 1, column: 4, endColumn: 5 },
    width: 40,
    source: '\\x1bx y',
    marks: '      ^',
  },
  {
    when: 'the line is too long',
    line: `${'a'.repeat(50)} KEY ${'b'.repeat(50)}`,
    place: { line: 1, column: 52, endColumn: 55 },
    width: 20,
    source: '…aaaaaaaaaa KEY bbb…',
    marks: '            ^~~',
  },
  {
    when: 'the place lies outside',
    line: 'ab',
    place: { line: 1, column: 90, endColumn: 99 },
    width: 20,
    source: 'ab',
    marks: '  ^',
  },
])('the caret where $when', ({ line, place, width, source, marks }) => {
  expect(caretLines({ path: 'p', ...place }, () => line, width)).toEqual({ source, marks });
});

test.for([
  'docker run -e API_TOKEN=hunter2 --privileged i',
  '  environment: { DB_PASSWORD: hunter2, x: y }',
  'command: psql postgres://me:hunter2@db/shop',
])('a secret in the line `%s` is not shown', (line) => {
  const shown = caretLines({ path: 'p', line: 1, column: 1 }, () => line, 100);
  expect(shown?.source).not.toContain('hunter2');
  expect(shown?.source).toHaveLength(line.trim().length);
});

// --- properties -------------------------------------------------------------------------------------------------------

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom('|', '`', '\u001b', '\n', '\u202e', '{', '](', ' '),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});
const place = fc.record({
  path: hostile,
  line: fc.integer({ min: 1, max: 9 }),
  column: fc.integer({ min: 1, max: 99 }),
  endColumn: fc.integer({ min: 1, max: 120 }),
});
const findings: fc.Arbitrary<Finding> = fc
  .record({
    vector: hostile,
    title: hostile,
    verdict: fc.constantFrom('open', 'blocked', 'unknown' as const),
    severity: fc.constantFrom('critical', 'high', 'medium', 'low' as const),
    source: fc.option(place),
    statement: hostile,
    because: fc.array(hostile, { maxLength: 3 }),
    fixes: fc.array(
      fc.record({
        changes: fc.array(hostile, { minLength: 1, maxLength: 2 }),
        places: fc.array(fc.option(place), { maxLength: 2 }),
        cost: fc.nat(6),
        closes: fc.array(hostile, { maxLength: 2 }),
      }),
      { maxLength: 3 },
    ),
    settledBy: fc.array(hostile, { maxLength: 3 }),
    suppressed: fc.option(fc.record({ reason: hostile, place })),
  })
  .map((more) =>
    finding(more.vector, {
      ...more,
      tree: {
        text: more.title,
        result: 'passes',
        children: [{ text: more.statement, result: 'passes', source: more.title }],
      },
    }),
  );
const targets: fc.Arbitrary<TargetResult> = fc
  .record({
    name: hostile,
    source: place,
    kind: fc.constantFrom('workload', 'image', 'engine', 'host', 'cluster' as const),
    engine: fc.option(hostile),
    found: fc.array(findings, { maxLength: 5 }),
  })
  .map(({ name, found, ...more }) => target(name, found, more));
const results: fc.Arbitrary<ResultDocument> = fc
  .record({
    all: fc.array(targets, { maxLength: 4 }),
    errors: fc.array(fc.record({ path: hostile, code: hostile, message: hostile, hint: hostile }), { maxLength: 2 }),
    skipped: fc.array(fc.record({ path: hostile, what: hostile, remedy: hostile }), { maxLength: 2 }),
  })
  .map(({ all, ...more }) => document(all, more));

test('no line is wider than the page and no control character gets through', () => {
  fc.assert(
    fc.property(results, fc.constantFrom(24, 40, 80, 120), fc.boolean(), hostile, (result, width, verbose, line) => {
      const text = renderText(result, { ...OPTIONS, width, verbose, sourceLine: () => line });
      for (const shown of text.split('\n')) expect([...shown].length).toBeLessThanOrEqual(width);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 150 },
  );
});

test('Markdown tables keep their columns, SARIF stays JSON', () => {
  fc.assert(
    fc.property(results, (result) => {
      for (const block of tablesOf(renderMarkdown(result))) expect(new Set(block.map(cellsOf)).size).toBe(1);
      expect(() => JSON.parse(renderSarif(result))).not.toThrow();
    }),
    { numRuns: 100 },
  );
});

/** Runs of lines that start as a table row, outside of fences. */
function tablesOf(markdown: string): string[][] {
  const tables: string[][] = [];
  let fence: string | undefined;
  let open: string[] | undefined;
  for (const line of markdown.split('\n')) {
    const [mark] = /^`{3,}/.exec(line) ?? [];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && line === fence) fence = undefined;
    else if (fence === undefined && line.startsWith('| ')) {
      if (open === undefined) {
        open = [];
        tables.push(open);
      }
      open.push(line);
      continue;
    }
    open = undefined;
  }
  return tables;
}

function cellsOf(line: string): number {
  return line.replace(/\\[\\|]/g, '').split('|').length;
}
