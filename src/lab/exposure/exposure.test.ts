import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runtimeNamed } from '../../runtimes/index.ts';
import { PROFILES } from '../../runtimes/profiles.data.ts';
import { callsIn, ofPrograms } from './calls.ts';
import { measureExposure } from './exposure.ts';

describe('lines of strace', () => {
  const lines = [
    '12  openat(AT_FDCWD</home>, "/proc/self/exe", O_RDONLY) = 3</usr/bin/runc>',
    '12  ioctl(9</dev/kvm>, KVM_RUN, 0) = 0',
    '12  read(4<pipe:[123]>, ""..., 10) = 1',
    '13  read(5<UNIX-STREAM:[7->8]>, ""..., 10) = 1',
    '13  futex(0x1234, FUTEX_WAKE_PRIVATE, 1) = 0',
    '12  <... read resumed>""..., 10) = 1',
    '14  +++ exited with 0 +++',
  ];

  it('become distinct calls with the kinds of their objects', () => {
    expect(callsIn(lines, (pid) => pid !== 14)).toEqual([
      { name: 'read', count: 2, objects: ['pipe', 'socket unix'] },
      { name: 'futex', count: 1, objects: [] },
      { name: 'ioctl', count: 1, objects: ['/dev/kvm'] },
      { name: 'openat', count: 1, objects: ['file of /proc'] },
    ]);
  });

  it('are of the processes that are meant', () => {
    expect(callsIn(lines, (pid) => pid === 13).map(({ name }) => name)).toEqual(['futex', 'read']);
  });

  it('begin where a process becomes a program, and are not those of the shell that cleans up', () => {
    const all = [
      '1  close(3) = 0',
      '1  execve("/usr/bin/runc", ["runc"], 0x1 /* 3 vars */) = -1 ENOENT (No such file or directory)',
      '1  execve("/bin/runc", ["runc"], 0x1 /* 3 vars */) = 0',
      '1  brk(NULL) = 0',
      '2  execve("/bin/sh", ["sh"], 0x1 /* 3 vars */) = 0',
      '2  getuid() = 0',
      '3  mount("a", "b", "c", 0, NULL) = 0',
    ];
    expect(ofPrograms(all)).toEqual([all[2], all[3], all[6]]);
  });
});

const traces = process.getuid?.() === 0 && spawnSync('strace', ['-V']).status === 0;

it.skipIf(!traces)('a plain process has no machinery', { timeout: 30_000 }, async () => {
  const exposure = await measureExposure(runtimeNamed('process'), PROFILES[0], async (_, profile) => ({ profile }));
  expect(exposure.find(({ during }) => during === 'work')?.calls).toEqual([]);
  const start = exposure.find(({ during }) => during === 'start');
  expect(start?.calls.map(({ name }) => name)).toContain('execve');
});
