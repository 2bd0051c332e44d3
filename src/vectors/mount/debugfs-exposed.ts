import {
  becomesRoot,
  host,
  initialUserNamespace,
  isHostRoot,
  kernelConfig,
  mounted,
  mounts,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, sharesKernel } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { mountsOfHost } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'debugfs-exposed',
  title: 'Container reaches the debug file system of the host kernel',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      mounts,
      initialUserNamespace,
      becomesRoot,
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
      kernelConfig('DEBUG_FS', { usually: 'passes' }),
    ],
    [
      mounted({
        types: ['bind'],
        covers: ['/sys/kernel/debug'],
        fileSystems: ['debugfs'],
        title: 'the debugfs of the host is mounted',
      }),
      isHostRoot,
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
      kernelConfig('DEBUG_FS', { usually: 'passes' }),
    ],
  ],
  probe: anyOf(
    mountsOfHost('DEBUG_FS'),
    allOf(sharesKernel, sees({ covers: ['/sys/kernel/debug'], fileSystems: ['debugfs'], as: 'root' })),
  ),
  why: 'debugfs carries raw state and switches of drivers, many of them never meant for other than developers; root of the host passes by mode (0700) and debugfs_locked_down() (fs/debugfs/file.c) is the only further check. It mounts in the initial user namespace only.',
  fix: 'Do not mount it, drop CAP_SYS_ADMIN; give tracing agents their own pod.',
  refs: {
    attack: ['T1611', 'T1082'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:hostPathVolumes'],
    cwe: ['CWE-732'],
    docs: ['Documentation/filesystems/debugfs.rst'],
  },
  aliases: ['debug-filesystems-exposed'],
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /sys/kernel/debug:/sys/kernel/debug debian', verdict: 'open' },
    {
      docker: 'run -v /sys/kernel/debug:/sys/kernel/debug debian',
      host: 'lockdown: integrity',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run -v /sys/kernel/debug:/sys/kernel/debug debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged debian', verdict: 'open' },
  ],
});
