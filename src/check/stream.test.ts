import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePosture } from '../posture/document.ts';
import type { LineSettings } from './line-judge.ts';
import { linesOf } from './lines.ts';
import { assembledDocument, statedDocument } from './posture-document.ts';
import type { Finding, TargetResult } from './result.ts';
import { assembleTargets, checkTargets } from './session.ts';
import { judgeLines, type StreamOptions } from './stream.ts';
import { bareSession } from './testing/session.ts';

const cwd = process.cwd();
const session = bareSession(cwd);
const { stdin: _, ...plain } = session;
const settings: LineSettings = { session: plain, verbose: true, threshold: undefined };
const TARGETS = ['docker-run:run debian true', 'docker-run:run --privileged --name p debian'];

async function* bytes(text: string, size = 1000): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

async function judged(
  text: string,
  options: StreamOptions = { jobs: 1 },
  with_: LineSettings = settings,
): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  for await (const part of judgeLines([linesOf(bytes(text), 'p.jsonl')], with_, options)) lines.push(part);
  return lines
    .join('')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The work that judging several lines takes is bundled as the package has it. */
let folder = '';
let workerFile: URL;
beforeAll(async () => {
  folder = mkdtempSync(join(cwd, 'node_modules/.cofferdam-worker-'));
  const outfile = join(folder, 'worker.mjs');
  const banner = { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" };
  await build({
    entryPoints: ['src/check/stream-worker.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    banner,
    logLevel: 'silent',
  });
  workerFile = pathToFileURL(outfile);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('postures line by line', () => {
  it('have the findings that their artifacts have, with the defaults of the engine in them or laid beneath', async () => {
    const { objects } = await assembleTargets(TARGETS, session);
    const direct = (await checkTargets(TARGETS, session)).targets;
    const whole = objects.map((object) => writePosture(assembledDocument(object.subject, object)));
    const stated = objects.map(({ subject }) => writePosture(statedDocument(subject)));
    for (const lines of [whole, stated]) {
      const results = (await judged(lines.join('\n'))).slice(0, -1) as unknown as TargetResult[];
      expect(results.map(({ engineStated: __, ...rest }) => rest)).toEqual(
        direct.map(({ engineStated: __, ...rest }) => JSON.parse(JSON.stringify(rest)) as unknown),
      );
    }
  });

  it('give each bad line one error with its number, go on, and end with the summary', async () => {
    const { objects } = await assembleTargets(TARGETS.slice(0, 1), session);
    const good = objects.map(({ subject }) => writePosture(statedDocument(subject))).join();
    const results = await judged(
      `${good}\n{\n\n{"schema":"x"}\r\n${good}\nnull`,
      { jobs: 1 },
      { ...settings, verbose: false },
    );
    expect(results.map((line) => (line.error as { line: number } | undefined)?.line ?? Object.keys(line)[0])).toEqual([
      'id',
      2,
      4,
      'id',
      6,
      'schema',
    ]);
    expect(results.at(-1)?.summary).toMatchObject({ targets: 2, errors: 3 });
    const [finding] = (results[0]?.findings ?? []) as Finding[];
    expect(finding).toBeDefined();
    expect(finding).not.toHaveProperty('tree');
    expect(finding).not.toHaveProperty('because');
  });

  it('come out of several threads in the order in which they went in', async () => {
    const { objects } = await assembleTargets(TARGETS.slice(0, 1), session);
    const document = statedDocument((objects[0] as (typeof objects)[0]).subject);
    const lines = Array.from({ length: 250 }, (__, i) =>
      i % 50 === 7 ? 'bad' : writePosture({ ...document, kind: 'host', id: `n${i}` }),
    );
    const results = await judged(lines.join('\n'), { jobs: 2, workerFile }, { ...settings, verbose: false });
    const order = results.slice(0, -1).map((line) => line.id ?? `e${(line.error as { line: number }).line - 1}`);
    expect(order).toEqual(lines.map((line, i) => (line === 'bad' ? `e${i}` : `n${i}`)));
  });
});

describe('lines', () => {
  it('too long or no text are errors of their own, and keep nothing', async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a\n');
      for (let i = 0; i < 12; i++) yield Buffer.alloc(2 ** 20, 'x');
      yield Buffer.from('\nb\n\xff\n', 'latin1');
      yield Buffer.from('ü').subarray(0, 1);
      yield Buffer.from('ü').subarray(1);
    }
    const found: string[] = [];
    for await (const lines of linesOf(chunks(), 'p'))
      for (const line of lines) found.push(`${line.number} ${line.problem?.code ?? line.text}`);
    expect(found).toEqual(['1 a', '2 too-large', '3 b', '4 encoding', '5 ü']);
  });
});
