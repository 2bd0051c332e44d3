import { spawn } from 'node:child_process';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Session, stubPath } from '../../agent/index.ts';
import { call, resultOf } from '../../kernel/index.ts';
import { MACHINE } from '../../live/index.ts';
import { readHierarchies } from './cgroup.ts';
import { attachDevices, cgroupDevicesV1, cgroupDevicesV2 } from './cgroup-devices.ts';
import type { DeviceRule } from './config.ts';

const unified = process.getuid?.() === 0 ? readHierarchies(MACHINE).find(({ version }) => version === 2) : undefined;

/** Results of opening devices, for a stub in a group to which the program is tied. */
async function opened(rules: readonly DeviceRule[], wishes: readonly (readonly [string, number])[]): Promise<string[]> {
  const folder = join(unified?.own ?? '', `cofferdam-test-${process.pid}`);
  mkdirSync(folder);
  const stub = spawn(stubPath(), [], { stdio: ['pipe', 'pipe', 'ignore'] });
  const gone = new Promise((resolve) => stub.once('exit', resolve));
  const channel = {
    toStub: stub.stdin,
    fromStub: stub.stdout,
    messages: () => '',
    abandon: () => void stub.kill('SIGKILL'),
  };
  try {
    const session = await Session.open(channel, { timeoutMs: 5000 });
    const results = await session.batch(
      attachDevices(cgroupDevicesV2(rules), folder).map((operation) => operation.call),
    );
    expect(results.slice(0, 5).map(({ errno }) => errno)).toEqual(Array(5).fill(undefined));
    writeFileSync(join(folder, 'cgroup.procs'), String(stub.pid));
    const answers: string[] = [];
    for (const [path, flags] of wishes) {
      const [open] = await session.batch([call('openat', -100, path, flags), call('close', resultOf(0))]);
      answers.push(open?.errno ?? 'opened');
    }
    return answers;
  } finally {
    stub.kill('SIGKILL');
    await gone;
    for (let tries = 0; tries < 100; tries++) {
      try {
        rmdirSync(folder);
        break;
      } catch {
        await after(5);
      }
    }
  }
}

const [READ, WRITE] = [0, 1];

describe.skipIf(unified === undefined)('the program for cgroup version 2 decides in the kernel', () => {
  it.each([
    {
      name: 'nothing but what every container has',
      rules: [{ allow: false, access: 'rwm' }],
      wishes: [
        ['/dev/null', WRITE],
        ['/dev/kmsg', READ],
        ['/dev/ptmx', READ],
      ],
      answers: ['opened', 'EPERM', 'opened'],
    },
    {
      name: 'reading and not writing',
      rules: [
        { allow: false, access: 'rwm' },
        { allow: true, type: 'c', major: 1, minor: 11, access: 'r' },
      ],
      wishes: [
        ['/dev/kmsg', READ],
        ['/dev/kmsg', WRITE],
      ],
      answers: ['opened', 'EPERM'],
    },
    {
      name: 'everything but writing to one',
      rules: [
        { allow: true, access: 'rwm' },
        { allow: false, type: 'c', major: 1, minor: 11, access: 'w' },
      ],
      wishes: [
        ['/dev/kmsg', READ],
        ['/dev/kmsg', WRITE],
      ],
      answers: ['opened', 'EPERM'],
    },
    { name: 'everything', rules: [{ allow: true }], wishes: [['/dev/kmsg', READ]], answers: ['opened'] },
  ] as const)('$name', async ({ rules, wishes, answers }) => {
    expect(await opened(rules, wishes)).toEqual(answers);
  });
});

it('rules of version 1 are lines', () => {
  const rules = [
    { allow: false, access: 'rwm' },
    { allow: true, type: 'b', major: 8, access: 'r' },
  ];
  expect(cgroupDevicesV1(rules).slice(0, 4)).toEqual([
    // A new group has what its parent may.
    ['devices.deny', 'a'],
    ['devices.deny', 'a'],
    ['devices.allow', 'b 8:* r'],
    ['devices.allow', 'c *:* m'],
  ]);
});
