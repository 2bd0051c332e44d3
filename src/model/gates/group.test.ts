import { expect, test } from 'vitest';
import { Posture, type Statement } from '../../posture/index.ts';
import { hostGroup } from './group.ts';

const NAMES = ['docker', 'root'];
const HOST = { 'host.fact.groups': ['root:0', 'docker:999'] };
const PRIVATE = { 'namespace.user': 'private' } as const;
const map = (inside: number, outside: number, size: number) => ({
  'user-namespace.gid-map': [{ inside, outside, size }],
});

test.each<readonly [string, Statement['facts'], 'passes' | 'closed' | 'unknown']>([
  ['a supplementary group', { 'process.gid': 5, 'process.groups': [999], ...HOST }, 'passes'],
  ['the first group', { 'process.gid': 999, ...HOST }, 'passes'],
  ['a group asked for by number', { 'process.gid': 5, 'request.group.999': true, ...HOST }, 'passes'],
  ['group 0', { 'process.gid': 0 }, 'passes'],
  ['a supplementary group 0', { 'process.gid': 1000, 'process.groups': [0] }, 'passes'],
  ['another number of the host', { 'process.gid': 5, 'process.groups': [998], ...HOST }, 'closed'],
  ['a number on a host that is not described', { 'process.gid': 5, 'process.groups': [999] }, 'unknown'],
  ['0 inside, another outside', { 'process.gid': 0, ...PRIVATE, ...map(0, 100_000, 65_536), ...HOST }, 'closed'],
  ['mapped to it', { 'process.gid': 5, ...PRIVATE, ...map(5, 999, 1), ...HOST }, 'passes'],
  ['not mapped', { 'process.gid': 5, 'process.groups': [999], ...PRIVATE, ...map(5, 100_000, 1), ...HOST }, 'closed'],
  ['a private namespace without a map', { 'process.gid': 0, 'process.groups': [999], ...PRIVATE, ...HOST }, 'closed'],
  ['a rootless engine', { 'process.gid': 0, 'engine.rootless': true, ...HOST }, 'closed'],
  ['a pod, whose volumes have mapped ids', { 'process.gid': 0, 'kubernetes.kind': 'Pod', ...PRIVATE }, 'passes'],
  ['a user of the image', { 'process.gid': 1000 }, 'closed'],
])('%s: %j', (_, facts, expected) => {
  const posture = new Posture([{ phase: 'create', source: { kind: 'observed', from: 'a test' }, facts }]);
  expect(hostGroup.evaluate({ names: NAMES }, posture).result).toBe(expected);
});
