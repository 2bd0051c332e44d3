import { kernelConfig, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-kernel-configuration',
  title: 'Container sees the build configuration of the host kernel',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/config.gz'), kernelConfig('IKCONFIG_PROC')]],
  probe: allOf(hostStateRead('/proc/config.gz', 'same'), hostHas(kernelConfig('IKCONFIG_PROC'))),
  why: 'Where CONFIG_IKCONFIG_PROC is on, /proc/config.gz (kernel/configs.c) tells every feature and hardening of the kernel, the first thing to know before choosing a flaw.',
  fix: 'Mask the file, or build without CONFIG_IKCONFIG_PROC.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'unknown' },
    {
      docker: 'run --user 1000 --cap-drop ALL --security-opt no-new-privileges debian',
      host: 'kernel-config: { IKCONFIG_PROC: "m" }',
      verdict: 'open',
    },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { IKCONFIG_PROC: "n" }', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
