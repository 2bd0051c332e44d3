/** A thread of `stream.ts`: judges the pieces that it is sent, one after the other. Bundled as a program of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { LineJudge, type LineSettings } from './line-judge.ts';
import type { WorkerAnswer, WorkerRequest } from './stream.ts';

const port = parentPort;
if (port === null) throw new Error('stream-worker is started by stream.ts alone');

const judge = LineJudge.open(workerData as LineSettings);
let turn: Promise<unknown> = judge;

port.on('message', (request: WorkerRequest) => {
  turn = turn.then(async () => port.postMessage(await answer(request)));
});

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  const ready = await judge;
  return 'piece' in request ? { result: await ready.judge(request.piece) } : { unused: ready.unused() };
}
