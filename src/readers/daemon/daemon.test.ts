import { describe, expect, it, test } from 'vitest';
import { Posture, Unknown } from '../../posture/index.ts';
import type { ReadOptions } from '../subject.ts';
import { readDaemon } from './index.ts';

const OPTIONS: ReadOptions = { read: () => new Unknown('no file'), exists: () => false, environment: {} };
const read = (value: unknown, path = 'daemon.json') =>
  readDaemon(typeof value === 'string' ? value : JSON.stringify(value), path, OPTIONS);
const posture = (value: unknown) => Posture.fold(read(value).subjects[0]?.layers ?? []);

describe('daemon.json', () => {
  test.for([
    { config: { icc: false }, key: 'daemon.icc', value: false },
    { config: { 'userns-remap': 'default' }, key: 'daemon.userns-remap', value: 'default' },
    { config: { hosts: ['fd://', 'tcp://0.0.0.0:2375'] }, key: 'daemon.hosts', value: ['fd://', 'tcp://0.0.0.0:2375'] },
    {
      config: { 'default-ulimits': { nofile: { Name: 'nofile', Hard: 64, Soft: 32 } } },
      key: 'daemon.default-ulimits',
      value: { nofile: { Name: 'nofile', Hard: 64, Soft: 32 } },
    },
    {
      config: { runtimes: { kata: { path: '/usr/bin/kata' } } },
      key: 'daemon.runtimes',
      value: { kata: { path: '/usr/bin/kata' } },
    },
    { config: { 'max-concurrent-downloads': 3 }, key: 'daemon.max-concurrent-downloads', value: 3 },
    { config: { proxies: { 'http-proxy': 'http://p' } }, key: 'daemon.http-proxy', value: 'http://p' },
    { config: { 'log-opts': { 'max-size': '10m' } }, key: 'daemon.log-opts', value: { 'max-size': '10m' } },
    {
      config: { 'default-address-pools': [{ base: '10.0.0.0/8', size: 24 }] },
      key: 'daemon.default-address-pools',
      value: ['{"base":"10.0.0.0/8","size":24}'],
    },
  ] as const)('$key', ({ config, key, value }) => {
    expect(posture(config).get(key)).toMatchObject({
      value,
      phase: 'host',
      source: { kind: 'stated', path: 'daemon.json' },
    });
  });

  it('is an engine', () => {
    expect(read({ icc: true }).subjects).toMatchObject([
      { id: 'daemon.json', kind: 'engine', artifact: 'daemon-json', engine: 'docker' },
    ]);
  });

  it('names an unknown key, as dockerd refuses it', () => {
    expect(read({ 'no-new-privilege': true }).problems).toMatchObject([
      { code: 'unknown-key', hint: 'did you mean `no-new-privileges`? dockerd refuses to start with an unknown key' },
    ]);
  });

  it('names a key that later releases refuse', () => {
    expect(read({ graph: '/data' }).problems).toMatchObject([{ code: 'removed-key' }]);
  });

  test.for([
    { config: { icc: 'false' }, key: 'daemon.icc' },
    { config: { hosts: 'tcp://0.0.0.0:2375' }, key: 'daemon.hosts' },
    { config: { runtimes: [] }, key: 'daemon.runtimes' },
  ] as const)('$key of the wrong type is unknown', ({ config, key }) => {
    const result = read(config);
    expect(result.problems).toMatchObject([{ code: 'wrong-type' }]);
    expect(Posture.fold(result.subjects[0]?.layers ?? []).get(key)?.value).toBeInstanceOf(Unknown);
  });

  test.for([
    { when: 'empty', text: ' \n', problems: [] },
    { when: 'no object', text: '[]', problems: [{ code: 'wrong-type' }] },
    { when: 'a comment', text: '{\n// hosts\n"icc": true}', problems: [{ code: 'json-syntax', at: { line: 2 } }] },
    { when: 'a trailing comma', text: '{"hosts": [],\n"icc": true,\n}', problems: [{ code: 'json-syntax' }] },
    { when: 'aliases', text: 'a: &a [x,x]\nruntimes: [*a,*a]', problems: [{ code: 'json-syntax', at: { line: 1 } }] },
  ])('$when', ({ text, problems }) => {
    expect(read(text).problems).toMatchObject(problems);
  });
});

describe('KubeletConfiguration', () => {
  const yaml = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: { enabled: true }
readOnlyPort: 10255
seccompDefault: true
allowedUnsafeSysctls: ["net.*"]
`;
  const subject = read(yaml, 'kubelet.yaml').subjects[0];
  const seen = Posture.fold(subject?.layers ?? []);

  it('is an engine of Kubernetes', () => {
    expect(subject).toMatchObject({
      id: 'kubelet.yaml#KubeletConfiguration',
      kind: 'engine',
      name: 'kubelet',
      engine: 'kubernetes',
    });
  });

  test.for([
    ['cluster.kubelet.authentication.anonymous.enabled', true],
    ['cluster.kubelet.readOnlyPort', 10255],
    ['cluster.kubelet.seccompDefault', true],
    ['cluster.kubelet.allowedUnsafeSysctls', ['net.*']],
  ] as const)('%s', ([key, value]) => {
    expect(seen.get(key)?.value).toEqual(value);
  });

  it('stays small where aliases make the text large', () => {
    const levels = Array.from({ length: 20 }, (_, i) => `l${i + 1}: &l${i + 1} { a: *l${i}, b: *l${i}, c: *l${i} }`);
    const result = read(['kind: KubeletConfiguration', 'l0: &l0 { x: 1 }', ...levels].join('\n'), 'k.yaml');
    expect(result.problems).toMatchObject([{ code: 'too-large' }]);
    const empty = ['kind: KubeletConfiguration', 'l0: &l0 {}', ...levels].join('\n');
    expect(read(empty, 'k.yaml').problems).toMatchObject([{ code: 'too-large' }]);
  });
});
