import { call } from '../../kernel/index.ts';
import { any, capableInContainer, fact, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, shares, sharesKernel } from '../probe.ts';
import { needs, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-chroot',
  title: 'Container can leave a root directory that was set by chroot',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      capableInContainer('SYS_CHROOT'),
      syscall('chroot'),
      any(
        'its root is not the root of a mount namespace',
        fact('host.fact.runtime-no-pivot', { is: true }, 'namespace-mnt', {
          absent: 'closed',
          title: 'the runtime changes the root by chroot (--no-pivot, DOCKER_RAMDISK)',
        }),
        fact('namespace.mnt', { is: 'host' }, 'namespace-mnt', {
          absent: 'closed',
          title: "uses the host's mount namespace",
        }),
      ),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('mnt'),
    tries('changes its root', call('chroot', '/'), ['ok'], {
      effects: ['changes-itself'],
      ...needs('SYS_CHROOT'),
    }),
  ),
  why: "A root set by chroot(2) does not bind the working directory: with CAP_SYS_CHROOT a process enters a directory below and walks up past the first root (chroot(2), notes). Runtimes use pivot_root, which leaves nothing above, unless they are told not to or share the host's mount namespace.",
  fix: 'Let the runtime use pivot_root and a mount namespace of its own; cap_drop ALL.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    cwe: ['CWE-250', 'CWE-243'],
    docs: ['chroot(2)', 'pivot_root(2)'],
  },
  examples: [
    { docker: 'run debian', host: 'facts: { runtime-no-pivot: true }', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-drop ALL debian', host: 'facts: { runtime-no-pivot: true }', verdict: 'blocked', depth: 2 },
  ],
});
