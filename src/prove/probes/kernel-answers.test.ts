import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../agent/index.ts';
import { encodeBpf } from '../../kernel/bpf.ts';
import { call, compileSeccomp, pointer, type SeccompPolicy, struct, u16 } from '../../kernel/index.ts';
import { MACHINE } from '../../live/index.ts';
import type { Sandbox } from '../../runtimes/index.ts';
import {
  attempts,
  holdsCapability,
  type Probe,
  passes,
  says,
  shares,
  sharesKernel,
  untold,
} from '../../vectors/probe.ts';
import {
  passesFilter,
  passesSocket,
  REFUSED,
  triesHarmless,
  userNamespaceMade,
} from '../../vectors/probe-questions.ts';
import type { Observation } from '../observation.ts';
import { openHost } from '../stage.ts';
import { observe } from './index.ts';

/*
 * Probes put to the kernel that runs the tests, in throw-away children of a stub, which the test makes what the sandbox is to be.
 * Nothing here needs root.
 */
let host: Sandbox;
beforeAll(async () => {
  host = await openHost();
});
afterAll(() => host.close());

/** Asks in a child that `prepare` has changed. */
async function within(
  prepare: (child: Session) => Promise<unknown>,
  ...probes: readonly Probe[]
): Promise<Observation[]> {
  const end = await host.session.child(async (child) => {
    await prepare(child);
    const seen: Observation[] = [];
    const stage = { sandbox: child, host: NOBODY, pid: undefined, files: MACHINE };
    for (const probe of probes) seen.push(await observe(probe, stage));
    return seen;
  });
  if (end.kind !== 'returned') throw new Error(`the child ${end.kind}`);
  return end.value;
}

/** While a child speaks, its parent does not: what asks outside must not be asked here. */
const NOBODY = undefined as unknown as Session;

const filtered =
  (policy: SeccompPolicy) =>
  async (child: Session): Promise<void> => {
    const program = encodeBpf(compileSeccomp(policy, child.hello.arch));
    const results = await child.batch([
      call('prctl', 38, 1, 0, 0, 0),
      call('seccomp', 1, 0, struct([u16(program.length / 8), pointer(program)])),
    ]);
    expect(results.every(({ ok }) => ok)).toBe(true);
  };

const refusing = (action: string, errno: number | undefined, ...names: readonly string[]): SeccompPolicy => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  architectures: [process.arch === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64'],
  syscalls: [{ names, action, ...(errno !== undefined && { errnoRet: errno }) }],
});
const nothing = async (): Promise<void> => {};

describe('the question to a filter', () => {
  test('no filter lets everything through', async () => {
    const [seen] = await within(nothing, passesFilter('swapon'));
    expect(seen).toMatchObject({ verdict: 'open', evidence: ['prctl(21, 0, 0, 0, 0) = 0'] });
  });

  test.each([
    ['an error', refusing('SCMP_ACT_ERRNO', 1, 'swapon', 'clone3')],
    ['ENOSYS, as of a call that there is not', refusing('SCMP_ACT_ERRNO', 38, 'swapon', 'clone3')],
    ['the end of the process', refusing('SCMP_ACT_KILL_PROCESS', undefined, 'swapon', 'clone3')],
    ['a signal', refusing('SCMP_ACT_TRAP', undefined, 'swapon', 'clone3')],
  ])('%s is a refusal, and what is not named passes', async (_, policy) => {
    const [swapon, clone3, acct, some] = await within(
      filtered(policy),
      passesFilter('swapon'),
      passesFilter('clone3'),
      passesFilter('acct'),
      passesFilter('swapon', 'acct'),
    );
    expect(swapon).toMatchObject({ verdict: 'blocked', by: 'seccomp' });
    expect(clone3).toMatchObject({ verdict: 'blocked', by: 'seccomp' });
    expect(acct?.verdict).toBe('open');
    expect(some?.verdict).toBe('open');
  });

  test('the other way round', async () => {
    const swapon = { ...passes(['cannot-succeed'], call('swapon', '', 0)), none: true };
    const acct = { ...passes(['cannot-succeed'], call('acct', '')), none: true };
    const seen = await within(filtered(refusing('SCMP_ACT_ERRNO', 1, 'swapon')), swapon, acct);
    expect(seen.map(({ verdict }) => verdict)).toEqual(['open', 'blocked']);
  });

  test.runIf(process.arch === 'x64')('an argument in the upper half of its register', async () => {
    const policy = {
      ...refusing('SCMP_ACT_ERRNO', 1, 'other'),
      syscalls: [
        {
          names: ['socket'],
          action: 'SCMP_ACT_ERRNO',
          errnoRet: 1,
          args: [{ index: 0, value: 38, op: 'SCMP_CMP_EQ' }],
        },
      ],
    } as SeccompPolicy;
    const plain = passes(['cannot-succeed'], call('socket', 38, 15, 0));
    const upper = passes(['cannot-succeed'], call('socket', (1n << 32n) | 38n, 15, 0));
    const seen = await within(filtered(policy), plain, upper);
    expect(seen.map(({ verdict }) => verdict)).toEqual(['blocked', 'open']);
  });
});

