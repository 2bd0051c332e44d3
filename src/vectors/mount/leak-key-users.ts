import { kernelConfig, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-key-users',
  title: 'Container sees which users of its user namespace hold kernel keys',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/key-users'), kernelConfig('KEYS', { usually: 'passes' })]],
  probe: allOf(hostFileRead('/proc/key-users'), hostHas(kernelConfig('KEYS', { usually: 'passes' }))),
  why: 'proc_key_users_show() (security/keys/proc.c) lists key counts for every uid that the reader’s user namespace maps; the file stands beside the masked /proc/keys and is not masked.',
  fix: 'Mask /proc/key-users; give the container a user namespace.',
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
    { docker: 'run debian', host: 'kernel-config: { KEYS: "n" }', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
