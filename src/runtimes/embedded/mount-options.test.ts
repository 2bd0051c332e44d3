import { expect, test } from 'vitest';
import { MOUNT_ATTR, MS } from './linux.ts';
import { attributesOf, parseMountOptions } from './mount-options.ts';

const nothing = { flags: 0, cleared: 0, propagation: [], recursive: undefined, data: [], unperformed: [] };

test.for([
  { options: [], is: {} },
  {
    options: ['rbind', 'ro', 'rprivate'],
    is: { flags: MS.BIND | MS.REC | MS.RDONLY, propagation: [MS.PRIVATE | MS.REC] },
  },
  { options: ['ro', 'rw'], is: { cleared: MS.RDONLY } },
  { options: ['rw', 'ro'], is: { flags: MS.RDONLY } },
  { options: ['nosuid', 'suid', 'exec'], is: { cleared: MS.NOSUID | MS.NOEXEC } },
  {
    options: ['bind', 'rro', 'rnosuid'],
    is: { flags: MS.BIND, recursive: { set: MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID, clear: 0 } },
  },
  { options: ['rro', 'rrw'], is: { recursive: { set: 0, clear: MOUNT_ATTR.RDONLY } } },
  { options: ['mode=755', 'size=64k', 'constructor'], is: { data: ['mode=755', 'size=64k', 'constructor'] } },
  { options: ['slave', 'shared'], is: { propagation: [MS.SLAVE, MS.SHARED] } },
  { options: ['idmap', 'tmpcopyup'], is: { unperformed: ['idmap', 'tmpcopyup'] } },
])('$options', ({ options, is }) => {
  expect(parseMountOptions(options)).toEqual({ ...nothing, ...is });
});

test('flags in the words of mount_setattr(2)', () => {
  expect(attributesOf(MS.BIND | MS.RDONLY | MS.NOEXEC | MS.NOSYMFOLLOW)).toBe(
    MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOEXEC | MOUNT_ATTR.NOSYMFOLLOW,
  );
});
