import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MECHANISMS, type Mechanism } from '../model/index.ts';
import { CALLS } from './calls.ts';
import { COMPONENTS } from './components.data.ts';
import { DOCKER_DISAGREEMENTS } from './docker-disagreements.data.ts';
import { FAMILIES } from './entry.ts';
import { judged, shippedJudge } from './fixtures/judging.ts';
import type { PastJudge } from './judge.ts';
import { PATTERNS, PRECONDITIONS } from './preconditions.data.ts';
import { stoppingSets } from './summary.ts';
import { VULNERABILITIES } from './vulnerabilities.data.ts';

let judge: PastJudge;
beforeAll(async () => {
  judge = await shippedJudge();
});

const PRIVILEGED = 'run --privileged debian';
const HARDENED = 'run --user 1000 --cap-drop ALL --security-opt no-new-privileges --read-only --network none debian';

/** Verdicts of a family: open, unknown, blocked, of what is not in use. */
async function counts(line: string, family: string): Promise<number[]> {
  const found = (await judged(judge, line)).families.find((one) => one.family === family);
  return found === undefined ? [] : [found.open, found.unknown, found.blocked, found.notInUse];
}

async function findingOf(id: string, line: string, around?: Parameters<typeof judged>[2]) {
  const found = (await judged(judge, line, around)).entries.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

describe('records', () => {
  it('have ids of their own, and are the number that they are known to be', () => {
    expect(new Set(VULNERABILITIES.map((one) => one.id)).size).toBe(VULNERABILITIES.length);
    expect(VULNERABILITIES).toHaveLength(340);
    expect(VULNERABILITIES.filter((one) => one.component.startsWith('kernel:'))).toHaveLength(185);
    expect(VULNERABILITIES.filter((one) => one.confidence === 'low')).toHaveLength(6);
  });

  it('bear the year of their id', () => {
    for (const { id, year } of VULNERABILITIES) if (id.startsWith('CVE-')) expect(id).toContain(`CVE-${year}-`);
  });

  it('have ranges of versions that begin before they end', () => {
    const order = (text: string) =>
      text
        .split(/[.-]/)
        .map((part) => part.replace(/\D/g, '').padStart(6, '0'))
        .join('.');
    for (const { id, ranges = [] } of VULNERABILITIES)
      for (const [from, below] of ranges)
        if (from !== '' && below !== '' && !/rc|beta|alpha/.test(from + below))
          expect(order(from) < order(below), `${id} ${from}..${below}`).toBe(true);
  });

  it('all need something that the gates decide', () => {
    for (const entry of judge.entries)
      expect(entry.when.length + entry.routes.flat().length, entry.id).toBeGreaterThan(0);
  });
});

describe('postures', () => {
  it.each([
    ["Docker's default", 'run debian', 'kernel', [56, 7, 120, 2]],
    ["Docker's default", 'run debian', 'runtime', [9, 0, 8, 25]],
    ["Docker's default", 'run debian', 'engine', [25, 1, 15, 28]],
    ['privileged', PRIVILEGED, 'kernel', [172, 10, 1, 2]],
    ['hardened', HARDENED, 'kernel', [49, 2, 132, 2]],
    ['gVisor', 'run --runtime runsc debian', 'kernel', [0, 0, 183, 2]],
    ['gVisor', 'run --runtime runsc debian', 'user-space-kernel', [3, 0, 0, 0]],
    ['a virtual machine', 'run --runtime kata debian', 'kernel', [1, 2, 182, 0]],
    ['a virtual machine', 'run --runtime kata debian', 'hypervisor', [5, 5, 2, 5]],
  ])('%s: %s, %s bugs', async (_, line, family, expected) => {
    expect(await counts(line, family)).toEqual(expected);
  });

  it('count each entry once, whatever becomes of it', async () => {
    for (const line of ['run debian', PRIVILEGED, 'run --runtime kata debian'])
      for (const family of (await judged(judge, line)).families)
        expect(family.open + family.unknown + family.blocked + family.notInUse + family.notAffected).toBe(
          family.entries,
        );
  });

  it('are Linux containers only', async () => {
    expect(judge.judge({ kind: 'image' }, undefined as never)).toBeUndefined();
  });

  it("credit seccomp and the capabilities with the most on Docker's default", async () => {
    const kernel = (await judged(judge, 'run debian')).families.find((one) => one.family === 'kernel');
    expect(kernel?.stoppedBy.slice(0, 2)).toEqual([
      { mechanisms: ['seccomp'], entries: 62 },
      { mechanisms: ['capability', 'seccomp'], entries: 41 },
    ]);
  });

  it('let a virtual machine stop what seccomp stops, one mechanism deeper', async () => {
    const bpf = await findingOf('CVE-2017-16995', 'run --runtime kata debian');
    expect(bpf).toMatchObject({ verdict: 'blocked', depth: 2, stoppedBy: [['hypervisor'], ['seccomp']] });
    expect(await findingOf('CVE-2017-16995', 'run debian')).toMatchObject({ verdict: 'blocked', depth: 1 });
    expect(await findingOf('CVE-2017-16995', 'run --security-opt seccomp=unconfined debian')).toMatchObject({
      verdict: 'open',
    });
  });
});

describe("Docker's default, as the records see it", () => {
  const AGREES = { yes: ['blocked'], no: ['open'], partly: ['open', 'unknown'], 'n/a': ['not-applicable'] } as const;

  it('agrees with each record, but for those that were looked at', async () => {
    const disagreeing: Record<string, string> = {};
    for (const entry of (await judged(judge, 'run debian')).entries) {
      const record = VULNERABILITIES.find((one) => one.id === entry.id);
      const expected: readonly string[] = AGREES[record?.docker.verdict ?? 'n/a'];
      if (!expected.includes(entry.verdict)) disagreeing[entry.id] = entry.verdict;
    }
    expect(disagreeing).toEqual(
      Object.fromEntries(Object.entries(DOCKER_DISAGREEMENTS).map(([id, { ours }]) => [id, ours])),
    );
  });

  it('agrees where the reason says that it would', async () => {
    expect(await findingOf('CVE-2014-4699', 'run debian', { host: { 'host.kernel': '3.13.0' } })).toMatchObject({
      verdict: 'blocked',
      stoppedBy: [['seccomp']],
    });
    expect(await findingOf('CVE-2020-13401', 'run debian', { engine: 'docker@28' })).toMatchObject({
      verdict: 'not-applicable',
    });
    expect(await findingOf('CVE-2025-52565', 'run -t -v data:/data debian')).toMatchObject({ verdict: 'open' });
  });
});

describe('releases', () => {
  const on = (kernel: string) => ({ host: { 'host.kernel': kernel, 'host.arch': 'x86_64' } as const });

  it.each([
    ['CVE-2022-0847', '5.16.10', 'open'],
    ['CVE-2022-0847', '5.16.11', 'not-applicable'],
    ['CVE-2022-0847', '5.7.19', 'not-applicable'],
    ['CVE-2022-0847', '5.15.24', 'open'],
    ['CVE-2022-0847', '5.15.25', 'not-applicable'],
    ['CVE-2022-0847', '6.18.0', 'not-applicable'],
    // Red Hat brings newer functions into its old kernels, and their flaws.
    ['CVE-2022-0847', '4.18.0-348.el8.x86_64', 'open'],
    ['CVE-2022-0847', '5.18.0-1.el9', 'not-applicable'],
  ])('%s on kernel %s: %s', async (id, kernel, verdict) => {
    expect(await findingOf(id, 'run debian', on(kernel))).toMatchObject({ verdict });
  });

  it('say what is in use, and what is affected', async () => {
    const { why } = await findingOf('CVE-2022-0847', 'run debian', on('6.18.0'));
    expect(why).toBe('kernel is 6.18.0; affected: 5.8 to 5.17-rc5; fixed: 5.17-rc6, 5.16.11, 5.15.25, 5.10.102');
  });

  it('of an engine count only where somebody named it', async () => {
    const cp = (engine?: string) => findingOf('CVE-2018-15664', 'run debian', engine === undefined ? {} : { engine });
    expect(await cp()).toMatchObject({ verdict: 'open' });
    expect(await cp('docker@29.7.2')).toMatchObject({ verdict: 'not-applicable' });
  });

  it('of a runtime are those of the host profile', async () => {
    const leak = (version: string) =>
      findingOf('CVE-2024-21626', 'run debian', { host: { 'host.fact.runc-version': version } });
    expect(await leak('1.1.11')).toMatchObject({ verdict: 'open' });
    expect(await leak('1.1.12')).toMatchObject({ verdict: 'not-applicable' });
  });
});

describe('restrictions', () => {
  const RESTRICTIONS = [
    '--cap-drop ALL',
    '--cap-drop NET_RAW',
    '--security-opt no-new-privileges',
    '--user 1000',
    '--network none',
    '--read-only',
    '--runtime runsc',
    '--userns private',
  ] as const;
  const LOOSE = [
    '',
    '--privileged',
    '--cap-add NET_ADMIN',
    '--security-opt seccomp=unconfined',
    '--device /dev/kvm',
  ] as const;

  it('never expose more of the kernel', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LOOSE),
        fc.subarray([...RESTRICTIONS]),
        fc.constantFrom(...RESTRICTIONS),
        async (base, before, added) => {
          const exposed = async (options: readonly string[]) =>
            new Set(
              (await judged(judge, `run ${[base, ...options].join(' ')} debian`)).entries
                // Guests reach other parts of it than containers do.
                .filter((entry) => entry.family === 'kernel' && entry.verdict === 'open')
                .map((entry) => entry.id),
            );
          const [loose, tight] = [await exposed(before), await exposed([...before, added])];
          expect([...tight].filter((id) => !loose.has(id))).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('stopping sets', () => {
  it.each<[Mechanism[][], Mechanism[][]]>([
    [[], []],
    [[['seccomp']], [['seccomp']]],
    [[['capability'], ['seccomp']], [['capability', 'seccomp']]],
    [[['lsm', 'seccomp']], [['lsm'], ['seccomp']]],
    [
      [
        ['capability', 'lsm'],
        ['lsm', 'seccomp'],
      ],
      [['lsm'], ['capability', 'seccomp']],
    ],
  ])('%j → %j', (failures, expected) => {
    expect(stoppingSets(failures)).toEqual(expected);
  });

  it('meet every set of failures, and no smaller set does', () => {
    const some = fc.subarray(MECHANISMS.slice(0, 6) as Mechanism[], { minLength: 1 });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 4 }), (failures) => {
        const stops = (set: readonly Mechanism[]) => failures.every((one) => one.some((name) => set.includes(name)));
        for (const set of stoppingSets(failures)) {
          expect(stops(set)).toBe(true);
          for (const left of set) expect(stops(set.filter((name) => name !== left))).toBe(false);
        }
      }),
    );
  });
});

