import { expect, test } from 'vitest';
import { RUNTIMES, runtimeNamed, templateRuntime } from './index.ts';
import { PROFILES, type Profile } from './profiles.data.ts';

const profile = (name: string): Profile => {
  const found = PROFILES.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

test('each runtime says the default, and each profile or why it cannot', () => {
  for (const runtime of RUNTIMES) {
    const answers = PROFILES.map((one) => runtime.expresses(one));
    expect(answers.filter((answer) => answer !== true && answer.length < 10)).toEqual([]);
  }
  expect(runtimeNamed('bwrap').expresses(profile('hardened'))).toBe(true);
  expect(runtimeNamed('bwrap').expresses(profile('no-seccomp'))).toMatch(/no filter/);
});

test('what is known but cannot be started here says why and what would help', async () => {
  const found = await runtimeNamed('firecracker').available();
  expect(found.available).toBe(false);
  if (!found.available) expect([found.why, found.enable].every((text) => text.length > 0)).toBe(true);
  await expect(runtimeNamed('kata').start({})).rejects.toMatchObject({ code: 'runtime' });
});

test('a template has a command line a profile, and says which it has not', async () => {
  const mine = templateRuntime({
    name: 'mine',
    title: 'mine',
    lines: { default: 'exec', hardened: 'sleep 100; true' },
  });
  expect(mine.expresses(profile('hardened'))).toBe(true);
  expect(mine.expresses(profile('privileged'))).toMatch(/no command line/);
  const sandbox = await mine.start({});
  expect(sandbox.pid).toBeGreaterThan(0);
  await sandbox.close();
  await expect(mine.start({ profile: profile('hardened'), timeoutMs: 300 })).rejects.toThrow(/mine: .*no answer/);
  await expect(mine.start({ profile: profile('privileged') })).rejects.toThrow(/no words for the profile/);
  const own = runtimeNamed('mine', [{ name: 'mine', title: 'mine', lines: { default: 'exec' } }]);
  expect(own.title).toBe('mine');
});

test.for([
  ['hangs', 'exec:sleep 1000; true', /no answer within/],
  ['ends', 'exec:false', /ended before it answered/],
] as const)('a command that %s is one clear error in time', async ([, name, message]) => {
  const started = Date.now();
  await expect(runtimeNamed(name).start({ timeoutMs: 500 })).rejects.toThrow(message);
  expect(Date.now() - started).toBeLessThan(10_000);
});

test('noise before the first word is passed over', async () => {
  const sandbox = await runtimeNamed('exec:echo noise; exec {agent}').start({});
  await sandbox.close();
});

test('a profile that nobody has heard of is a reason, never a start', () => {
  const unheard = { name: 'unheard-of', title: '', options: ['--cpus', '0.5'] };
  const reasons = RUNTIMES.map((runtime) => runtime.expresses(unheard));
  expect(reasons.every((reason) => reason === true || reason.length > 0)).toBe(true);
});
