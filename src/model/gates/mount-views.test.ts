import { describe, expect, test } from 'vitest';
import { Posture, type Statement, Unknown } from '../../posture/index.ts';
import { kernelMount, unmasked, writableMount } from './kernel-file.ts';
import { type MountParams, mount } from './mount.ts';

const HOST = ['ext4 /', 'proc /proc', 'sysfs /sys', 'devtmpfs /dev', 'devpts /dev/pts', 'cgroup /sys/fs/cgroup/cpu'];

/** `mounts` in the words of mount(8): type or path of the host, destination, options. */
function postureOf(mounts: readonly string[], others: Readonly<Record<string, unknown>> = {}): Posture {
  const facts: Record<string, unknown> = {
    'masked.*': false,
    'readonly-path.*': false,
    'host.fact.mounts': HOST,
    ...others,
  };
  for (const text of mounts) {
    const [from = '', destination = '', options = ''] = text.split(' ');
    const words = options.split(',');
    facts[`mount.${destination}`] = {
      type: from.startsWith('/') ? 'bind' : from,
      ...(from.startsWith('/') && { source: from }),
      readonly: words.includes('ro') || words.includes('rro'),
      ...(words.includes('rro') && { recursiveReadonly: true }),
      ...(words.includes('bind') && { submounts: false }),
      ...(words.includes('nodev') && { nodev: true }),
    };
  }
  const statement: Statement = {
    phase: 'create',
    source: { kind: 'observed', from: 'a test' },
    facts: facts as Statement['facts'],
  };
  return new Posture([statement]);
}

describe('a file of the kernel', () => {
  const PATH = '/proc/sys/kernel/core_pattern';
  test.for<[string, readonly string[], Readonly<Record<string, unknown>>, string]>([
    ['nothing mounted', [], {}, 'closed closed closed'],
    ['a procfs', ['proc /proc'], {}, 'passes passes passes'],
    ['a read-only one', ['proc /proc ro'], {}, 'passes passes closed'],
    ['a mask above', ['proc /proc'], { 'masked./proc/sys': true }, 'passes closed closed'],
    ['a mask beside', ['proc /proc'], { 'masked./proc/sys/kernel/panic': true }, 'passes passes passes'],
    ['a mount over it', ['proc /proc', 'tmpfs /proc/sys'], {}, 'passes closed closed'],
    ['a read-only path', ['proc /proc'], { 'readonly-path./proc/sys': true }, 'passes passes closed'],
    ['a second procfs', ['proc /proc', 'proc /mnt'], { 'masked./proc/sys': true }, 'passes passes passes'],
    ['a second under a mask', ['proc /mnt'], { 'masked./mnt/sys': true }, 'passes closed closed'],
    ['masks not known', ['proc /proc'], { 'masked.*': new Unknown('no list') }, 'passes unknown unknown'],
    ['masks not known, elsewhere', ['proc /mnt'], { 'masked.*': new Unknown('no list') }, 'passes passes passes'],
    ['a mount not known', [], { 'mount./proc': new Unknown('a variable') }, 'unknown unknown unknown'],
  ])('%s', ([, mounts, others, expected]) => {
    const posture = postureOf(mounts, others);
    const results = [kernelMount, unmasked, writableMount].map((gate) => gate.evaluate({ path: PATH }, posture).result);
    expect(results.join(' ')).toBe(expected);
  });

  test('a mask on a file of one processor', () => {
    const posture = postureOf(['sysfs /sys'], { 'masked./sys/devices/system/cpu/cpu1/online': true });
    const of = (cpu: string) => unmasked.evaluate({ path: `/sys/devices/system/cpu/${cpu}/online` }, posture).result;
    expect([of('cpu1'), of('cpu2')]).toEqual(['closed', 'passes']);
  });
});

describe('a path of the host', () => {
  const SYS = { types: ['bind'], covers: ['/proc/sys'] };
  test.for<[string, readonly string[], Readonly<Record<string, unknown>>, Omit<MountParams, 'title'>, string]>([
    ['comes along with the root', ['/ /host'], {}, SYS, 'passes'],
    ['not with a bind that is not recursive', ['/ /host bind'], {}, SYS, 'closed'],
    ['but below a source of its own', ['/proc /host bind'], {}, SYS, 'passes'],
    ['under a mask', ['/proc /host'], { 'masked./host/sys': true }, SYS, 'closed'],
    ['under another mount', ['/ /host', 'tmpfs /host/proc'], {}, SYS, 'closed'],
    ['read-only at the top alone', ['/ /host ro'], {}, { ...SYS, writable: true }, 'passes'],
    ['read-only throughout', ['/ /host rro'], {}, { ...SYS, writable: true }, 'closed'],
    [
      'a read-only path above its mount',
      ['/ /host'],
      { 'readonly-path./host': true },
      { ...SYS, writable: true },
      'passes',
    ],
    [
      'a read-only path in its mount',
      ['/ /host'],
      { 'readonly-path./host/proc': true },
      { ...SYS, writable: true },
      'closed',
    ],
    ['a part of it', ['/proc/sys/net /net'], {}, SYS, 'closed'],
    ['a part of it, where parts count', ['/proc/sys/net /net'], {}, { ...SYS, parts: true }, 'passes'],
    [
      'a file system that the host has there',
      ['/sys /host'],
      {},
      { covers: ['/sys/fs/cgroup/cpu'], fileSystems: ['cgroup'] },
      'passes',
    ],
    ['one that it has not', ['/sys /host'], {}, { covers: ['/sys/fs/bpf'], fileSystems: ['bpf'] }, 'closed'],
    ['types that come along', ['/dev /host'], {}, { types: ['devpts'] }, 'passes'],
    ['types that do not', ['/dev /host bind'], {}, { types: ['devpts'] }, 'closed'],
    ['where, of what comes along', ['/sys /sys'], {}, { types: ['cgroup'], destination: '^/sys/fs/cgroup' }, 'passes'],
    ['flags of the top are not theirs', ['/dev /host nodev'], {}, { covers: ['/dev/pts'], lacks: ['nodev'] }, 'passes'],
    [
      "the host's sysfs, mounted anew",
      ['sysfs /host'],
      { 'namespace.net': 'host' },
      { types: ['bind'], covers: ['/sys'] },
      'passes',
    ],
    [
      'one of its own network',
      ['sysfs /host'],
      { 'namespace.net': 'private' },
      { types: ['bind'], covers: ['/sys'] },
      'closed',
    ],
  ])('%s', ([, mounts, others, params, expected]) => {
    expect(mount.evaluate({ title: 'a mount', ...params }, postureOf(mounts, others)).result).toBe(expected);
  });
});
