import { host, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-cpu-frequency',
  title: 'Container follows the clock of the host processors',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      readsKernelFile('/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq'),
      host('host.fact.cpufreq', { isNot: false }, { usually: 'passes', title: 'the host scales its processors' }),
    ],
  ],
  probe: allOf(
    hostStateRead('/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq'),
    hostHas(
      host('host.fact.cpufreq', { isNot: false }, { usually: 'passes', title: 'the host scales its processors' }),
    ),
  ),
  why: 'scaling_cur_freq (drivers/cpufreq/cpufreq.c) is world-readable; traces of it identify the program that a neighbour runs in less than a minute, in containers and in other sandboxes alike.',
  fix: 'Mask /sys/devices/system/cpu/cpu*/cpufreq, fix the frequency, or hide it in a virtual machine.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks', 'arxiv-2404.10715'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --read-only debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { cpufreq: false }', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
