import { describe, expect, test } from 'vitest';
import { Unknown } from '../posture/index.ts';
import { descriptorStatement } from './descriptors.ts';
import { environmentStatements, words } from './environment.ts';
import { factIn, inMemory, stat, type Tree } from './fixtures/in-memory.ts';
import { apparmorProfile, labelStatements } from './labels.ts';
import { parseLimits, rlimitStatement } from './limits.ts';
import { parseMountinfo } from './mountinfo.ts';
import { readSandboxKind } from './sandbox-kind.ts';

describe('limits', () => {
  const TEXT = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            1024                 1048576              files
Max nice priority         0                    0
`;
  test('by the names of setrlimit', () => {
    expect(Object.fromEntries(parseLimits(TEXT))).toEqual({
      cpu: { soft: 'unlimited', hard: 'unlimited' },
      nofile: { soft: 1024, hard: 1048576 },
      nice: { soft: 0, hard: 0 },
    });
  });
  test('that may not be read are unknown, every one', () => {
    const { facts } = rlimitStatement(inMemory({ '/proc/7/limits': { error: 'EACCES' } }), 7);
    expect(facts['rlimit.nofile']).toBeInstanceOf(Unknown);
    expect(Object.keys(facts)).toHaveLength(16);
  });
});

describe('labels', () => {
  test.each([
    ['docker-default (enforce)\n', 'docker-default'],
    ['docker-default (complain)\n', 'unconfined'],
    ['snap.x (unconfined)', 'unconfined'],
    ['unconfined\n', 'unconfined'],
    ['/usr/bin/my program (enforce)\0', '/usr/bin/my program'],
    ['', 'unconfined'],
  ])('AppArmor %j', (text, profile) => expect(apparmorProfile(text)).toBe(profile));

  const of = (tree: Tree, key: string) => factIn(labelStatements(inMemory(tree), 7), key);
  const LSM = '/sys/kernel/security/lsm';
  test('of a module that is not active is none', () =>
    expect(of({ [LSM]: 'lockdown,capability\n' }, 'lsm.apparmor')).toBe('unconfined'));
  test('of its own file before the first module’s', () => {
    const tree = {
      [LSM]: 'apparmor',
      '/proc/7/attr/apparmor/current': 'a (enforce)',
      '/proc/7/attr/current': 'b (enforce)',
    };
    expect(of(tree, 'lsm.apparmor')).toBe('a');
  });
  test('that may not be read is unknown', () =>
    expect(of({ [LSM]: 'apparmor', '/proc/7/attr/current': { error: 'EACCES' } }, 'lsm.apparmor')).toBeInstanceOf(
      Unknown,
    ));
  test('of SELinux', () =>
    expect(
      of({ [LSM]: 'selinux', '/proc/7/attr/current': 'system_u:system_r:container_t:s0:c1,c2\0' }, 'lsm.selinux'),
    ).toEqual({
      user: 'system_u',
      role: 'system_r',
      type: 'container_t',
      level: 's0:c1,c2',
    }));
  test('without securityfs the modules show themselves', () => {
    expect(
      of({ '/sys/module/apparmor/parameters/enabled': 'Y\n', '/proc/7/attr/current': 'a (enforce)' }, 'lsm.apparmor'),
    ).toBe('a');
    expect(of({ '/sys/module/x/y': '' }, 'lsm.apparmor')).toBe('unconfined');
  });
  test('without any of sysfs nothing is known', () => expect(of({}, 'lsm.apparmor')).toBeInstanceOf(Unknown));
});

describe('environment', () => {
  const statements = environmentStatements(
    inMemory({
      '/proc/7/environ': 'A=1\0TOKEN=secret=x\0=odd\0none\0',
      '/proc/7/cmdline': 'sh\0-c\0\0',
      '/proc/7/cwd': { link: '/work' },
      '/proc/7/oom_score_adj': '-500\n',
      '/proc/7/stat': `7 (sh) S 1 7 7 34816 ${'0 '.repeat(20)}`,
    }),
    7,
  );
  test.each([
    ['env.A', '1'],
    ['env.TOKEN', 'secret=x'],
    ['env.none', undefined],
    ['process.argv', ['sh', '-c']],
    ['process.cwd', '/work'],
    ['process.oom-score-adj', -500],
    ['process.terminal', true],
  ])('%s', (key, value) => expect(factIn(statements, key)).toEqual(value));
  test('its sources quote no value', () =>
    expect(JSON.stringify(statements.map(({ source }) => source))).not.toContain('secret'));
  test('that may not be read is unknown, not empty', () => {
    const closed = environmentStatements(inMemory({ '/proc/7/environ': { error: 'EACCES' } }), 7);
    expect(factIn(closed, 'env.(all)')).toBeInstanceOf(Unknown);
  });
  test.each([
    ['a\0b\0', ['a', 'b']],
    ['', []],
    ['no end', ['no end']],
  ])('words of %j', (text, expected) => expect(words(text)).toEqual(expected));
});

describe('descriptors', () => {
  const own = parseMountinfo('5 1 0:1 / / rw - ext4 d rw');
  const leak = (tree: Tree) => descriptorStatement(inMemory(tree), 7, own).facts['runtime.leaks-descriptors'];
  const open = (number: number, target: string, mount: number, kind: 'file' | 'directory' = 'directory'): Tree => ({
    [`/proc/7/fd/${number}`]: { ...stat(kind), link: target },
    [`/proc/7/fdinfo/${number}`]: `pos:\t0\nflags:\t0100000\nmnt_id:\t${mount}\nino:\t2\n`,
  });
  test.each([
    ['a folder of another mount namespace', open(3, '/sys/fs/cgroup', 99), true],
    ['a folder of its own', open(3, '/tmp', 5), false],
    ['a file of another', open(3, '/x', 99, 'file'), false],
    ['a socket', open(3, 'socket:[1]', 99), false],
  ])('%s', (_, tree, expected) => expect(leak(tree)).toBe(expected));
  test('that may not be listed are unknown', () =>
    expect(leak({ '/proc/7/fd': { error: 'EACCES' } })).toBeInstanceOf(Unknown));
});

test.each([
  [{ '/proc/7/exe': { link: '/usr/bin/runsc' } }, 'user-space-kernel'],
  [{ '/proc/7/exe': { error: 'EACCES' }, '/proc/7/cmdline': 'runsc-sandbox\0--root=x\0' }, 'user-space-kernel'],
  [{ '/proc/7/exe': { link: '/usr/bin/qemu-system-x86_64 (deleted)' } }, 'hypervisor'],
  [{ '/proc/7/exe': { link: '/opt/kata/bin/cloud-hypervisor' } }, 'hypervisor'],
  [{ '/proc/7/exe': { link: '/usr/bin/runscript' }, '/proc/7/cmdline': 'runscript\0' }, 'os'],
] as const)('what runs it %#', (tree, kind) => expect(readSandboxKind(inMemory(tree), 7).kind).toBe(kind));
