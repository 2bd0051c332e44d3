import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sessionOptions } from '../src/cli/commands/check.ts';
import { run } from '../src/cli/program.ts';
import { Terminal } from '../src/cli/terminal.ts';
import { runLab } from '../src/lab/index.ts';
import { measureMatrix } from '../src/lab/matrix/index.ts';
import type { Cell, StudyRow } from '../src/lab/study.ts';
import { type Runtime, runtimeNamed } from '../src/prove/index.ts';
import { PROFILES, type ProfileName } from '../src/runtimes/profiles.data.ts';
import { lacking } from './support/runtimes.ts';

/* The isolation matrix on real sandboxes: what each row must show, and that a row that cannot be measured says so. */

const own = mkdtempSync(join(tmpdir(), 'cofferdam-test-'));
const outside = process.env.TMPDIR;
beforeAll(() => {
  process.env.TMPDIR = own;
});
afterEach(async () => {
  await expect
    .poll(() => readdirSync(own).filter((name) => name.startsWith('cofferdam-')), { timeout: 10_000 })
    .toEqual([]);
});
afterAll(() => {
  if (outside === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = outside;
  rmSync(own, { recursive: true });
});

const profilesOf = (...names: readonly ProfileName[]) => PROFILES.filter(({ name }) => names.includes(name));

async function rowsOf(
  runtimes: readonly Runtime[],
  profiles: readonly ProfileName[],
  only?: readonly string[],
): Promise<readonly StudyRow[]> {
  return measureMatrix(sessionOptions([], {}), {
    ...{ runtimes, profiles: profilesOf(...profiles), deadline: Number.POSITIVE_INFINITY },
    ...(only !== undefined && { only: new Set(only) }),
    ...{ known: () => undefined, keep: () => undefined, progress: () => undefined },
  });
}

const verdicts = (row: StudyRow | undefined, ids: readonly string[]) =>
  ids.map((id) => [id, row?.cells[id]?.verdict ?? row?.why]);

/** Numbers that the host's /proc and uname(2) give away. */
const OF_THE_HOST = ['leak-kernel-release', 'leak-host-memory', 'leak-host-uptime', 'leak-disk-activity'];

describe('spot checks', () => {
  test('gVisor hides the version of the kernel and the data of its /proc; a privileged container does not', async ({
    skip,
  }) => {
    const reason = lacking({ programs: ['runsc'] });
    if (reason !== undefined) skip(reason);
    const [hidden] = await rowsOf([runtimeNamed('runsc')], ['default'], OF_THE_HOST);
    const [shown] = await rowsOf([runtimeNamed('embedded')], ['privileged'], OF_THE_HOST);
    expect(verdicts(hidden, OF_THE_HOST)).toEqual(OF_THE_HOST.map((id) => [id, 'blocked']));
    expect(verdicts(shown, OF_THE_HOST)).toEqual(OF_THE_HOST.map((id) => [id, 'open']));
  });

  test.skipIf(process.env.COFFERDAM_KERNEL === undefined && process.env.COFFERDAM_REQUIRE_RUNTIMES !== '1')(
    "a virtual machine shares nothing with the host's /proc (needs COFFERDAM_KERNEL)",
    { timeout: 300_000 },
    async () => {
      const [guest] = await rowsOf([runtimeNamed('qemu')], ['default'], [...OF_THE_HOST, 'host-pid-namespace']);
      expect(guest).toMatchObject({ state: 'measured', kind: 'virtual-machine' });
      expect(verdicts(guest, OF_THE_HOST)).toEqual(OF_THE_HOST.map((id) => [id, 'blocked']));
      expect(guest?.cells['host-pid-namespace']?.verdict).toBe('blocked');
    },
  );

  test.for([
    ['unshare', 'unshare'],
    ['chroot', 'chroot'],
    ['embedded', undefined],
    ['runc', 'runc'],
    ['runsc', 'runsc'],
    ['bwrap', 'bwrap'],
    ['systemd-nspawn', 'systemd-nspawn'],
    ['firejail', 'firejail'],
    ['lxc', 'lxc-start'],
    ['podman', 'podman'],
    ['docker', 'dockerd'],
    ['docker-runsc', 'dockerd'],
    ['containerd', 'containerd'],
  ] as const)('%s gives a row', { timeout: 60_000 }, async ([name, program], { skip }) => {
    const reason = lacking({ programs: program === undefined ? [] : [program] });
    if (reason !== undefined) skip(reason);
    const [row] = await rowsOf([runtimeNamed(name)], ['default'], ['proc-kcore-readable', 'leak-kernel-release']);
    expect(row).toMatchObject({ state: 'measured', runtime: name });
    expect(Object.keys(row?.cells ?? {})).toHaveLength(2);
  });

  test('without a filter, exactly what the filter alone holds is open', async ({ skip }) => {
    const reason = lacking({ programs: [] });
    if (reason !== undefined) skip(reason);
    const rows = await rowsOf([runtimeNamed('embedded')], ['default', 'no-seccomp']);
    const [usual, unfiltered] = rows;
    // Some are about a filter that says too little: there is none.
    const alone = idsOf(
      usual,
      ({ heldBy }, id) => !id.startsWith('seccomp-') && heldBy.some((set) => set.join() === 'seccomp'),
    );
    const opened = idsOf(
      usual,
      ({ verdict }, id) =>
        !id.startsWith('seccomp-') && verdict === 'blocked' && unfiltered?.cells[id]?.verdict === 'open',
    );
    expect(alone.length).toBeGreaterThan(10);
    expect(alone.filter((id) => unfiltered?.cells[id]?.verdict === 'blocked')).toEqual([]);
    expect(opened.filter((id) => !alone.includes(id))).toEqual([]);
  });

  test('two runs are equal', async ({ skip }) => {
    const reason = lacking({ programs: ['bwrap'] });
    if (reason !== undefined) skip(reason);
    const twice = ['embedded', 'bwrap'].map((name) => runtimeNamed(name));
    const [first, second] = [await rowsOf(twice, ['default']), await rowsOf(twice, ['default'])];
    const said = (rows: readonly StudyRow[]) => rows.map(({ cells }) => Object.entries(cells).map(saidOf));
    expect(first.map(({ state }) => state)).toEqual(['measured', 'measured']);
    expect(said(second)).toEqual(said(first));
  });
});

function idsOf(row: StudyRow | undefined, accept: (cell: Cell, id: string) => boolean): readonly string[] {
  return Object.entries(row?.cells ?? {}).flatMap(([id, cell]) => (accept(cell, id) ? [id] : []));
}

const saidOf = ([id, { verdict, by, predicted, depth }]: readonly [string, Cell]) => ({
  id,
  verdict,
  by,
  predicted,
  depth,
});

describe('a row that cannot be measured', () => {
  const broken = (name: string, part: Partial<Runtime>): Runtime => ({ ...runtimeNamed('process'), name, ...part });

  test('says why, and the run goes on', async () => {
    const rows = await rowsOf(
      [
        broken('absent', { available: async () => ({ available: false, why: 'it is not here', enable: 'get it' }) }),
        broken('wordless', { expresses: () => 'it has no words' }),
        broken('defective', { start: () => Promise.reject(new TypeError('of ours')) }),
        runtimeNamed('exec:echo noise; exit 3'),
        runtimeNamed('exec:echo noise first; exec {agent}'),
      ],
      ['default'],
      ['leak-kernel-release'],
    );
    expect(rows.map(({ state }) => state)).toEqual(['unavailable', 'inexpressible', 'failed', 'failed', 'measured']);
    expect(rows[0]).toMatchObject({ why: 'it is not here', enable: 'get it' });
    expect(rows[2]?.why).toMatch(/a defect of ours: TypeError: of ours/);
    expect(rows[3]?.why).toMatch(/ended before it answered/);
  });

  test('is left when the budget is used up, and named', async () => {
    const begun = Date.now();
    const hanging = broken('hanging', { start: () => new Promise(() => undefined) });
    const result = await runLab({
      session: sessionOptions([], {}),
      runtimes: [hanging, broken('later', {})],
      profiles: profilesOf('default', 'hardened'),
      parts: new Set(['matrix', 'cost']),
      budgetMs: 700,
      seed: 1,
      progress: () => undefined,
    });
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(result.rows.filter(({ state }) => state === 'skipped').map(({ runtime }) => runtime)).toContain('hanging');
    expect(result.notes.join('\n')).toMatch(/matrix: left out, .*hanging default/);
    expect(result.notes).toContain('cost: left out, the budget was used up');
  });
});

describe('the command', () => {
  const LAB = ['lab', '--runtimes', 'process', '--profiles', 'default', '--parts', 'matrix'];
  const only = ['--vectors', 'leak-kernel-release,leak-host-uptime'];

  class Kept extends Terminal {
    out = '';
    err = '';
    override result(text: string): void {
      this.out += text;
    }
    override note(text: string): void {
      this.err += text;
    }
  }

  async function command(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const terminal = new Kept();
    const code = await run(args, terminal);
    return { code, out: terminal.out, err: terminal.err };
  }

  test('goes on with a run that was cut off, and does not measure again', async () => {
    const [log, whole] = [join(own, 'log'), join(own, 'whole.json')];
    const first = await command(...LAB, ...only, '--resume', log, '--seed', '5', '--format', 'json', '--output', whole);
    expect(first).toMatchObject({ code: 0, err: '' });
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    writeFileSync(log, `${lines.join('\n')}\n{"part":"row","of":"proc`);
    const again = await command(...LAB, ...only, '--resume', log, '--format', 'json');
    const [one, other] = [JSON.parse(readFileSync(whole, 'utf8')), JSON.parse(again.out)];
    expect(other).toEqual({ ...one, seconds: other.seconds });
    expect(readFileSync(log, 'utf8').trimEnd().split('\n')).toEqual(lines);
    const foreign = await command(...LAB, '--resume', log);
    expect(foreign).toMatchObject({ code: 2, err: expect.stringMatching(/another vectors/) });
    expect((await command('lab', 'diff', whole, whole)).out).toBe('nothing differs\n');
  });

  test.for([
    ['nothing', '', /cut off before its end/],
    ['a part', '{"version": 1, "rows": [', /cut off before its end/],
    ['no JSON', 'rows', /no JSON/],
    ['something else', '{"schema": "cofferdam.result/1"}', /no lab result: version/],
    ['another version', '{"version": 2}', /version 2, and this is version 1/],
  ] as const)('lab diff of %s is one clear error', async ([, text, message]) => {
    const path = join(own, 'bad.json');
    writeFileSync(path, text);
    const { code, err } = await command('lab', 'diff', path, path);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(2);
  });

  test.for([
    [['--runtimes', 'dokcer'], /no runtime `dokcer`/],
    [['--profiles', 'privilegd'], /no profile `privilegd`/],
    [['--vectors', 'leak-kernel-relase'], /no vector `leak-kernel-relase`/],
    [['--parts', 'matrx'], /no part `matrx`/],
    [['--budget', 'soon'], /is no time/],
    [['--seed', 'x'], /is no whole number/],
  ] as const)('%j is one clear error', async ([args, message]) => {
    const { code, err } = await command('lab', ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
