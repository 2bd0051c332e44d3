import { initialUserNamespace, kernelConfig, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas, shares } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-keys-readable',
  title: 'Container sees kernel keys of other containers with its uid',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsKernelFile('/proc/keys'), initialUserNamespace, kernelConfig('KEYS', { usually: 'passes' })]],
  probe: allOf(
    hostFileRead('/proc/keys'),
    shares('user', 'kernel'),
    hostHas(kernelConfig('KEYS', { usually: 'passes' })),
  ),
  why: 'proc_keys_show() (security/keys/proc.c) lists every key that the reader may view and whose owner its user namespace maps; in the initial namespace that is all of its uid, whichever container made them. Descriptions name mounts, users and tickets.',
  fix: 'Keep the mask; give the container a user namespace.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-497'],
    docs: ['proc_keys(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt systempaths=unconfined debian', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged debian', verdict: 'open' },
  ],
});
