import { any, kernelConfig, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-node-memory',
  title: 'Container sees the memory statistics of each NUMA node',
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
        readsKernelFile('/sys/devices/system/node/node0/vmstat'),
        readsKernelFile('/sys/devices/system/node/node0/numastat'),
      ),
      kernelConfig('NUMA', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    anyOf(
      hostStateRead('/sys/devices/system/node/node0/vmstat'),
      hostStateRead('/sys/devices/system/node/node0/numastat'),
    ),
    hostHas(kernelConfig('NUMA', { usually: 'passes' })),
  ),
  why: 'sysfs shows allocation counters per memory node (drivers/base/node.c) for everybody; placement of neighbours follows from them.',
  fix: 'Mask /sys/devices/system/node, or a sandbox with a kernel of its own.',
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
    { docker: 'run debian', host: 'kernel-config: { NUMA: "n" }', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
