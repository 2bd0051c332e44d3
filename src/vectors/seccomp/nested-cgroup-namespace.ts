import { createsNamespace, mountsSomewhere } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { mountsAnywhere, namespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'nested-cgroup-namespace',
  title: 'Container can create cgroup namespaces and mount cgroup file systems in them',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[createsNamespace('NEWCGROUP'), mountsSomewhere]],
  probe: allOf(namespaceMade('NEWCGROUP'), mountsAnywhere),
  why: 'A cgroup namespace owned by the caller’s user namespace lets it mount the cgroup file system (cgroup_init_fs_context(), kernel/cgroup/cgroup.c). On cgroup v1 that was the way to release_agent without CAP_SYS_ADMIN on the host, until cgroup1_parse_param() asked for the initial user namespace (5.17, CVE-2022-0492); what remains is a writable view of the own subtree where its files are delegated.',
  fix: 'Refuse unshare in the profile, keep an LSM profile that refuses mount, use cgroup v2.',
  refs: {
    attack: ['T1611', 'T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2022-0492'],
    docs: ['cgroup_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined --security-opt apparmor=unconfined debian', verdict: 'open' },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: '{ lsm: [apparmor], kernel: 6.8.0 }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
