import { describe, expect, it, test } from 'vitest';
import { Posture, Unknown } from '../../posture/index.ts';
import { readHostProfile } from './index.ts';

const TEXT = `kind: HostProfile
name: builder
kernel: 6.1.0-23-amd64
arch: x86_64
cgroup: v2
lsm: [lockdown, yama, apparmor]
selinux: permissive
lockdown: integrity
sysctls:
  kernel.unprivileged_userns_clone: 0
  net/ipv4/ip_forward: "1"
kernel-config: { CONFIG_USER_NS: y, BPF_SYSCALL: n }
parameters: { mitigations: "off" }
modules: { nf-tables: loaded }
file-modes: { /run/docker.sock: "0666" }
vulnerabilities: { meltdown: Not affected }
facts: { smt-active: true, users: [a, b], cores: 8 }
engine: { name: docker, version: 29.4.1, rootless: false }
`;

const result = readHostProfile(TEXT, 'host.yaml');
const posture = Posture.fold(result.subjects[0]?.layers ?? []);

test.for([
  ['host.kernel', '6.1.0-23-amd64'],
  ['host.arch', 'x86_64'],
  ['host.cgroup', 'v2'],
  ['host.lsm', ['lockdown', 'yama', 'apparmor']],
  ['host.selinux-enforcing', false],
  ['host.lockdown', 'integrity'],
  ['host.sysctl.kernel.unprivileged_userns_clone', '0'],
  ['host.sysctl.net.ipv4.ip_forward', '1'],
  ['host.kernel-config.USER_NS', 'y'],
  ['host.kernel-config.BPF_SYSCALL', 'n'],
  ['host.kernel-parameter.mitigations', 'off'],
  ['host.module.nf_tables', 'loaded'],
  ['host.file-mode./run/docker.sock', '0666'],
  ['host.vulnerability.meltdown', 'Not affected'],
  ['host.fact.smt-active', true],
  ['host.fact.users', ['a', 'b']],
  ['host.fact.cores', 8],
  ['engine.version', '29.4.1'],
  ['engine.rootless', false],
] as const)('%s', ([key, value]) => {
  expect(posture.get(key)).toMatchObject({ value, phase: 'host', source: { kind: 'assumed', path: 'host.yaml' } });
});

it('is a host of the name given', () => {
  expect(result).toMatchObject({
    subjects: [{ id: 'host.yaml', kind: 'host', name: 'builder', artifact: 'host-profile' }],
    problems: [],
  });
});

describe('bad input', () => {
  test.for([
    { when: 'an unknown key', text: 'kernl: 6.1', code: 'unknown-key', hint: 'did you mean `kernel`?' },
    { when: 'no release', text: 'kernel: new', code: 'wrong-value', hint: /uname/ },
    { when: 'an unknown word', text: 'cgroup: v3', code: 'wrong-type', hint: /v1/ },
    { when: 'a list', text: '[]', code: 'wrong-type', hint: /mapping/ },
    { when: 'a fact without a name', text: 'facts: { "": true }', code: 'empty-name', hint: /name before the colon/ },
    { when: 'no YAML', text: 'a: [', code: 'yaml-syntax', hint: /syntax/ },
  ])('$when', ({ text, code, hint }) => {
    expect(readHostProfile(text, 'h.yaml').problems).toMatchObject([
      { code, hint: hint instanceof RegExp ? expect.stringMatching(hint) : hint },
    ]);
  });

  it('does not guess a release that cannot be read', () => {
    const seen = Posture.fold(readHostProfile('kernel: new', 'h.yaml').subjects[0]?.layers ?? []);
    expect(seen.get('host.kernel')?.value).toBeInstanceOf(Unknown);
  });
});
