import { becomesRoot, initialUserNamespace, isHostRoot, kernelConfig, mounted, mounts } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { mountsOfHost } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'binfmt-misc-writable',
  title: 'Container can register interpreters for programs of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [mounts, initialUserNamespace, becomesRoot, kernelConfig('BINFMT_MISC', { usually: 'passes' })],
    [
      mounted({
        types: ['bind'],
        covers: ['/proc/sys/fs/binfmt_misc'],
        fileSystems: ['binfmt_misc'],
        writable: true,
        title: 'the binfmt_misc of the host is mounted',
      }),
      isHostRoot,
      kernelConfig('BINFMT_MISC', { usually: 'passes' }),
    ],
  ],
  probe: anyOf(
    mountsOfHost('BINFMT_MISC'),
    sees({ covers: ['/proc/sys/fs/binfmt_misc'], fileSystems: ['binfmt_misc'], writable: true, as: 'root' }),
  ),
  why: 'bm_register_write() (fs/binfmt_misc.c) takes an interpreter for all programs with given first bytes; with the F flag it is opened at once, from the container’s files, and with C it runs with the rights of the program. There was one registry before 6.7; since then each user namespace has its own, and the host’s is that of the initial one. Emulator installers need exactly this.',
  fix: 'Register emulators on the host or from a trusted image once; do not run privileged, do not mount procfs of the host writable.',
  refs: {
    attack: ['T1611', 'T1546'],
    cisDocker: ['5.4', '5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:privileged'],
    cwe: ['CWE-732'],
    docs: ['Documentation/admin-guide/binfmt-misc.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run -v /proc/sys/fs/binfmt_misc:/proc/sys/fs/binfmt_misc debian', verdict: 'open' },
    { docker: 'run -v /proc/sys/fs/binfmt_misc:/mnt:ro debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
