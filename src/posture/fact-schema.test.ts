import { describe, expect, expectTypeOf, it } from 'vitest';
import { CLOSED, EXACT, FAMILIES, kindOfFact } from './fact-schema.ts';
import type { FactKey, FactTypes } from './keys.ts';
import { type Kind, Mismatch, wayText } from './value-kind.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type TypeOf<K> = K extends Kind<infer T> ? T : never;

type ClosedKey = { [P in keyof typeof CLOSED]: `${P}${(typeof CLOSED)[P]['members'][number]}` }[keyof typeof CLOSED];
type TableKey = keyof typeof EXACT | `${keyof typeof FAMILIES}${string}` | ClosedKey;

/** The keys under which table and types differ. */
type WrongExact = {
  [K in keyof typeof EXACT]: Same<TypeOf<(typeof EXACT)[K]>, FactTypes[K]> extends true ? never : K;
}[keyof typeof EXACT];
type WrongFamily = {
  [P in keyof typeof FAMILIES]: Same<TypeOf<(typeof FAMILIES)[P]>, FactTypes[`${P}${string}`]> extends true ? never : P;
}[keyof typeof FAMILIES];
type WrongClosed = {
  [P in keyof typeof CLOSED]: Same<
    TypeOf<(typeof CLOSED)[P]['value']>,
    FactTypes[Extract<`${P}${(typeof CLOSED)[P]['members'][number]}`, FactKey>]
  > extends true
    ? never
    : P;
}[keyof typeof CLOSED];

describe('the table of facts', () => {
  it('has every key of the types, and no other (checked by the compiler)', () => {
    expectTypeOf<Exclude<FactKey, TableKey>>().toEqualTypeOf<never>();
    expectTypeOf<Exclude<TableKey, FactKey>>().toEqualTypeOf<never>();
  });

  it('has the type of every key exactly (checked by the compiler)', () => {
    expectTypeOf<WrongExact>().toEqualTypeOf<never>();
    expectTypeOf<WrongFamily>().toEqualTypeOf<never>();
    expectTypeOf<WrongClosed>().toEqualTypeOf<never>();
  });

  it('has no family within another, so that the first that fits is the one', () => {
    const prefixes = [...Object.keys(FAMILIES), ...Object.keys(CLOSED)];
    for (const prefix of prefixes) {
      expect(prefixes.filter((other) => other !== prefix && other.startsWith(prefix))).toEqual([]);
      expect(Object.keys(EXACT).filter((key) => key.startsWith(prefix))).toEqual([]);
    }
  });

  it.each(['', 'mount.', 'process', 'process.uid.x', 'capability.bounding.SYS_ADMINN', 'namespace.foo', 'toString'])(
    'knows no key `%s`',
    (key) => expect(kindOfFact(key)).toBeUndefined(),
  );
});

describe('values', () => {
  it.each([
    ['process.uid', 0],
    ['process.uid', 'non-root'],
    ['limit.cpu', 0.5],
    ['mount./data', 'none'],
    ['mount./data', { type: 'bind', source: '/x', readonly: true }],
    ['device.*', 'all'],
    ['daemon.hosts', ['unix:///run/docker.sock']],
    ['capability.bounding.*', false],
    ['seccomp', { kind: 'unconfined' }],
    ['seccomp', { kind: 'filter', programs: ['BgAAAAAA/38='] }],
    ['request.group.adm', true],
  ])('%s takes %j', (key, value) => {
    expect(kindOfFact(key)?.read(value)).toEqual(value);
  });

  it.each([
    ['process.uid', -1, ''],
    ['process.uid', 1.5, ''],
    ['process.uid', '0', ''],
    ['process.groups', [0, 'x'], '[1]'],
    ['limit.cpu', 'max', ''],
    ['mount./data', { type: 'bind', readonly: 'yes' }, 'readonly'],
    ['mount./data', { type: 'bind' }, ''],
    ['mount./data', { type: 'bind', readonly: true, readOnly: true }, ''],
    ['request.group.adm', false, ''],
    [
      'seccomp',
      { kind: 'policy', policy: { defaultAction: 'x', syscalls: [{ names: [1], action: 'y' }] } },
      'policy.syscalls[0].names[0]',
    ],
    ['seccomp', { kind: 'own' }, ''],
    ['seccomp', { kind: 'filter', programs: ['BgAAAAAA/38=', 'not base64'] }, 'programs[1]'],
    ['seccomp', { kind: 'filter', programs: ['BgAA'] }, 'programs[0]'],
    // It loads, and never returns.
    ['seccomp', { kind: 'filter', programs: ['IAAAAAAAAAA='] }, 'programs[0]'],
    ['rlimit.core', null, ''],
  ])('%s refuses %j', (key, value, way) => {
    try {
      kindOfFact(key)?.read(value);
    } catch (error) {
      expect(error).toBeInstanceOf(Mismatch);
      expect(wayText((error as Mismatch).way)).toBe(way);
      return;
    }
    expect.unreachable('it was taken');
  });
});
