import { call } from '../../kernel/index.ts';
import { seccompFilter, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'seccomp-unconfined',
  title: 'No seccomp filter stands before the host kernel',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[sharedKernel, seccompFilter('absent')]],
  probe: allOf(
    sharesKernel,
    tries('asks for its filter', call('prctl', 21, 0, 0, 0, 0), ['= 0'], {
      effects: ['looks'],
      blocked: { ok: 'seccomp', EINVAL: 'seccomp' },
    }),
  ),
  why: 'Without a filter __secure_computing() (kernel/seccomp.c) is never asked, and every system call of the shared kernel is attack surface: user namespaces, bpf, io_uring, keyrings, the mount calls. Engines leave it out on `unconfined` and for privileged containers; Kubernetes leaves it out unless a pod asks or the kubelet runs with seccompDefault.',
  fix: 'Take the option away; in Kubernetes set seccompProfile.type: RuntimeDefault.',
  refs: {
    attack: ['T1611', 'T1562.001'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2', '4.2.14'],
    nist800190: ['3.4.3', '3.5.2'],
    pss: ['baseline:seccompProfile_baseline', 'restricted:seccompProfile_restricted'],
    owaspDocker: ['D04'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-693'],
    docs: ['seccomp(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --runtime runsc --security-opt seccomp=unconfined debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes: '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian}]}}',
      verdict: 'open',
    },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
