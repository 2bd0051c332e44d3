import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SeccompPolicy } from '../../kernel/seccomp.ts';
import { expandProfile, type ProfileArch, type ProfileDocument, resolveProfile } from '../../kernel/seccomp-profile.ts';
import { parseKernelVersion } from '../../kernel/version.ts';
import { PROFILE_ORIGINS } from './seccomp-profiles.data.ts';

/*
 * The fixtures are what the engines' own Go code made of the same capabilities, architecture and kernel: Docker's and containers/common's
 * `GetDefaultProfile`, containerd's `DefaultProfile`, compiled from the released modules (containers/common 0.50.1 from Debian's source
 * package). Only the two inputs that the code takes from its machine were replaced by variables: the architecture (runtime.GOARCH, or
 * libseccomp's native one) and the kernel's version.
 */
interface Fixture {
  readonly profile: string;
  readonly producedBy: string;
  readonly arch: ProfileArch;
  readonly kernel: string;
  readonly capabilities: readonly string[];
  readonly seccomp: SeccompPolicy;
}

const FOLDER = new URL('./fixtures/seccomp/', import.meta.url);
const fixtures = readdirSync(FOLDER).map((name) => ({ name, ...read(name) }));

function read(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
}

const STORED = new URL('./seccomp/', import.meta.url);
const documents = new Map<string, ProfileDocument>();
for (const name of readdirSync(STORED)) {
  documents.set(name.replace(/\.json$/, ''), JSON.parse(readFileSync(new URL(name, STORED), 'utf8')));
}

function stored(id: string): ProfileDocument | undefined {
  return documents.get(id);
}

function kernel(text: string) {
  const version = parseKernelVersion(text);
  if (version === undefined) throw new Error(text);
  return version;
}

/** One line for each call and its conditions: the order and grouping of rules mean nothing. */
function rules(policy: SeccompPolicy): string[] {
  const lines = (policy.syscalls ?? []).flatMap(({ names, action, errnoRet, args }) =>
    names.map((name) => {
      const conditions = (args ?? []).map((a) => `${a.index} ${a.op} ${a.value} ${a.valueTwo ?? 0}`);
      return `${name} ${action} ${errnoRet ?? '-'} ${conditions.join('; ')}`;
    }),
  );
  return [...new Set(lines)].sort();
}

function section(policy: SeccompPolicy) {
  return {
    defaultAction: policy.defaultAction,
    defaultErrnoRet: policy.defaultErrnoRet,
    architectures: [...(policy.architectures ?? [])].sort(),
    rules: rules(policy),
  };
}

test('at least ten combinations of engine, capabilities, architecture and kernel are compared', () => {
  expect(fixtures.length).toBeGreaterThanOrEqual(10);
  expect(new Set(fixtures.map(({ arch }) => arch)).size).toBeGreaterThan(1);
});

test.for(fixtures)('$name is what $producedBy writes', ({ profile, arch, kernel: release, capabilities, seccomp }) => {
  const whole = expandProfile(profile, stored);
  expect(section(resolveProfile(whole, { capabilities, arch, kernel: kernel(release) }))).toEqual(section(seccomp));
});

