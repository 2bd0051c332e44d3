import { readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-machine-identity',
  title: 'Container can tell that another one runs on the same boot of the same host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/sys/kernel/random/boot_id')]],
  probe: hostStateRead('/proc/sys/kernel/random/boot_id', 'same'),
  why: 'boot_id is made once a boot (proc_do_uuid(), drivers/char/random.c) and belongs to no namespace, so that equal values prove co-residence to tenants who compare them.',
  fix: 'Mount a random file over boot_id, or a sandbox with a kernel of its own.',
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
