import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-perf-unrestricted',
  title: 'The host lets everybody measure the kernel with perf events',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'information',
  severity: 'low',
  stride: 'IE',
  appliesTo: ['host'],
  routes: [[hostSysctl('kernel.perf_event_paranoid', { below: 2 })]],
  why: 'Below 2, perf_event_open() (kernel/events/core.c, perf_allow_kernel()) lets unprivileged processes sample kernel code, which gives addresses and timing of what others do; the subsystem had several flaws that ended in root.',
  fix: 'kernel.perf_event_paranoid=2 or higher (3 and 4 are of Debian, Ubuntu and Android).',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-200'],
    docs: ['perf_event_open(2)'],
  },
  examples: [
    { hostProfile: 'sysctls: { kernel.perf_event_paranoid: -1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.perf_event_paranoid: 1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.perf_event_paranoid: 2 }', verdict: 'blocked', depth: 1 },
  ],
});