describe('an attempt', () => {
  const ask = (open: readonly string[], blocked: Parameters<typeof attempts>[0]['blocked'], made = call('getpid')) =>
    attempts({ title: 'asks', effects: ['looks', 'cannot-succeed'], calls: [made], open, blocked });

  test.each([
    ['a result that opens', ask(['ok'], {}), { verdict: 'open', by: null }],
    ['an error that opens', ask(['EBADF'], {}, call('fcntl', -1, 1, 0)), { verdict: 'open', by: null }],
    ['a value that opens', ask(['= 0'], {}, call('prctl', 21, 0, 0, 0, 0)), { verdict: 'open', by: null }],
    [
      'an error that a mechanism gives',
      ask(['ok'], { EBADF: 'mount' }, call('fcntl', -1, 1, 0)),
      { verdict: 'blocked', by: 'mount' },
    ],
    ['an error of neither kind', ask(['ok'], {}, call('fcntl', -1, 1, 0)), { verdict: 'unknown', by: null }],
  ])('%s', async (_, probe, expected) => {
    expect((await within(nothing, probe))[0]).toMatchObject(expected);
  });

  test('ends its child without harm to the next', async () => {
    const probe = attempts({
      title: 'dies',
      effects: ['cannot-succeed', 'looks'],
      calls: [call('swapon', '', 0), call('getpid')],
      decides: [0, 1],
      open: ['ok'],
      blocked: REFUSED,
    });
    const [seen] = await within(filtered(refusing('SCMP_ACT_KILL_PROCESS', undefined, 'swapon')), probe);
    expect(seen?.verdict).toBe('open');
    expect(seen?.evidence).toContain('swapon: ended by SIGSYS');
  });

  test('a call outside of its effects is not made', async () => {
    const probe = attempts({ title: 'x', effects: [], calls: [call('swapon', '', 0)], open: ['ENOENT'], blocked: {} });
    await expect(within(nothing, probe)).rejects.toThrow('was not made');
  });
});

test('a process that gave everything up', async () => {
  const none = struct(Array.from({ length: 12 }, () => u16(0)));
  const seen = await within(
    async (child) => {
      await child.batch([
        call('prctl', 38, 1, 0, 0, 0),
        call('capset', struct([u16(0x0522), u16(0x2008), u16(0), u16(0)]), none),
      ]);
    },
    holdsCapability('SYS_ADMIN'),
    says('/proc/self/status', { matches: '^NoNewPrivs:\\s+1', mechanism: 'no-new-privileges' }),
    says('/proc/self/nowhere', { matches: '.', mechanism: 'mount' }),
    says('/proc/self/nowhere', { matches: '.', mechanism: 'mount', absent: 'blocked' }),
    untold('never'),
  );
  expect(seen.map(({ verdict }) => verdict)).toEqual(['blocked', 'open', 'unknown', 'blocked', 'unknown']);
});

describe('outside of a child', () => {
  const stage = () => ({ sandbox: host.session, host: host.session, pid: host.pid, files: MACHINE });

  test('the same kernel, the same namespaces', async () => {
    expect((await observe(sharesKernel, stage())).verdict).toBe('open');
    expect((await observe(shares('uts'), stage())).verdict).toBe('open');
    expect((await observe(shares('pid', 'neighbours'), stage())).verdict).toBe('blocked');
  });

  test('an administrative call is refused for want of the capability, or ends in its own error', async () => {
    const seen = await observe(triesHarmless('swapoff', ['ENOENT']), stage());
    expect(process.getuid?.() === 0 ? ['open', 'blocked'] : ['blocked']).toContain(seen.verdict);
  });

  test('sockets and user namespaces are asked for, not made to last', async () => {
    const before = await host.session.call(call('getpid'));
    expect((await observe(passesSocket(38), stage())).verdict).toBe('open');
    expect(['open', 'blocked']).toContain((await observe(userNamespaceMade, stage())).verdict);
    expect((await host.session.call(call('getpid'))).value).toBe(before.value);
  });
});
