import { writesKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'fs-sysctls-writable',
  title: 'Container can change the file system settings of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [[writesKernelFile('/proc/sys/fs/suid_dumpable')]],
  probe: hostFileWritten('/proc/sys/fs/suid_dumpable'),
  why: 'fs.suid_dumpable, fs.protected_symlinks, fs.protected_hardlinks and fs.file-max hold for the host; switching the protections off opens races in programs of the host’s root, suid_dumpable makes set-user-id programs leave core files.',
  fix: 'Keep /proc/sys read-only.',
  refs: {
    attack: ['T1611', 'T1499'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    docs: ['proc_sys_fs(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian', verdict: 'open' },
    {
      docker: 'run --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
