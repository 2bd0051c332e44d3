/**
 * Writes postures as JSON Lines for the benchmark: the objects of `examples/`, each with small variations, so that no two lines are
 * the same. `tsx bench/generate-postures.ts 100000 > postures.jsonl`; `--assembled` lays the engine's defaults into each.
 */
import { once } from 'node:events';
import { assembleTargets, loadConfig } from '../src/check/index.ts';
import { assembledDocument, statedDocument } from '../src/check/posture-document.ts';
import { bareSession } from '../src/check/testing/session.ts';
import { type PostureDocument, writePosture } from '../src/posture/document.ts';
import type { Statement } from '../src/posture/index.ts';

const [count = '1000', ...rest] = process.argv.slice(2);
const config = loadConfig(undefined, ['examples'], process.cwd());
const { objects } = await assembleTargets(['examples'], bareSession(undefined, { config }));
const documents = objects
  .filter(({ subject }) => subject.kind === 'workload')
  .map((object) =>
    rest.includes('--assembled') ? assembledDocument(object.subject, object) : statedDocument(object.subject),
  );

/** Settings that differ between otherwise equal containers; by turns some of them. */
function variation(turn: number): readonly Statement['facts'][] {
  const all: readonly Statement['facts'][] = [
    { 'rootfs.readonly': turn % 3 === 0 },
    { 'process.no-new-privileges': turn % 5 === 0, 'request.no-new-privileges': turn % 5 === 0 },
    { 'process.uid': 1000 + (turn % 7919), 'request.user': String(1000 + (turn % 7919)) },
    { 'limit.memory': 2 ** 20 * (1 + (turn % 4093)) },
    { 'request.capability.NET_RAW': 'drop' },
  ];
  return all.filter((_, i) => (turn >> i) % 2 === 0);
}

function varied(document: PostureDocument, turn: number): PostureDocument {
  const added = variation(turn).map(
    (facts, i): Statement => ({
      phase: 'request',
      source: {
        kind: 'stated',
        path: document.place.path,
        line: 900 + i,
        column: 1,
        text: Object.keys(facts).join(', '),
      },
      facts,
    }),
  );
  const id = `${document.id}~${turn}`;
  return { ...document, id, statements: [...document.statements, ...added] };
}

for (let turn = 0; turn < Number(count); turn++) {
  const document = documents[turn % documents.length];
  if (document === undefined) throw new Error('the examples describe no workload');
  if (!process.stdout.write(`${writePosture(varied(document, turn))}\n`)) await once(process.stdout, 'drain');
}
