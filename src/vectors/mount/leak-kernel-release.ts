import { readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-kernel-release',
  title: 'Container sees the exact release and build of the host kernel',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/version')]],
  probe: hostStateRead('/proc/version', 'same'),
  why: 'version_proc_show() (fs/proc/version.c) and uname() answer with the host’s release; a UTS namespace changes host and domain name only.',
  fix: 'A sandbox with a kernel of its own; otherwise keep the kernel current.',
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
