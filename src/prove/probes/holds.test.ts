import { expect, test } from 'vitest';
import { CAPABILITIES } from '../../kernel/index.ts';
import type { Credentials } from './credentials.ts';
import { judgeHolding } from './holds.ts';

const ADMIN = 1n << BigInt(CAPABILITIES.indexOf('SYS_ADMIN'));
const base: Credentials = {
  uid: 0,
  permitted: 0n,
  inheritable: 0n,
  bounding: 0n,
  ambient: 0n,
  noNewPrivs: false,
  noRoot: false,
  evidence: [],
};

test.each<[string, Partial<Credentials>, string, string | null]>([
  ['permitted', { permitted: ADMIN }, 'open', null],
  ['permitted, whoever it is', { permitted: ADMIN, uid: 1000, noNewPrivs: true }, 'open', null],
  ['root with it in the bounding set', { bounding: ADMIN }, 'open', null],
  [
    'root with it in the bounding set, and no_new_privs',
    { bounding: ADMIN, noNewPrivs: true },
    'blocked',
    'no-new-privileges',
  ],
  ['root to whom being root gives nothing', { bounding: ADMIN, noRoot: true }, 'unknown', null],
  ['nowhere', {}, 'blocked', 'capability'],
  ['a user with it in the bounding set', { uid: 1000, bounding: ADMIN }, 'unknown', null],
  ['a user with no_new_privs', { uid: 1000, bounding: ADMIN, noNewPrivs: true }, 'blocked', 'no-new-privileges'],
  ['a bounding set that is not told', { bounding: undefined }, 'unknown', null],
])('%s: %o', (_, credentials, verdict, by) => {
  expect(judgeHolding('SYS_ADMIN', { ...base, ...credentials })).toMatchObject({ verdict, by });
});
