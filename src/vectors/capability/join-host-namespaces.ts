import { any, capable, holds, lsmAllows, seesHostProcesses, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, holdsCapability, shares } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOnHost, passesFilter } from '../probe-questions.ts';

export default defineVector({
  id: 'join-host-namespaces',
  title: 'Container can enter the namespaces of a host process',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      seesHostProcesses,
      capable('SYS_ADMIN'),
      any('may join a mount namespace', holds('SYS_CHROOT'), holds('SYS_PTRACE')),
      syscall('setns'),
      lsmAllows('ptrace-outside'),
    ],
  ],
  probe: allOf(
    anyOf(shares('pid'), sees({ covers: ['/proc'] })),
    capableOnHost('SYS_ADMIN'),
    anyOf(holdsCapability('SYS_CHROOT'), holdsCapability('SYS_PTRACE')),
    passesFilter('setns'),
  ),
  why: 'setns(2) into the mount namespace of a host process asks for CAP_SYS_ADMIN over that namespace and CAP_SYS_CHROOT and CAP_SYS_ADMIN in the own (mntns_install(), fs/namespace.c). The handle below /proc/PID/ns, or a pidfd (5.8), opens by ptrace_may_access() in read mode, which a process of the same user with fewer capabilities passes.',
  fix: "Keep a private PID namespace and do not bind the host's /proc; drop CAP_SYS_ADMIN.",
  refs: {
    cisDocker: ['5.4', '5.16'],
    cisKubernetes: ['5.2.3', '5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    kubehound: ['CE_NSENTER'],
    cwe: ['CWE-250', 'CWE-653'],
    docs: ['setns(2)'],
  },
  examples: [
    { docker: 'run --pid host --privileged debian', verdict: 'open' },
    { docker: 'run --privileged debian', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --pid host --cap-add SYS_ADMIN debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --pid host --cap-add SYS_ADMIN debian', host: 'lsm: [capability, yama]', verdict: 'open' },
    { docker: 'run --privileged -v /proc:/host/proc debian', verdict: 'open' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostPID: true
  containers:
    - { name: c, image: debian, securityContext: { privileged: true } }
`,
      verdict: 'open',
    },
  ],
});
