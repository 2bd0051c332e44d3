/** The pages in a real browser: what a reader does with them, hostile names in every place, and nothing loaded from anywhere. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOn } from '../src/paths/index.ts';
import { judgeRun } from '../src/paths/judge.ts';
import { randomStack, sessionOn } from '../src/paths/testing/stacks.ts';
import { sampleStudy } from '../src/report/html/testing/sample-study.ts';
import { renderLabHtml } from '../src/report/lab-html.ts';
import { renderPathsHtml } from '../src/report/paths-html.ts';
import { systemOf } from '../src/threats/index.ts';
import { Browser, CHROMIUM } from './support/chromium.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1400, height: 1000 };
const required = process.env.COFFERDAM_REQUIRE_RUNTIMES !== undefined;

const folder = mkdtempSync(join(tmpdir(), 'cofferdam-pages-'));
let browser: Browser | undefined;

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(name: string, page: string, size: typeof DESK) {
  if (browser === undefined) throw new Error('no browser');
  const file = join(folder, name);
  writeFileSync(file, page);
  return await browser.open(file, size);
}

describe.skipIf(CHROMIUM === undefined && !required)(`in ${CHROMIUM ?? 'chromium'}`, () => {
  beforeAll(() => {
    if (CHROMIUM === undefined) throw new Error('chromium is not installed');
    browser = new Browser(CHROMIUM);
  });

  const choose = (label: string, value: string) => `(() => {
    const label = [...document.querySelectorAll('label')].find((one) => one.textContent.startsWith(${JSON.stringify(label)}));
    const field = label.querySelector('select, input');
    field.value = ${JSON.stringify(value)};
    field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input'));
  })()`;
  const LINES = `document.querySelectorAll('tr[data-vector]').length`;

  test('the matrix has every vector, filters, and tells the evidence of the cell that has the focus', async () => {
    const study = sampleStudy({ vectors: 60 });
    const page = await opened('lab.html', await renderLabHtml(study), DESK);
    const measured = study.rows.filter(({ state }) => state === 'measured');
    expect(await page.value(LINES)).toBe(60);
    expect(await page.value(`document.querySelectorAll('#matrix-table thead .turned').length`)).toBe(measured.length);

    await page.value(choose('Vectors whose', 'BPF'));
    const named = study.vectors.filter(({ id, title }) => /bpf/i.test(`${id} ${title}`));
    expect(named.length).toBeGreaterThan(0);
    expect(await page.value(LINES)).toBe(named.length);
    await page.value(choose('Vectors whose', ''));
    await page.value(choose('Verdict', 'unknown'));
    const unknown = study.vectors.filter(({ id }) => measured.some(({ cells }) => cells[id]?.verdict === 'unknown'));
    expect(await page.value(LINES)).toBe(unknown.length);
    await page.value(choose('Verdict', ''));
    await page.value(choose('Grouped by', 'none'));
    await page.value(choose('Sorted by', 'name'));

    await page.value(`document.querySelector('td.cell').focus()`);
    await page.press('ArrowRight');
    await page.press('ArrowDown');
    const [, second] = study.vectors.map(({ id }) => id).sort();
    const told = String(await page.value(`document.getElementById('evidence').textContent`));
    expect(told).toContain(`${second} in ${measured[1]?.runtime}, ${measured[1]?.profile}`);
    const [evidence] = measured[1]?.cells[second ?? '']?.evidence ?? [];
    expect(told).toContain(evidence ?? 'Not asked here.');
    expect(page.complaints).toEqual([]);
    expect(page.requests).toHaveLength(1);
  });

  test('hostile names stay text, and a phone does not scroll sideways', async () => {
    const page = await opened('hostile.html', await renderLabHtml(sampleStudy({ vectors: 12, hostile: true })), PHONE);
    expect(await page.value(`document.querySelectorAll('img, [onerror]').length`)).toBe(0);
    expect(await page.value(`document.querySelectorAll('script').length`)).toBe(2);
    expect(await page.value(`/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.documentElement.textContent)`)).toBe(
      false,
    );
    expect(await page.value('document.documentElement.scrollWidth')).toBe(PHONE.width);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toHaveLength(1);
  });

  test('the attack graph tells the ways of the box that is chosen, and closes and opens groups', async () => {
    const run = await judgeRun(['-'], sessionOn(randomStack(4)));
    const answer = await answerOn(run, { from: [], to: [], count: 1, whatIf: [] });
    const system = systemOf(run.objects.map(({ object }) => object));
    const page = await opened('paths.html', await renderPathsHtml(answer, system), PHONE);
    expect(await page.value('document.documentElement.scrollWidth')).toBe(PHONE.width);
    const shown = `[...document.querySelectorAll('[data-box]')].map((box) => box.getAttribute('aria-label'))`;
    const labels = (await page.value(shown)) as string[];
    for (const { label } of [...answer.document.entries, ...answer.document.assets]) expect(labels).toContain(label);

    const [way] = answer.document.paths;
    if (way === undefined) throw new Error('this stack has a way');
    await page.value(
      `[...document.querySelectorAll('[data-box]')].find((box) => box.getAttribute('aria-label') === ${JSON.stringify(way.to.label)}).focus()`,
    );
    await page.press('Enter');
    const about = String(await page.value(`document.getElementById('about').textContent`));
    expect(about).toContain(`${way.from.label} → ${way.to.label}`);

    await page.value(choose('Grouped by', 'host'));
    await page.value(
      `[...document.querySelectorAll('button')].find((one) => one.textContent === 'Close groups').click()`,
    );
    expect(((await page.value(shown)) as string[]).length).toBeLessThan(labels.length);
    await page.value(
      `[...document.querySelectorAll('button')].find((one) => one.textContent === 'Open groups').click()`,
    );
    expect(((await page.value(shown)) as string[]).sort()).toEqual(labels.sort());
    expect(page.complaints).toEqual([]);
    expect(page.requests).toHaveLength(1);
  });
});
