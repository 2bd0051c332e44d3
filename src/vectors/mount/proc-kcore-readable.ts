import { capable, host, kernelConfig, readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { capableOnHost } from '../probe-questions.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-kcore-readable',
  title: 'Container can read the memory of the host kernel through /proc/kcore',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      readsRootFile('/proc/kcore'),
      capable('SYS_RAWIO'),
      host('host.lockdown', { isNot: 'confidentiality' }, { usually: 'passes' }),
      kernelConfig('PROC_KCORE', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    hostFileRead('/proc/kcore'),
    capableOnHost('SYS_RAWIO'),
    hostHas(host('host.lockdown', { isNot: 'confidentiality' }, { usually: 'passes' })),
    hostHas(kernelConfig('PROC_KCORE', { usually: 'passes' })),
  ),
  why: 'The image of kernel memory holds keys and page cache of every container. open_kcore() (fs/proc/kcore.c) asks capable(CAP_SYS_RAWIO) in the initial user namespace and lockdown (confidentiality), besides the mode 0400.',
  fix: 'Keep the mask, drop CAP_SYS_RAWIO.',
  refs: {
    attack: ['T1005', 'T1611'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-497'],
    docs: ['proc_kcore(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_RAWIO debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --cap-add SYS_RAWIO --security-opt systempaths=unconfined debian',
      host: 'lsm: [apparmor]',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --cap-add SYS_RAWIO --security-opt systempaths=unconfined debian',
      host: 'lsm: [capability]',
      verdict: 'open',
    },
    { docker: 'run --privileged debian', host: 'lockdown: confidentiality', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /proc:/host/proc:ro debian', verdict: 'blocked', depth: 1 },
  ],
});
