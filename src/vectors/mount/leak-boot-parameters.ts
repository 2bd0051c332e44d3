import { readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-boot-parameters',
  title: 'Container sees the boot parameters of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/cmdline')]],
  probe: hostStateRead('/proc/cmdline', 'same'),
  why: 'cmdline_proc_show() (fs/proc/cmdline.c) shows the command line of the machine, with its disks, its mitigations, and whatever secret someone put there.',
  fix: 'Keep secrets out of boot parameters; mask the file; or a sandbox with a kernel of its own.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  aliases: ['leak-kernel-cpu-identity'],
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
