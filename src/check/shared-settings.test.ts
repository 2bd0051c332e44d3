import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assembleWhole } from '../engines/assemble.ts';
import { type EngineName, loadEngine, type Surroundings, usualChoice } from '../engines/index.ts';
import { Posture, type StatedSource, type Statement, Unknown } from '../posture/index.ts';
import type { Subject } from '../readers/subject.ts';
import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import { findingsOf } from './finding.ts';
import { Assessment, Assessor, compileCatalogue, postureOf } from './index.ts';

const catalogue = compileCatalogue(CATALOGUE);

const bind = (source: string, readonly: boolean) =>
  ({ type: 'bind', source, readonly, nosuid: false, nodev: false }) as const;

/** What one line of an artifact may contribute: settings, particulars, and both at once. */
const FACTS: readonly Statement['facts'][] = [
  { 'request.privileged': true },
  { 'request.privileged': false },
  { 'request.privileged': new Unknown('a variable that is not set') },
  { 'request.user': '0' },
  { 'request.user': '1000:1000' },
  { 'request.user': 'node' },
  { 'request.run-as-non-root': true },
  { 'request.capability.ALL': 'drop' },
  { 'request.capability.ALL': 'add' },
  { 'request.capability.SYS_ADMIN': 'add' },
  { 'request.capability.NET_RAW': 'drop', 'request.capability.CHOWN': 'drop' },
  { 'request.capability.DAC_READ_SEARCH': 'add' },
  { 'request.seccomp': { kind: 'unconfined' } },
  { 'request.seccomp': { kind: 'runtime-default' } },
  { 'request.apparmor': 'unconfined' },
  { 'request.no-new-privileges': true },
  { 'request.user-namespace': 'host' },
  { 'request.system-paths-unmasked': true, 'mount./data': bind('/srv/data', false) },
  { 'request.network': 'host' },
  { 'request.runtime': 'runsc' },
  { 'request.device-rule.c 10:* rwm': { allow: true, type: 'c', major: 10, access: 'rwm' } },
  { 'namespace.pid': 'host' },
  { 'namespace.ipc': 'host', 'env.SHARES': 'ipc' },
  { 'device./dev/sda': { type: 'b', major: 8, minor: 0, hostPath: '/dev/sda', access: 'rwm' } },
  { 'rootfs.readonly': true },
  { 'limit.pids': 100 },
  { 'limit.memory': 'none', 'kubernetes.kind': 'Pod' },
  { 'mount./': bind('/', true) },
  { 'mount./dev/shm': bind('/srv/shm', false) },
  { 'mount./docker-data': bind('/var/lib/docker/volumes', false) },
  { 'mount./var/run/docker.sock': bind('/var/run/docker.sock', false) },
  { 'mount./proc/sys': bind('/proc/sys', false) },
  { 'mount./sys': { type: 'sysfs', source: 'sysfs', readonly: false } },
  { 'env.DB_PASSWORD': 'secret' },
  { 'image.reference': 'alpine:latest', 'image.tag': 'latest', 'image.digest': 'none' },
  { 'process.argv': ['sshd', '-D'] },
  { 'rbac.*': 'none' },
  { 'rbac.create pods/exec': 'cluster' },
  { 'kubernetes.service-account-token': true },
];

/** One for all, as a run has them: what stands on the same surroundings is folded once. */
const SURROUNDINGS = {
  daemon: [
    {
      phase: 'host',
      source: { kind: 'stated', path: 'daemon.json', line: 2, column: 3, text: 'data-root' },
      facts: { 'daemon.data-root': '/srv/data' },
    },
  ],
} as const satisfies Surroundings;

/** Line 0 stands for one source that several statements share, line 1 for one place at which several sources stand. */
const line = fc.record({ facts: fc.constantFrom(...FACTS), line: fc.nat({ max: 30 }) });
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

function statementsOf(lines: readonly Line[], path: string): Statement[] {
  const source = (at: number, text: string): StatedSource => ({ kind: 'stated', path, line: at, column: 1, text });
  const together = source(0, 'all at once');
  return lines.map(({ facts, line }) => ({
    phase: 'request',
    source: line === 0 ? together : source(line, line === 1 ? 'the same' : Object.keys(facts).join()),
    facts,
  }));
}

const subject = (statements: readonly Statement[]): Subject => ({
  id: 'x',
  kind: 'workload',
  name: 'x',
  artifact: 'docker-run',
  place: { path: 'x', line: 1, column: 1 },
  layers: [{ phase: 'request', statements }],
  suppressions: [],
});

/** Whole findings as they are written: with lines, trees and fixes, in their order. */
const told = (of: Subject, assessment: Assessment): readonly string[] =>
  findingsOf(of, assessment, catalogue).map((finding) => JSON.stringify(finding));

/** The same statements at other places: other files and lines, not other values. */
const fleet = fc
  .array(fc.array(line, { maxLength: 9 }), { minLength: 1, maxLength: 3 })
  .map((kinds) => [...kinds, ...kinds].map((lines, i) => statementsOf(lines, `f${i}`)));

describe('what is worked out for shared settings', () => {
  test.each(['docker', 'kubernetes', 'podman'] as const)(
    'is what each container has alone: %s',
    async (name: EngineName) => {
      const engine = await loadEngine([usualChoice(name)]);
      const assessor = new Assessor(catalogue);
      fc.assert(
        fc.property(fleet, (containers) => {
          for (const statements of containers) {
            const own = subject(statements);
            const posture = postureOf(own, engine, SURROUNDINGS);
            const shared = assessor.assess(posture);
            const alone = assembleWhole(statements, engine, SURROUNDINGS);
            const expected = told(own, new Assessment(catalogue, new Posture(alone.statements)));
            expect(told(own, shared).filter((finding, i) => finding !== expected[i])).toEqual([]);
            expect(expected.length).toBeGreaterThan(200);
          }
        }),
        { numRuns: Number(process.env.RUNS ?? 8) },
      );
    },
    300_000,
  );

  test('is found again by values alone', async () => {
    const engine = await loadEngine([usualChoice('docker')]);
    const [a, b, c] = [
      [
        { facts: { 'request.user': '1000' }, line: 3 },
        { facts: { 'env.A': '1' }, line: 4 },
      ],
      [
        { facts: { 'request.user': '1000' }, line: 7 },
        { facts: { 'env.B': '2' }, line: 9 },
      ],
      [
        { facts: { 'request.user': '1001' }, line: 3 },
        { facts: { 'env.A': '1' }, line: 4 },
      ],
    ].map((lines, i) => postureOf(subject(statementsOf(lines as Line[], `f${i}`)), engine, {})) as [
      Posture,
      Posture,
      Posture,
    ];
    expect(a.base).toBe(b.base);
    expect(a.base).not.toBe(c.base);
    expect(b.get('process.uid')?.source).toMatchObject({ path: 'f1', line: 7 });
    expect(b.get('process.uid')?.source).toBe(b.statements.find(({ facts }) => facts['request.user'])?.source);
  });
});
