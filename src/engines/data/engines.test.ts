import { describe, expect, test } from 'vitest';
import type { EngineData, EngineDefaults } from '../types.ts';
import { ENGINES } from './engines.data.ts';
import { PROFILE_ORIGINS } from './seccomp-profiles.data.ts';

const engines = Object.values(ENGINES);

function parts(version: string): number[] {
  return version.split('.').map(Number);
}

function compare(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function at({ revisions }: EngineData, version: string): EngineDefaults {
  const until = revisions.filter(({ since }) => compare(since, version) <= 0);
  return Object.assign({}, ...until);
}

const THERMAL = '/proc/interrupts';
const POWERCAP = '/sys/devices/virtual/powercap';

describe.for(engines)('$name', (engine) => {
  test('revisions are sorted, versions are versions, and none repeats', () => {
    const versions = engine.revisions.map(({ since }) => since);
    for (const version of [...versions, engine.verifiedThrough]) expect(version).toMatch(/^\d+\.\d+(\.\d+)?$/);
    for (const [i, version] of versions.entries()) {
      const before = versions[i - 1];
      if (before !== undefined) expect(compare(before, version)).toBeLessThan(0);
    }
    expect(compare(versions.at(-1) ?? '', engine.verifiedThrough)).toBeLessThanOrEqual(0);
  });

  test('every revision says where it was read and changes something', () => {
    for (const { since, source, ...changes } of engine.revisions) {
      expect(source, since).toMatch(/^[\w.-]+\/[\w.-]+ /);
      expect(Object.keys(changes).length, since).toBeGreaterThan(0);
    }
  });

  test('a revision states no value that holds already', () => {
    for (const [i, { since, source, ...changes }] of engine.revisions.entries()) {
      const before: Readonly<Record<string, unknown>> = Object.assign({}, ...engine.revisions.slice(0, i));
      for (const [key, value] of Object.entries(changes))
        expect(value, `${since} ${key} ${source}`).not.toEqual(before[key]);
    }
  });

  test('seccomp profiles are stored', () => {
    const stored = PROFILE_ORIGINS.map(({ id }) => id);
    for (const { seccomp } of engine.revisions) {
      if (typeof seccomp?.profile === 'string') expect(stored).toContain(seccomp.profile);
    }
  });

  test('paths are absolute and mounts are made outer first', () => {
    const { maskedPaths = [], readonlyPaths = [], mounts = [] } = at(engine, engine.verifiedThrough);
    for (const path of [...maskedPaths, ...readonlyPaths]) expect(path).toMatch(/^\//);
    const made = mounts.map(({ destination }) => destination);
    for (const [i, destination] of made.entries()) {
      expect(made.slice(i + 1).some((later) => destination.startsWith(`${later}/`))).toBe(false);
    }
  });
});

test('each stored profile is used, or is known to have no release', () => {
  const used = new Set(
    engines
      .flatMap(({ revisions }) => revisions.map(({ seccomp }) => seccomp?.profile))
      .filter((id) => id !== undefined),
  );
  const idle = PROFILE_ORIGINS.map(({ id }) => id).filter((id) => !used.has(id));
  expect(idle).toEqual(['docker-profiles-0.2.4', 'docker-profiles-0.3.0']);
});

describe('defaults that drifted', () => {
  test.for([
    { name: 'docker', version: '20.10.24', powercap: false, thermal: false },
    { name: 'docker', version: '20.10.27', powercap: true, thermal: false },
    { name: 'docker', version: '23.0.5', powercap: false, thermal: false },
    { name: 'docker', version: '24.0.7', powercap: true, thermal: false },
    { name: 'docker', version: '28.0.1', powercap: true, thermal: false },
    { name: 'docker', version: '28.0.2', powercap: true, thermal: true },
    { name: 'docker', version: '29.7.2', powercap: true, thermal: true },
    { name: 'podman', version: '4.9.5', powercap: false, thermal: false },
    { name: 'podman', version: '5.0.0', powercap: true, thermal: false },
    { name: 'podman', version: '5.5.0', powercap: true, thermal: true },
    { name: 'kubernetes', version: '1.29.6', powercap: false, thermal: false },
    { name: 'kubernetes', version: '1.28.12', powercap: true, thermal: false },
    { name: 'kubernetes', version: '1.30.14', powercap: true, thermal: false },
    { name: 'kubernetes', version: '1.31.0', powercap: true, thermal: false },
    { name: 'kubernetes', version: '1.31.13', powercap: true, thermal: true },
    { name: 'kubernetes', version: '1.33.4', powercap: true, thermal: false },
    { name: 'kubernetes', version: '1.33.5', powercap: true, thermal: true },
    { name: 'kubernetes', version: '1.32.2', powercap: true, thermal: false },
    { name: 'kubernetes', version: '1.34.0', powercap: true, thermal: true },
  ] as const)('$name $version masks powercap $powercap, thermal $thermal', ({ name, version, powercap, thermal }) => {
    const { maskedPaths = [] } = at(ENGINES[name], version);
    expect({ powercap: maskedPaths.includes(POWERCAP), thermal: maskedPaths.includes(THERMAL) }).toEqual({
      powercap,
      thermal,
    });
  });

  test.for([
    { name: 'docker', version: '20.10.7', profile: 'docker-20.10.4' },
    { name: 'docker', version: '20.10.25', profile: 'docker-20.10.18' },
    { name: 'docker', version: '24.0.2', profile: 'docker-23.0.0' },
    { name: 'docker', version: '27.5.1', profile: 'docker-25.0.3' },
    { name: 'docker', version: '29.4.1', profile: 'docker-28.2.0' },
    { name: 'docker', version: '29.4.2', profile: 'docker-29.4.2' },
    { name: 'docker', version: '29.7.2', profile: 'docker-29.4.3' },
    { name: 'podman', version: '4.3.1', profile: 'common-0.49' },
    { name: 'podman', version: '5.7.1', profile: 'common-0.63' },
    { name: 'containerd', version: '2.1.9', profile: 'containerd-2.1.0' },
    { name: 'containerd', version: '2.3.0', profile: 'containerd-2.2.0' },
    { name: 'crio', version: '1.30.5', profile: 'crio-1.25' },
  ] as const)('$name $version has the profile $profile', ({ name, version, profile }) => {
    expect(at(ENGINES[name], version).seccomp?.profile).toBe(profile);
  });

  test.for([
    { name: 'docker', version: '20.10.13', inheritable: 'bounding' },
    { name: 'docker', version: '20.10.14', inheritable: 'empty' },
    { name: 'containerd', version: '1.6.1', inheritable: 'bounding' },
    { name: 'containerd', version: '1.6.2', inheritable: 'empty' },
  ] as const)('$name $version fills the inheritable set: $inheritable', ({ name, version, inheritable }) => {
    expect(at(ENGINES[name], version).capabilities?.inheritable).toBe(inheritable);
  });

  test('no-new-privileges is set by plain runtimes only', () => {
    const set = engines.filter((engine) => at(engine, engine.verifiedThrough).noNewPrivileges).map(({ name }) => name);
    expect(set.sort()).toEqual(['crun', 'runc']);
  });

  test('Docker asks for a time namespace from 29.5.0', () => {
    expect(at(ENGINES.docker, '29.4.3').namespaces?.time).toBe('host');
    expect(at(ENGINES.docker, '29.5.0').namespaces?.time).toBe('private-if-supported');
  });
});
