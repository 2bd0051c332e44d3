import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDeviceProgram, rulesOf, runDeviceProgram } from './device-program.ts';
import { isAllowed } from './devices.ts';
import { assembled, returning, ruled } from './fixtures/device-programs.ts';

const ALL = { type: 'c', major: 1, minor: 3, letter: 'r' } as const;

describe('a program as runtimes write them', () => {
  const program = ruled([
    { type: 'c', major: 1, minor: 3, access: 'rwm' },
    { type: 'c', major: 136, access: 'rw' },
    { type: 'b', access: 'm' },
  ]);
  test.each([
    ['c', 1, 3, 'r', true],
    ['c', 1, 3, 'm', true],
    ['c', 1, 5, 'r', false],
    ['c', 136, 77, 'w', true],
    ['c', 136, 77, 'm', false],
    ['b', 8, 0, 'm', true],
    ['b', 8, 0, 'r', false],
  ] as const)('%s %i:%i %s: %s', (type, major, minor, letter, expected) => {
    expect(runDeviceProgram(program, { type, major, minor, letter })).toBe(expected);
    expect(isAllowed(rulesOf([program]) ?? [], type, major, minor, letter)).toBe(expected);
  });
});

test('its rules answer as it does, for any numbers', () => {
  const number = fc.constantFrom(0, 1, 2, 3, 5, 10, 136, 229, 4095);
  const type = fc.constantFrom('b' as const, 'c' as const);
  const access = fc.constantFrom('r', 'rw', 'm', 'rwm');
  const rule = fc.record({ type, access, major: number, minor: number }, { requiredKeys: ['type', 'access'] });
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 4 }),
      type,
      number,
      number,
      fc.constantFrom('r', 'w', 'm'),
      (rules, kind, major, minor, letter) => {
        const program = ruled(rules);
        const asked = { type: kind, major, minor, letter };
        expect(isAllowed(rulesOf([program]) ?? [], kind, major, minor, letter)).toBe(runDeviceProgram(program, asked));
      },
    ),
    { numRuns: 60 },
  );
});

test('programs of ancestors must agree', () => {
  const [none, every] = [returning(0), returning(1)];
  expect(rulesOf([every, none])).toEqual([{ allow: false, type: 'a', access: 'rwm' }]);
  expect(isAllowed(rulesOf([every, every]) ?? [], 'c', 7, 7, 'w')).toBe(true);
  // No program refuses nothing.
  expect(isAllowed(rulesOf([]) ?? [], 'b', 8, 0, 'w')).toBe(true);
});

test.each([
  [
    'a call',
    assembled([
      [0x85, 0, 0, 0, 1],
      [0x95, 0, 0, 0, 0],
    ]),
  ],
  [
    'a load of memory',
    assembled([
      [0x61, 0, 10, -4, 0],
      [0x95, 0, 0, 0, 0],
    ]),
  ],
  ['a loop', assembled([[0x05, 0, 0, -1, 0]])],
  ['an end in nothing', assembled([[0xb7, 0, 0, 0, 1]])],
  ['an answer that was never set', assembled([[0x95, 0, 0, 0, 0]])],
  [
    'an atomic operation',
    assembled([
      [0xdb, 1, 0, 0, 0],
      [0x95, 0, 0, 0, 0],
    ]),
  ],
])('%s is not followed', (_, program) => {
  expect(runDeviceProgram(program, ALL)).toBeUndefined();
  expect(rulesOf([program])).toBeUndefined();
});

test.each([
  [
    'a major that is computed with',
    [
      [0x61, 4, 1, 4, 0],
      [0x54, 4, 0, 0, 0xf],
    ],
  ],
  [
    'a minor that is compared with a register',
    [
      [0x61, 5, 1, 8, 0],
      [0xb7, 3, 0, 0, 7],
      [0x1d, 5, 3, 0, 0],
    ],
  ],
  [
    'a major moved and computed with',
    [
      [0x61, 4, 1, 4, 0],
      [0xbf, 6, 4, 0, 0],
      [0x07, 6, 0, 0, 1],
    ],
  ],
] as const)('%s: the numbers that matter are not those written', (_, lines) => {
  expect(rulesOf([assembled([...lines, [0xb7, 0, 0, 0, 1], [0x95, 0, 0, 0, 0]])])).toBeUndefined();
});

test('any bytes end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const answer = runDeviceProgram(decodeDeviceProgram(Buffer.from(bytes)), ALL);
      expect([true, false, undefined]).toContain(answer);
      rulesOf([decodeDeviceProgram(Buffer.from(bytes))]);
    }),
  );
});
