import { spawn } from 'node:child_process';
import { Session, stubPath } from '../src/agent/index.ts';
import { call, out } from '../src/kernel/index.ts';
import { type Figure, median } from './measure.ts';

const ROUND_TRIPS = 5000;
const BATCHES = 200;
const CALLS = 500;
const STARTS = 101;

async function open(): Promise<{ readonly session: Session; readonly ended: Promise<void> }> {
  const stub = spawn(stubPath(), [], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => void stub.once('exit', () => resolve()));
  const abandon = (): void => void stub.kill('SIGKILL');
  const channel = { toStub: stub.stdin, fromStub: stub.stdout, messages: () => '', abandon };
  return { session: await Session.open(channel, { timeoutMs: 5000 }), ended };
}

/** Median of microseconds that `once` takes. */
async function microseconds(times: number, once: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = process.hrtime.bigint();
    await once();
    taken.push(Number(process.hrtime.bigint() - started) / 1000);
  }
  return median(taken);
}

/** The conversation with a stub on this machine, outside of any sandbox. */
export async function agentFigures(): Promise<Figure[]> {
  const { session, ended } = await open();
  const single = () => session.call(call('getppid'));
  await microseconds(ROUND_TRIPS / 5, single);
  const roundTrip = await microseconds(ROUND_TRIPS, single);
  const plain = Array.from({ length: CALLS }, () => call('getppid'));
  const reading = Array.from({ length: CALLS }, () => call('readlinkat', -100, '/proc/self/exe', out(24), 24));
  const batch = await microseconds(BATCHES, () => session.batch(plain));
  const memory = await microseconds(BATCHES, () => session.batch(reading.slice(0, 250)));
  const child = await microseconds(BATCHES, () => session.child((inner) => inner.call(call('getpid'))));
  const guarded = session.guarded(['changes-itself']);
  const checked = await microseconds(BATCHES, () => guarded.batch(plain));
  session.end();
  await ended;
  const start = await microseconds(STARTS, async () => {
    const fresh = await open();
    fresh.session.end();
  });
  return [
    { what: 'agent: one call there and back', value: `${roundTrip.toFixed(0)} µs`, target: '≤ 60 µs' },
    { what: `agent: a call in a batch of ${CALLS}`, value: `${(batch / CALLS).toFixed(2)} µs`, target: '≤ 2 µs' },
    {
      what: 'agent: readlink of /proc/self/exe in a batch of 250',
      value: `${(memory / 250).toFixed(2)} µs`,
      target: '',
    },
    { what: `agent: a call in a batch of ${CALLS}, guarded`, value: `${(checked / CALLS).toFixed(2)} µs`, target: '' },
    { what: 'agent: a throw-away child, with one call in it', value: `${child.toFixed(0)} µs`, target: '' },
    { what: 'agent: stub started until it greets', value: `${(start / 1000).toFixed(2)} ms`, target: '≤ 3 ms' },
  ];
}
