import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAlike } from './likeness.ts';

const text = (content: string) => Buffer.from(content);

describe('whether two processes read the state of one kernel', () => {
  test.each([
    ['the same bytes', 'same', 'a b 1\n', 'a b 1\n', true],
    ['another byte', 'same', 'a b 1\n', 'a b 2\n', false],
    [
      'numbers that went on',
      'shape',
      'MemTotal: 100 kB\nMemFree: 7 kB\n',
      'MemTotal: 100 kB\nMemFree: 12345 kB\n',
      true,
    ],
    ['columns that became wider', 'shape', 'cpu0   9   10\n', 'cpu0 123 4567\n', true],
    ['lines that are not there', 'shape', 'MemTotal: 1 kB\n', 'MemTotal: 1 kB\nSlab: 2 kB\nVmallocUsed: 0 kB\n', false],
    ['a moment later', 'near', '1000.10 1900.00\n', '1000.90 1901.20\n', true],
    ['a boot of its own', 'near', '3.10 5.00\n', '1000.90 1901.20\n', false],
    ['another number of numbers', 'near', '1000.10\n', '1000.10 1900.00\n', false],
    ['one line of another text', 'shape', 'abc', 'xyz', false],
    ['nothing beside something', 'shape', '', 'cpu0 1\n', false],
    ['nothing beside nothing', 'same', '', '', true],
  ] as const)('%s', (_, likeness, own, hosts, expected) => {
    expect(isAlike(text(own), text(hosts), likeness)).toBe(expected);
  });

  test('whatever is read is like itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('same' as const, 'shape' as const), (content, likeness) => {
        expect(isAlike(text(content), text(content), likeness)).toBe(true);
      }),
    );
  });
});
