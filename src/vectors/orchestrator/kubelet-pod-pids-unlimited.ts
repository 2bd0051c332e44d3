import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-pod-pids-unlimited',
  title: 'Pods may start processes without a limit on the node',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [
    [
      fact('cluster.kubelet-pod-pids-limit', { below: 1 }, 'cgroup-limit', {
        absent: 'passes',
        set: 4096,
        title: 'podPidsLimit is not set',
      }),
    ],
  ],
  why: 'A pod has no field for a limit on processes; podPidsLimit of the kubelet is the only one, and its default of -1 means the number that the node has. A fork bomb in one pod then takes process ids and kernel memory from all others until eviction reacts.',
  fix: 'Set `podPidsLimit`, for example 4096.',
  refs: {
    attack: ['T1499.001'],
    cisKubernetes: ['4.2.13'],
    nist800190: ['3.4.3'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9040'],
    cwe: ['CWE-770'],
    docs: ['Kubernetes documentation: Process ID Limits And Reservations'],
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
podPidsLimit: -1`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
podPidsLimit: 4096`,
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
