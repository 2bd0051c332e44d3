import { expect, test } from 'vitest';
import { ERRNO, errnoName, errnoNumber } from './errno.ts';

test.for([
  ['EPERM', 1],
  ['ERANGE', 34],
  ['EDEADLK', 35],
  ['ENOSYS', 38],
  ['ENOMSG', 42],
  ['EBFONT', 59],
  ['EOVERFLOW', 75],
  ['EAFNOSUPPORT', 97],
  ['EHWPOISON', 133],
] as const)('%s is %i', ([name, number]) => {
  expect(errnoNumber(name)).toBe(number);
  expect(errnoName(number)).toBe(name);
});

test('aliases resolve, gaps and unknown names do not', () => {
  expect(errnoNumber('EWOULDBLOCK')).toBe(errnoNumber('EAGAIN'));
  expect(errnoNumber('ENOTSUP')).toBe(95);
  expect(errnoNumber('ENOTHING')).toBeUndefined();
  expect(errnoName(41)).toBeUndefined();
  expect(ERRNO.size).toBe(131);
});
