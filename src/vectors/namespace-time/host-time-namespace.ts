import { any, fact, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, shares, sharesKernel } from '../probe.ts';

export default defineVector({
  id: 'host-time-namespace',
  title: 'Container can tell since when the host runs',
  mechanism: 'namespace-time',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      any(
        'its clocks are those of the host',
        fact('namespace.time', { is: 'host' }, 'namespace-time', {
          absent: 'passes',
          title: "uses the host's time namespace",
        }),
        fact('host.fact.time-offsets', { isNot: true }, 'namespace-time', {
          absent: 'passes',
          title: 'its time namespace has no offsets',
        }),
      ),
    ],
  ],
  probe: allOf(
    sharesKernel,
    anyOf(
      shares('time'),
      says('/proc/{pid}/timens_offsets', {
        matches: '^monotonic +0 +0\\n^boottime +0 +0',
        outside: true,
        mechanism: 'namespace-time',
      }),
    ),
  ),
  why: 'CLOCK_BOOTTIME, CLOCK_MONOTONIC and /proc/uptime count from the boot of the host unless a time namespace (5.6) shifts them, and the namespace that engines make has no offsets. The value identifies the machine, so containers can tell that they are neighbours.',
  fix: 'Where co-residence matters, set offsets (timeOffsets of the OCI runtime specification).',
  refs: { attack: ['T1082'], cwe: ['CWE-497'], docs: ['time_namespaces(7)'], papers: ['containerleaks'] },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', engine: 'docker@28', verdict: 'open' },
  ],
});
