import { describe, expect, it } from 'vitest';
import { openHost } from '../../prove/index.ts';
import { runtimeNamed } from '../../runtimes/index.ts';
import { PROFILES } from '../../runtimes/profiles.data.ts';
import type { Leak } from '../study.ts';
import type { Channel } from './channels.data.ts';
import { coResident, picked, seenOf } from './compare.ts';
import { measureLeaks } from './leaks.ts';
import type { Reading } from './reading.ts';

const reading = (text: string | undefined, at = 0, errno?: string): Reading => ({ text, errno, at, evidence: '' });
const clock: Channel = { name: 'uptime', path: '', compare: 'clock', unique: true };
const counter: Channel = { name: 'free', path: '', compare: 'counter', slack: 0.05, unique: true };
const id: Channel = { name: 'id', path: '', compare: 'text', unique: true, hidden: /^0+$/ };

describe('what is seen', () => {
  const views = (inside: Reading, second = inside) => ({
    before: reading('100.0'),
    inside,
    second,
    after: reading('100.3', 300),
  });

  it.for([
    [clock, reading('100.1', 100), 'same', true],
    [clock, reading('3.1', 100), 'own', true],
    [counter, reading('102', 100), 'same', true],
    [counter, reading('300', 100), 'own', false],
    [counter, reading('0', 100), 'own', false],
    [id, reading('100.0'), 'same', true],
    [id, reading('abc'), 'own', true],
    [id, reading('0000'), 'refused', false],
    [id, reading(''), 'absent', false],
    [id, reading(undefined, 0, 'ENOENT'), 'absent', false],
    [id, reading(undefined, 0, 'EACCES'), 'refused', false],
    [id, reading(undefined, 0, 'EINVAL'), 'unknown', false],
  ] as const)('%# is told apart', ([channel, inside, seen, together]) => {
    expect(seenOf(channel, views(inside))).toBe(seen);
    expect(coResident(channel, views(inside))).toBe(together);
  });

  it('two clocks that began at different times are not one', () => {
    expect(coResident(clock, views(reading('3.0', 100), reading('1.0', 110)))).toBe(false);
  });

  it('what machines have in common does not tell neighbours', () => {
    expect(coResident({ ...id, unique: false }, views(reading('100.0')))).toBeNull();
  });

  it('all that is picked is compared', () => {
    expect(picked({ pick: /^(\w+)/gm }, 'a 1\nb 2\n')).toBe('a,b');
    expect(picked({ pick: /none(.)/ }, 'a')).toBeUndefined();
  });
});

async function leaksOf(name: string): Promise<ReadonlyMap<string, Leak>> {
  const host = await openHost();
  try {
    const runtime = runtimeNamed(name);
    const requestOf = async () => (runtime.takesConfig ? { config: CONFIG } : {});
    const leaks = await measureLeaks(runtime, PROFILES[0], { requestOf, host: host.session });
    return new Map(leaks.map((leak) => [leak.channel, leak]));
  } finally {
    await host.close();
  }
}

/** Namespaces and a /proc of its own, nothing hidden. */
const CONFIG = {
  process: { cwd: '/', args: ['/stub'] },
  hostname: 'sandbox',
  mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
  linux: { namespaces: ['pid', 'mount', 'uts', 'network', 'ipc'].map((type) => ({ type })) },
};

const available = async (name: string): Promise<boolean> => (await runtimeNamed(name).available()).available;

it('a plain process sees the machine as it is', { timeout: 30_000 }, async () => {
  const leaks = await leaksOf('process');
  for (const channel of ['uptime', 'boot-id', 'boot-time', 'memory-total', 'uname', 'mounts']) {
    expect(leaks.get(channel)?.seen, channel).toBe('same');
  }
  expect(leaks.get('boot-id')?.coResident).toBe(true);
});

it.skipIf(!(await available('embedded')))(
  'a container sees the same kernel by another name',
  { timeout: 30_000 },
  async () => {
    const leaks = await leaksOf('embedded');
    expect(leaks.get('boot-id')).toMatchObject({ seen: 'same', coResident: true });
    expect(leaks.get('uptime')?.seen).toBe('same');
    expect(leaks.get('mounts')?.seen).toBe('own');
    expect(leaks.get('hostname')?.seen).toBe('own');
  },
);

it.skipIf(!(await available('qemu')))(
  'of a virtual machine nothing but the processor is the host’s',
  { timeout: 180_000 },
  async () => {
    const leaks = await leaksOf('qemu');
    const same = [...leaks.values()].filter(({ seen }) => seen === 'same').map(({ channel }) => channel);
    expect(same.filter((channel) => !channel.startsWith('processor'))).toEqual([]);
  },
);

for (const name of ['runsc', 'qemu']) {
  it.skipIf(!(await available(name)))(`${name} shows nothing of the host's kernel`, { timeout: 180_000 }, async () => {
    const leaks = await leaksOf(name);
    for (const channel of ['boot-id', 'kernel-version', 'uptime', 'boot-time', 'context-switches']) {
      expect(leaks.get(channel)?.seen, channel).not.toBe('same');
      // Two that start within a second have the same time of it, each its own.
      if (channel !== 'boot-time' && channel !== 'uptime')
        expect(leaks.get(channel)?.coResident, channel).not.toBe(true);
    }
  });
}
