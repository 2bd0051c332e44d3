import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-seccomp-default-off',
  title: 'Pods that state no seccomp profile get none on the node',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [
    [
      fact('cluster.kubelet-seccomp-default', { isNot: true }, 'seccomp', {
        absent: 'passes',
        set: true,
        title: 'seccompDefault is not set',
      }),
    ],
  ],
  why: 'Kubernetes starts containers without a seccomp filter unless they ask for one, so every system call of the kernel is open to them. With `seccompDefault: true` the kubelet asks the engine for its own profile instead (stable since 1.27, off by default).',
  fix: 'Set `seccompDefault: true`.',
  refs: {
    attack: ['T1611', 'T1068'],
    cisKubernetes: ['4.2.14', '5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-1188'],
    docs: ["Kubernetes documentation: Restrict a Container's Syscalls with seccomp"],
  },
  examples: [
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
seccompDefault: false`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
seccompDefault: true`,
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
