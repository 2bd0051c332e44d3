import { fact, remounts } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { writesRootfs } from '../probe-places.ts';

export default defineVector({
  id: 'rootfs-writable',
  title: 'Container can change its own programs',
  mechanism: 'mount',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'T',
  appliesTo: ['workload'],
  routes: [
    [fact('rootfs.readonly', { isNot: true }, 'mount', { set: true, title: 'the root file system is writable' })],
    [remounts],
  ],
  probe: writesRootfs,
  why: 'On a writable root an intruder installs tools, changes programs and leaves files that stay until the container is removed. Where it is read-only the layer refuses with EROFS (mnt_want_write(), fs/namespace.c), until CAP_SYS_ADMIN takes the flag away: runtimes set it on the mount, not on the file system.',
  fix: 'Read-only root with tmpfs for scratch paths.',
  refs: { attack: ['T1554'], cisDocker: ['5.13'], nist800190: ['3.4.3'], owaspDocker: ['D09', 'R8'], cwe: ['CWE-732'] },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --read-only debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --read-only --cap-add SYS_ADMIN debian',
      host: '{ lsm: [apparmor], kernel: 6.12.0 }',
      verdict: 'open',
    },
    {
      docker: 'run --read-only --cap-add SYS_ADMIN debian',
      host: '{ lsm: [capability], kernel: 6.12.0 }',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'open',
    },
    {
      docker: 'run --read-only --user 1000 --cap-add SYS_ADMIN --security-opt no-new-privileges debian',
      verdict: 'blocked',
    },
    {
      compose: `services:
  a: { image: debian, read_only: true }
`,
      verdict: 'blocked',
    },
  ],
});