describe('conditions', () => {
  const MODERN = kernel('6.12');
  const calls = (id: string, capabilities: readonly string[], release = MODERN) =>
    rules(resolveProfile(expandProfile(id, stored), { capabilities, arch: 'amd64', kernel: release }));

  test('a capability counts with and without its prefix', () => {
    expect(calls('docker-28.2.0', ['SYS_ADMIN'])).toEqual(calls('docker-28.2.0', ['CAP_SYS_ADMIN']));
    expect(calls('docker-28.2.0', ['SYS_ADMIN'])).toContain('mount SCMP_ACT_ALLOW - ');
    expect(calls('docker-28.2.0', [])).not.toContain('mount SCMP_ACT_ALLOW - ');
  });

  test.for([
    { release: '4.7', allowed: false },
    { release: '4.8', allowed: true },
    { release: '4.8.1', allowed: true },
    { release: '5.0', allowed: true },
  ])('Docker lets ptrace through on $release: $allowed', ({ release, allowed }) => {
    expect(calls('docker-28.2.0', [], kernel(release)).includes('ptrace SCMP_ACT_ALLOW - ')).toBe(allowed);
  });

  test('clone3 is answered ENOSYS without SYS_ADMIN', () => {
    expect(calls('docker-28.2.0', [])).toContain('clone3 SCMP_ACT_ERRNO 38 ');
    expect(calls('docker-28.2.0', ['SYS_ADMIN'])).not.toContain('clone3 SCMP_ACT_ERRNO 38 ');
  });

  test.for([
    { id: 'docker-28.2.0', rule: 'socket SCMP_ACT_ALLOW - 0 SCMP_CMP_NE 40 0', socketcall: 'SCMP_ACT_ALLOW -' },
    { id: 'docker-29.4.2', rule: 'socket SCMP_ACT_ALLOW - 0 SCMP_CMP_LT 38 0', socketcall: 'SCMP_ACT_ERRNO 38' },
    { id: 'docker-29.4.3', rule: 'socket SCMP_ACT_ALLOW - 0 SCMP_CMP_LT 38 0', socketcall: 'SCMP_ACT_ALLOW -' },
  ])('$id rules on socket families, and socketcall gets $socketcall', ({ id, rule, socketcall }) => {
    expect(calls(id, [])).toContain(rule);
    expect(calls(id, [])).toContain(`socketcall ${socketcall} `);
  });

  test.for([
    { id: 'crio-1.25', capabilities: [], unshare: false, clone3: 'clone3 SCMP_ACT_ALLOW - ' },
    { id: 'crio-1.33', capabilities: [], unshare: false, clone3: 'clone3 SCMP_ACT_ERRNO 38 ' },
    { id: 'crio-1.33', capabilities: ['SYS_ADMIN'], unshare: true, clone3: 'clone3 SCMP_ACT_ALLOW - ' },
    { id: 'common-0.63', capabilities: [], unshare: true, clone3: 'clone3 SCMP_ACT_ALLOW - ' },
  ])('$id with $capabilities: unshare $unshare, $clone3', ({ id, capabilities, unshare, clone3 }) => {
    expect(calls(id, capabilities).includes('unshare SCMP_ACT_ALLOW - ')).toBe(unshare);
    expect(calls(id, capabilities)).toContain(clone3);
  });

  test('an architecture outside the map gets no list of its own', () => {
    const whole = expandProfile('docker-28.2.0', stored);
    const policy = resolveProfile(whole, { capabilities: [], arch: 'ppc64le', kernel: MODERN });
    expect(policy).not.toHaveProperty('architectures');
  });

  test('a condition that is no version is an error, not a pass', () => {
    const whole = {
      defaultAction: 'SCMP_ACT_ERRNO',
      archMap: [],
      groups: [{ names: ['read'], action: 'SCMP_ACT_ALLOW', includes: { minKernel: 'new' } }],
    };
    expect(() => resolveProfile(whole, { capabilities: [], arch: 'amd64', kernel: MODERN })).toThrow(/minKernel/);
  });
});

describe('stored documents', () => {
  const base = { id: 'base', defaultAction: 'SCMP_ACT_ERRNO', archMap: [], groups: [allow('read', 'write')] };
  const find =
    (...documents: ProfileDocument[]) =>
    (id: string) =>
      documents.find((document) => document.id === id);

  function allow(...names: string[]) {
    return { names, action: 'SCMP_ACT_ALLOW' };
  }

  test('a change drops and adds rules by name', () => {
    const change = { id: 'change', base: 'base', drop: [allow('write')], add: [allow('close')] };
    expect(expandProfile('change', find(base, change)).groups).toEqual([allow('read'), allow('close')]);
  });

  test('a drop that the base lacks is an error', () => {
    const change = { id: 'change', base: 'base', drop: [allow('open')] };
    expect(() => expandProfile('change', find(base, change))).toThrow(/drops what its base lacks: open/);
  });

  test('an id that is not stored and a document that is not whole are errors', () => {
    expect(() => expandProfile('absent', find(base))).toThrow(/no seccomp profile absent/);
    expect(() => expandProfile('part', find({ id: 'part' }))).toThrow(/not whole/);
  });

  test('each has its origin in the table, and its name for an id', () => {
    expect(PROFILE_ORIGINS.map(({ id }) => id).sort()).toEqual([...documents.keys()].sort());
    for (const [name, { id }] of documents) expect(id).toBe(name);
  });

  test.for([...documents.keys()].map((id) => ({ id })))('$id expands', ({ id }) => {
    expect(expandProfile(id, stored).groups.length).toBeGreaterThan(10);
  });
});
