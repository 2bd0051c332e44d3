import { any, holds, hostSysctl, isHostRoot, mounted, sharedKernel, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, holdsCapability, hostHas, sharesKernel } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'bpffs-exposed',
  title: 'Container reaches the pinned BPF objects of host agents',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        covers: ['/sys/fs/bpf'],
        fileSystems: ['bpf'],
        title: 'the BPF file system of the host is mounted',
      }),
      isHostRoot,
      sharedKernel,
      syscall('bpf'),
      any(
        'may use objects of others',
        holds('BPF'),
        holds('SYS_ADMIN'),
        hostSysctl('kernel.unprivileged_bpf_disabled', { is: 0 }),
      ),
    ],
  ],
  probe: allOf(
    sharesKernel,
    sees({ covers: ['/sys/fs/bpf'], fileSystems: ['bpf'], as: 'root' }),
    passesFilter('bpf'),
    anyOf(
      holdsCapability('BPF'),
      holdsCapability('SYS_ADMIN'),
      hostHas(hostSysctl('kernel.unprivileged_bpf_disabled', { is: 0 })),
    ),
  ),
  why: 'Maps and programs that network and security agents pin in /sys/fs/bpf are opened by path and mode (bpf_obj_do_get(), kernel/bpf/inode.c); whoever changes their maps changes policy for the node. A mount of one’s own is empty, so only the host’s own directory counts.',
  fix: 'Mount /sys/fs/bpf into the agent that owns it alone; a directory per agent.',
  refs: {
    attack: ['T1611', 'T1562'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:hostPathVolumes'],
    cwe: ['CWE-732'],
    papers: ['ebpf-cross'],
    docs: ['bpf(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    {
      docker: 'run -v /sys/fs/bpf:/sys/fs/bpf debian',
      host: 'sysctls: { kernel.unprivileged_bpf_disabled: 2 }',
      verdict: 'blocked',
      depth: 2,
    },
    { docker: 'run -v /sys/fs/bpf:/sys/fs/bpf --cap-add BPF debian', verdict: 'open' },
    { docker: 'run -v /sys/fs/bpf:/sys/fs/bpf --privileged debian', verdict: 'open' },
  ],
});
