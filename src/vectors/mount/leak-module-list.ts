import { kernelConfig, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-module-list',
  title: 'Container sees which modules the host has loaded',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/modules'), kernelConfig('MODULES', { usually: 'passes' })]],
  probe: allOf(hostStateRead('/proc/modules', 'same'), hostHas(kernelConfig('MODULES', { usually: 'passes' }))),
  why: '/proc/modules lists all modules for everybody (kernel/module/procfs.c; addresses are hidden), which tells hardware, security agents and reachable kernel code.',
  fix: 'Mask the file, or a sandbox with a kernel of its own.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  aliases: ['leak-kernel-tables'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --read-only debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { MODULES: "n" }', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
