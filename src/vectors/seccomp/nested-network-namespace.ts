import { createsNamespace } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { namespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'nested-network-namespace',
  title: 'Container can create network namespaces that it administers',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[createsNamespace('NEWNET')]],
  probe: namespaceMade('NEWNET'),
  why: 'The creator holds CAP_NET_ADMIN and CAP_NET_RAW over the new namespace (net->user_ns), so netlink families that only root could use, virtual devices and packet sockets of the shared kernel open up. copy_namespaces() (kernel/nsproxy.c) asks for CAP_SYS_ADMIN in the user namespace that will own it, which may be one of the container’s own.',
  fix: 'Refuse unshare and the namespace flags of clone in the profile; drop CAP_SYS_ADMIN.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2024-1086'],
    docs: ['network_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined --user 1000 debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc --privileged debian', verdict: 'blocked', depth: 1 },
  ],
});
