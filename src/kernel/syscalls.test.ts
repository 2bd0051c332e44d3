import { expect, test } from 'vitest';
import { ARCHES, AUDIT_ARCH, archFromOciName, ociArchName } from './arch.ts';
import { alternativeEntries } from './syscall-entries.ts';
import { isSyscallName, syscallName, syscallNumber, syscallTable } from './syscalls.ts';

// From arch/x86/entry/syscalls/*.tbl and include/uapi/asm-generic/unistd.h.
test.for([
  { name: 'read', x86_64: 0, i386: 3, x32: 0x40000000, aarch64: 63 },
  { name: 'ioctl', x86_64: 16, i386: 54, x32: 0x40000202, aarch64: 29 },
  { name: 'socket', x86_64: 41, i386: 359, x32: 0x40000029, aarch64: 198 },
  { name: 'socketcall', x86_64: undefined, i386: 102, x32: undefined, aarch64: undefined },
  { name: 'umount2', x86_64: 166, i386: 52, x32: 0x400000a6, aarch64: 39 },
  { name: 'clone3', x86_64: 435, i386: 435, x32: 0x400001b3, aarch64: 435 },
  { name: 'file_setattr', x86_64: 469, i386: 469, x32: 0x400001d5, aarch64: 469 },
] as const)('$name has its numbers', ({ name, ...numbers }) => {
  for (const arch of ARCHES) expect(syscallNumber(arch, name)).toBe(numbers[arch]);
});

test('numbers and names are one to one', () => {
  for (const arch of ARCHES) {
    for (const [name, number] of syscallTable(arch)) expect(syscallName(arch, number)).toBe(name);
  }
  expect(isSyscallName('socketcall')).toBe(true);
  expect(isSyscallName('no_such_call')).toBe(false);
});

test('architectures have their names', () => {
  for (const arch of ARCHES) expect(archFromOciName(ociArchName(arch))).toBe(arch);
  expect(archFromOciName('SCMP_ARCH_S390X')).toBeUndefined();
  expect(AUDIT_ARCH.x32).toBe(AUDIT_ARCH.x86_64);
});

test('other entries to the same function', () => {
  expect(alternativeEntries('socket', 'i386')).toContainEqual({
    syscall: 'socketcall',
    carries: 'memory',
    args: { 0: 1n },
  });
  expect(alternativeEntries('socket', 'x86_64').map(({ syscall }) => syscall)).toEqual(['io_uring_enter']);
  expect(alternativeEntries('clone', 'x86_64').map(({ syscall }) => syscall)).toEqual(['clone3', 'unshare']);
  expect(alternativeEntries('mount', 'x86_64')).toEqual([]);
  expect(alternativeEntries('toString', 'x86_64')).toEqual([]);
});
