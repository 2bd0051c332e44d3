import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Call, callNumber } from '../../kernel/index.ts';
import type { Sandbox } from '../../runtimes/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import { HARMLESS } from '../../vectors/harmless-calls.data.ts';
import type { Probe } from '../../vectors/probe.ts';
import { openHost } from '../stage.ts';
import { existsOn } from './attempt-child.ts';

let host: Sandbox;
beforeAll(async () => {
  host = await openHost();
});
afterAll(() => host.close());

/** do_sys_settimeofday64(), kernel/time/time.c: without a time and a zone it sets nothing, and says that it did. */
const SUCCEEDS_IN_NOTHING = new Set(['settimeofday']);

describe('calls of the table', () => {
  test.each(Object.entries(HARMLESS))('%s passes the guard, and does nothing', async (name, harmless) => {
    if (!existsOn(host.session.hello.arch, harmless.call)) return;
    const end = await host.session.guarded(harmless.effects).child((child) => child.call(harmless.call));
    expect(end.kind).toBe('returned');
    if (end.kind !== 'returned' || !harmless.effects.some((effect) => effect === 'cannot-succeed')) return;
    expect(end.value.ok).toBe(SUCCEEDS_IN_NOTHING.has(name) && process.getuid?.() === 0);
  });
});

describe('calls of probes', () => {
  const calls = CATALOGUE.flatMap(({ id, probe }) =>
    probe === undefined ? [] : callsOf(probe).map((one) => ({ id, one })),
  );

  test.each(calls)('$id: $one.name is a call of x86-64 and its like', ({ one }) => {
    expect(callNumber(one.entry ?? 'x86_64', one.name)).toBeDefined();
    expect(one.args.length).toBeLessThanOrEqual(6);
  });

  test('deciding positions are there', () => {
    for (const { id, probe } of CATALOGUE) {
      for (const { calls: made, decides = [] } of probe === undefined ? [] : attemptsOf(probe)) {
        expect(made.length, id).toBeGreaterThan(Math.max(0, ...decides));
      }
    }
  });
});

function attemptsOf(
  probe: Probe,
): readonly { readonly calls: readonly Call[]; readonly decides?: readonly number[] }[] {
  if (probe.probe === 'any' || probe.probe === 'all') return probe.of.flatMap(attemptsOf);
  return probe.probe === 'attempt' || probe.probe === 'passes' ? [probe] : [];
}

function callsOf(probe: Probe): readonly Call[] {
  return attemptsOf(probe).flatMap(({ calls }) => calls);
}