describe('the age of the records', () => {
  it.each([
    ['2027-11-01T00:00:00Z', false],
    ['2027-11-02T00:00:00Z', true],
  ])('on %s: outdated %s', async (today, outdated) => {
    const result = await judged(await shippedJudge(new Date(today)), 'run debian');
    expect(result.data).toEqual({ collected: '2026-11-01', entries: 340, own: 0, outdated });
  });
});

it('documents each name of the vocabulary, and each component', () => {
  const page = readFileSync('docs/past.md', 'utf8');
  const names = [
    ...Object.keys(PRECONDITIONS),
    ...PATTERNS.map(({ written }) => written),
    ...Object.keys(CALLS).map((call) => `syscall:${call}`),
    ...COMPONENTS.map(({ name }) => name).filter((name) => !name.includes(':')),
  ];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('uses each name of the vocabulary that is no pattern', () => {
  const used = JSON.stringify(VULNERABILITIES.map((one) => one.needs));
  expect(Object.keys(PRECONDITIONS).filter((name) => !used.includes(JSON.stringify(name)))).toEqual([]);
  expect(Object.keys(CALLS).filter((call) => !used.includes(JSON.stringify(`syscall:${call}`)))).toEqual([]);
});

it('knows every family', async () => {
  const families = (await judged(judge, 'run debian')).families.map((one) => one.family);
  expect(families).toEqual(FAMILIES);
});
