import { kernelConfig, readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-page-flags',
  title: 'Container can read the state of every physical page of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsRootFile('/proc/kpageflags'), kernelConfig('PROC_PAGE_MONITOR', { usually: 'passes' })]],
  probe: allOf(hostFileRead('/proc/kpageflags'), hostHas(kernelConfig('PROC_PAGE_MONITOR', { usually: 'passes' }))),
  why: 'kpageflags and kpagecount (fs/proc/page.c) ask for mode 0400 only and are not masked: root of a container without a user namespace sees for each page frame of the machine what it is used for and how often it is mapped.',
  fix: 'Mask /proc/kpageflags, kpagecount and kpagecgroup; give the container a user namespace or another user.',
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
    { docker: 'run debian', host: 'kernel-config: { PROC_PAGE_MONITOR: "n" }', verdict: 'blocked', depth: 1 },
  ],
});
