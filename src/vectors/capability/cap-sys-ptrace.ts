import { capable, lsmAllows, seesHostProcesses } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, shares, unconfined } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOnHost } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-ptrace',
  title: 'Container can read and take over processes of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [[seesHostProcesses, capable('SYS_PTRACE'), lsmAllows('ptrace-outside')]],
  probe: allOf(capableOnHost('SYS_PTRACE'), anyOf(shares('pid'), sees({ covers: ['/proc'] })), unconfined),
  why: "With CAP_SYS_PTRACE in the initial user namespace __ptrace_may_access() (kernel/ptrace.c) passes for every process that has an id here. /proc/PID/root then leads into the host's file system and /proc/PID/mem into its memory without any call that a seccomp filter could tell apart. Yama asks for attaching only.",
  fix: 'Drop the capability, or keep a private PID namespace when debugging needs it.',
  refs: {
    cisDocker: ['5.4', '5.16'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611', 'T1055.008'],
    kubehound: ['CE_SYS_PTRACE'],
    cwe: ['CWE-250'],
    docs: ['ptrace(2)'],
  },
  examples: [
    { docker: 'run --pid host --cap-add SYS_PTRACE debian', host: 'lsm: [capability, yama]', verdict: 'open' },
    {
      docker: 'run --pid host --cap-add SYS_PTRACE debian',
      host: '{ kernel: 6.8.0, lsm: [capability, yama, apparmor] }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --pid host --cap-add SYS_PTRACE --security-opt apparmor=unconfined debian', verdict: 'open' },
    { docker: 'run --cap-add SYS_PTRACE --security-opt apparmor=unconfined debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --cap-add SYS_PTRACE --security-opt apparmor=unconfined -v /:/host debian', verdict: 'open' },
    { docker: 'run --pid host --cap-add SYS_PTRACE --runtime runsc debian', verdict: 'blocked' },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  hostPID: true
  containers:
    - name: c
      image: debian
      securityContext: { capabilities: { add: [SYS_PTRACE] }, appArmorProfile: { type: Unconfined } }
`,
      verdict: 'open',
    },
  ],
});
