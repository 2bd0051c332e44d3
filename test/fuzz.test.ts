import { describe, expect, test } from 'vitest';
import { faultOf, fuzzReader, TARGETS } from '../scripts/fuzz.ts';
import { CofferdamError } from '../src/posture/index.ts';

/** A short run of `npm run fuzz`; docs/fuzzing.md tells of the long one. */
test.for(Object.keys(TARGETS))('%s takes whatever comes', { timeout: 60_000 }, (reader) => {
  expect(fuzzReader(reader, 200, 20).failures).toEqual([]);
});

describe('the harness sees', () => {
  const nothing = { subjects: [], problems: [], skipped: [] };
  test('what is thrown', () => {
    const read = () => {
      throw new RangeError('too much');
    };
    expect(faultOf({ read, path: 'x' }, '')).toMatch(/RangeError: too much/);
  });
  test('a place outside the text', () => {
    const problem = (line: number, column: number) => new CofferdamError('a', 'b', 'c', { path: 'x', line, column });
    const faultAt = (line: number, column: number) =>
      faultOf({ read: () => ({ ...nothing, problems: [problem(line, column)] }), path: 'x' }, 'ab\n');
    expect([faultAt(1, 3), faultAt(2, 1), faultAt(1, 4), faultAt(3, 1)]).toEqual([
      undefined,
      undefined,
      'a column outside the line',
      'a line behind the text',
    ]);
  });
  test('a fact that nobody knows', () => {
    const source = { kind: 'default', engine: 'x', cite: 'y' } as const;
    const facts = { 'no.such.fact': true } as object;
    const layers = [{ phase: 'request' as const, statements: [{ phase: 'request' as const, source, facts }] }];
    const subject = {
      id: 'a',
      kind: 'workload',
      name: 'a',
      artifact: 'compose',
      place: { path: 'x' },
      layers,
      suppressions: [],
    } as const;
    expect(faultOf({ read: () => ({ ...nothing, subjects: [subject] as never }), path: 'x' }, '')).toBe(
      'no such fact: no.such',
    );
  });
});

/** What the fuzzer found once, shrunk. */
describe('found before and mended', () => {
  const digits = '9'.repeat(60);
  test.for([
    ['docker-run', `--ulimit nofile=${digits} a`],
    ['docker-run', '--tmpfs /t:size=9007199254740993m a'],
    ['podman-run', `--uidmap 0:${digits} a`],
    ['podman-run', '--uidmap 0:9007199254740993 a'],
    ['podman-run', '--secret ,type=env, a'],
    ['podman-run', "--group-add '' a"],
    ['oci', '{"process":{"user":{"uid":-1}}}'],
    ['oci', '{"linux":{"namespaces":[{"type":"user"}],"uidMappings":[{"hostID":-1}]}}'],
    ['oci', '{"linux":{"devices":[{"path":"/dev/a","type":"c","major":-1,"minor":0}]}}'],
    ['oci', '{h:[\r'],
    ['kubernetes', '{apiVersion: v1, kind: Pod, spec: {securityContext: {runAsUser: -1}, containers: [{name: a}]}}'],
    ['compose', 'services:\n a:\n  image: x\n  environment: ["=1"]\n'],
    ['host-profile', 'parameters: {"": f}\nkernel-config: {"": n}\n'],
    ['host-profile', 'engine: {rootless: constructor}\n'],
  ] as const)('%s: %s', ([reader, text]) => {
    const target = TARGETS[reader];
    expect(target && faultOf(target, text)).toBeUndefined();
  });
});
