import { kernelConfig, readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-slab-statistics',
  title: 'Container can read the kernel object caches of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsRootFile('/proc/slabinfo'), kernelConfig('SLUB_DEBUG', { usually: 'passes' })]],
  probe: allOf(hostFileRead('/proc/slabinfo'), hostHas(kernelConfig('SLUB_DEBUG', { usually: 'passes' }))),
  why: 'slabinfo is mode 0400 and no engine masks it, so root of a container without a user namespace reads counts of every kernel object of the machine (mm/slab_common.c), which guide heap exploits and count neighbours’ processes.',
  fix: 'Mask /proc/slabinfo; give the container a user namespace or another user.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { SLUB_DEBUG: "n" }', verdict: 'blocked', depth: 1 },
  ],
});
