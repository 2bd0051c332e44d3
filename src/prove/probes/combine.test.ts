import { expect, test } from 'vitest';
import { allOf, anyOf, type UntoldProbe, untold } from '../../vectors/probe.ts';
import type { Observation, Stage } from '../observation.ts';
import { observeAll, observeAny } from './combine.ts';
import { blocked, open, unknown } from './told.ts';

const STAGE = {} as Stage;
const SAID: Readonly<Record<string, Observation>> = {
  open: open('an open one'),
  capability: blocked('capability', 'lacks it'),
  silent: blocked(null, 'refused'),
  seccomp: blocked('seccomp', 'filtered'),
  unknown: unknown('nobody tells'),
};
const observe = async (probe: unknown): Promise<Observation> =>
  SAID[(probe as UntoldProbe).why] ?? unknown(`no answer for ${JSON.stringify(probe)}`);
const parts = (names: string) => names.split(' ').map((name) => untold(name));

test.each([
  ['capability open', 'open', null],
  ['capability seccomp', 'blocked', 'capability'],
  ['silent seccomp', 'blocked', 'seccomp'],
  ['silent', 'blocked', null],
  ['capability unknown', 'unknown', 'capability'],
  ['unknown open', 'open', null],
])('any of %s is %s', async (names, verdict, by) => {
  expect(await observeAny(anyOf(...parts(names)), STAGE, observe)).toMatchObject({ verdict, by });
});

test.each([
  ['open open', 'open', null],
  ['open capability', 'blocked', 'capability'],
  ['unknown seccomp', 'blocked', 'seccomp'],
  ['unknown open', 'unknown', null],
])('all of %s is %s', async (names, verdict, by) => {
  expect(await observeAll(allOf(...parts(names)), STAGE, observe)).toMatchObject({ verdict, by });
});

test('what decides ends the asking', async () => {
  const asked: string[] = [];
  const noting = async (probe: unknown): Promise<Observation> => {
    asked.push((probe as UntoldProbe).why);
    return observe(probe);
  };
  await observeAny(anyOf(...parts('capability open seccomp')), STAGE, noting);
  await observeAll(allOf(...parts('open capability open')), STAGE, noting);
  expect(asked).toEqual(['capability', 'open', 'open', 'capability']);
});

test('an unknown one says each reason once', async () => {
  const seen = await observeAny(anyOf(...parts('unknown unknown')), STAGE, observe);
  expect(seen.why).toBe('nobody tells');
});
