import { any, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-cpu-identity',
  title: 'Container sees model, microcode and open flaws of the host processors',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'one of the files',
        readsKernelFile('/proc/cpuinfo'),
        readsKernelFile('/sys/devices/system/cpu/vulnerabilities/spectre_v2'),
      ),
    ],
  ],
  probe: anyOf(
    hostStateRead('/proc/cpuinfo'),
    hostStateRead('/sys/devices/system/cpu/vulnerabilities/spectre_v2', 'same'),
  ),
  why: '/proc/cpuinfo and /sys/devices/system/cpu/vulnerabilities (drivers/base/cpu.c) tell which hardware flaws fit and which mitigations are missing.',
  fix: 'A sandbox with a kernel of its own shows less.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --read-only debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
