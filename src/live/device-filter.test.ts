import { mkdirSync, rmdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Session } from '../agent/index.ts';
import { call, pointer, struct, u32, u64 } from '../kernel/index.ts';
import { Unknown } from '../posture/index.ts';
import { readDeviceFilter } from './device-filter.ts';
import { isAllowed } from './devices.ts';
import { MACHINE } from './files.ts';
import { programBytes, ruledLines } from './fixtures/device-programs.ts';
import { isRoot, needs, tracer } from './fixtures/processes.ts';
import { parseMountinfo } from './mountinfo.ts';

const unified = parseMountinfo(String(MACHINE.text('/proc/self/mountinfo'))).find(
  (mount) => mount.type === 'cgroup2',
)?.point;

/** BPF_PROG_LOAD of BPF_PROG_TYPE_CGROUP_DEVICE, and BPF_PROG_ATTACH to the group. */
async function attach(session: Session, folder: string, bytes: Buffer): Promise<void> {
  const program = struct([u32(15), u32(bytes.length / 8), pointer(bytes), pointer('GPL'), u64(0), u64(0), u64(0)]);
  const [loaded, group] = await session.batch([
    call('bpf', 5, program, program.bytes.length),
    call('openat', -100, folder, 0o200000),
  ]);
  const attached = await session.call(
    call('bpf', 8, struct([u32(group?.value ?? -1), u32(loaded?.value ?? -1), u32(6), u32(0)]), 16),
  );
  if (!attached.ok) throw new Error(`${loaded} ${attached}`);
}

describe('a group of version 2', () => {
  const folder = `${unified}/cofferdam-live-${process.pid}`;

  test('lets through what the programs attached to it do', async (context) => {
    needs(context, 'root', isRoot);
    needs(context, 'a mounted cgroup2', unified !== undefined);
    await using stub = await tracer();
    mkdirSync(folder);
    try {
      const before = await readDeviceFilter(folder, async () => stub.session);
      expect(before instanceof Unknown || isAllowed(before, 'b', 8, 0, 'w')).toBe(true);
      const many = Array.from({ length: 60 }, (_, minor) => ({ type: 'c' as const, major: 10, minor, access: 'r' }));
      await attach(
        stub.session,
        folder,
        programBytes(ruledLines([{ type: 'c', major: 1, minor: 3, access: 'rwm' }, ...many])),
      );
      const rules = await readDeviceFilter(folder, async () => stub.session);
      if (rules instanceof Unknown) throw new Error(rules.why);
      const asked = [
        ['c', 1, 3, 'w'],
        ['c', 10, 59, 'r'],
        ['c', 10, 59, 'w'],
        ['c', 10, 60, 'r'],
        ['b', 8, 0, 'r'],
      ] as const;
      expect(asked.map(([type, major, minor, letter]) => isAllowed(rules, type, major, minor, letter))).toEqual([
        true,
        true,
        false,
        false,
        false,
      ]);
    } finally {
      rmdirSync(folder);
    }
  });

  test('that is not there is unknown, and the stub goes on', async () => {
    await using stub = await tracer();
    expect(await readDeviceFilter('/nowhere', async () => stub.session)).toBeInstanceOf(Unknown);
    expect((await stub.session.call(call('getpid'))).ok).toBe(true);
  });

  test('is not asked without a tracer', async () =>
    expect(await readDeviceFilter(folder, undefined)).toBeInstanceOf(Unknown));
});
