import { describe, expect, test } from 'vitest';
import { differenceOf } from '../lab/difference.ts';
import { type Study, study } from '../lab/study.ts';
import { renderLabCsv } from './lab-csv.ts';
import { renderLabDiff } from './lab-diff.ts';
import { figureText } from './lab-figures.ts';
import { renderLabJson } from './lab-json.ts';
import { GROUPINGS } from './lab-rows.ts';
import { renderLab } from './lab-text.ts';
import { sampleLab } from './sample-lab.ts';

const PLAIN = { color: false, verbose: false, by: 'mechanism' } as const;

describe('text', () => {
  test.for([40, 80])('%i columns', async (width) => {
    await expect(renderLab(sampleLab(), { ...PLAIN, width })).toMatchFileSnapshot(`goldens/lab-${width}.txt`);
  });

  test('every vector', async () => {
    const text = renderLab(sampleLab(), { ...PLAIN, width: 80, verbose: true, by: 'goal' });
    await expect(text).toMatchFileSnapshot('goldens/lab-verbose-80.txt');
  });

  test.for(GROUPINGS.flatMap((by) => [40, 57, 80, 120].map((width) => ({ by, width }))))(
    'by $by, no line is longer than $width columns',
    ({ by, width }) => {
      for (const line of renderLab(sampleLab(), { ...PLAIN, width, by, verbose: true }).split('\n')) {
        expect([line, [...line].length <= width]).toEqual([line, true]);
      }
    },
  );

  test('colour adds nothing to the words, and no foreign escape gets through', () => {
    const plain = renderLab(sampleLab(), { ...PLAIN, width: 80 });
    const colored = renderLab(sampleLab(), { ...PLAIN, width: 80, color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour is made of
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(plain).not.toContain('\u001b');
    expect(plain).toContain('\\x1b[2J');
  });

  test('a study without a measured row is told, too', () => {
    const empty: Study = { ...sampleLab(), rows: sampleLab().rows.filter(({ state }) => state !== 'measured') };
    expect(renderLab(empty, { ...PLAIN, width: 80 })).toContain('podman is not installed → apt-get install podman');
  });
});

test.for([
  [0, '0'],
  [0.0123456, '0.0123'],
  [1.9, '1.90'],
  [71.25, '71.3'],
  [1234.5, '1235'],
] as const)('%d is written %s', ([value, text]) => {
  expect(figureText(value)).toBe(text);
});

test('JSON is the study again, an item of a list a line', () => {
  const text = [...renderLabJson(sampleLab())].join('');
  expect(study.parse(JSON.parse(text))).toEqual(study.parse(sampleLab()));
  expect(text.split('\n').filter((line) => line.startsWith('    {"runtime":"runc","profile"'))).toHaveLength(5);
});

describe('CSV', () => {
  const lines = (): string[] => [...renderLabCsv(sampleLab())].join('').split('\r\n');

  test('a line a cell, and one for a row without any', () => {
    expect(lines()).toHaveLength(1 + 3 * 4 + 4 + 1);
    expect(lines()).toContain('podman,default,os-level,,unavailable,,,,,,,,,,,,podman is not installed');
    expect(lines().every((line) => line === '' || line.includes(','))).toBe(true);
  });

  test('what looks like a formula is text, and quotes are doubled', () => {
    const text = [...renderLabCsv(sampleLab())].join('');
    expect(text).toContain('"\'=1+1\na ""quoted"", line"');
    for (const name of ['=cmd', '+1', '-1', '@sum', ' =1', '\t=1', '\r=1', '＝1']) {
      const [first] = sampleLab().rows;
      if (first === undefined) throw new Error('the sample has a row');
      const odd = { ...sampleLab(), rows: [{ ...first, cells: {}, runtime: name }] };
      expect([...renderLabCsv(odd)][1]).toMatch(/^"?'/);
    }
  });
});

describe('difference', () => {
  const changed = (): Study => {
    const after = structuredClone(sampleLab());
    after.machine.kernel = '6.18.0';
    const cell = (row: number, vector: string) => after.rows[row]?.cells[vector];
    Object.assign(cell(1, 'kernel-modules') ?? {}, { verdict: 'open', by: null });
    Object.assign(cell(1, 'world-readable-uptime') ?? {}, { verdict: 'blocked', by: 'kernel' });
    Object.assign(cell(1, 'host-pid-namespace') ?? {}, { by: 'lsm' });
    Object.assign(cell(0, 'no-memory-limit') ?? {}, { verdict: 'open' });
    after.rows.splice(2, 1);
    for (const price of after.prices) {
      if (price.value !== null && price.runtime === 'runc')
        price.value = { median: 300, low: 290, high: 310, count: 16 };
      else if (price.value !== null) price.value = { ...price.value, median: 72 };
    }
    return after;
  };

  test('grounds first, then what opened and closed, then figures', async () => {
    const text = renderLabDiff(differenceOf(sampleLab(), changed()), { width: 80, color: false, verbose: true });
    await expect(text).toMatchFileSnapshot('goldens/lab-diff-80.txt');
    expect(text.split('\n')[0]).toBe('kernel  6.12.0 → 6.18.0');
  });

  test('what opened one way is closed the other way', () => {
    const [there, back] = [differenceOf(sampleLab(), changed()), differenceOf(changed(), sampleLab())];
    expect(there.rows.map(({ opened }) => opened)).toEqual(back.rows.map(({ closed }) => closed));
    expect([there.appeared, there.vanished]).toEqual([back.vanished, back.appeared]);
    expect(there.figures.map(({ overlap }) => overlap)).toEqual([true, false]);
  });

  test('a run does not differ from itself', () => {
    const none = { width: 80, color: false, verbose: true };
    expect(renderLabDiff(differenceOf(sampleLab(), sampleLab()), none)).toBe('nothing differs\n');
  });
});
