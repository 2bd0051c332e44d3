import { readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-storage-paths',
  title: 'Container sees the paths of its layers and volumes on the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/self/mountinfo')]],
  probe: hostFileRead('/proc/self/mountinfo'),
  why: 'show_mountinfo() (fs/proc_namespace.c) prints options of overlayfs with lowerdir and upperdir, and roots of bind mounts, as the host knows them. A write elsewhere on the host, or core_pattern, needs exactly such a path.',
  fix: 'Nothing to configure; a sandbox with a kernel of its own, or an idmapped image store with unspeaking names.',
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
