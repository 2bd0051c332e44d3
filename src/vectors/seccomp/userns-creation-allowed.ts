import { createsUserNamespace } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { userNamespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'userns-creation-allowed',
  title: 'Container can create user namespaces and so hold every capability inside them',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[createsUserNamespace]],
  probe: userNamespaceMade,
  why: 'create_user_ns() (kernel/user_namespace.c) asks for no capability, and the creator holds all of them over what the new namespace owns: netfilter, mounts, traffic control, code that was written for root. Many flaws of the last years were reached this way. Default profiles tie unshare and the clone flags to CAP_SYS_ADMIN and answer clone3 with ENOSYS; podman’s allows them.',
  fix: 'Keep or set a profile that refuses unshare and the namespace flags of clone; user.max_user_namespaces=0 on hosts that need none.',
  refs: {
    attack: ['T1068', 'T1611'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2022-0185', 'CVE-2024-1086', 'CVE-2022-0492', 'CVE-2023-0386'],
    docs: ['user_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --security-opt seccomp=unconfined --user 1000 --security-opt no-new-privileges debian',
      verdict: 'open',
    },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'open',
    },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      host: 'sysctls: { user.max_user_namespaces: 0 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --runtime runsc --security-opt seccomp=unconfined debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian, securityContext: {allowPrivilegeEscalation: false, runAsUser: 1000, capabilities: {drop: [ALL]}}}]}}',
      verdict: 'open',
    },
  ],
});
