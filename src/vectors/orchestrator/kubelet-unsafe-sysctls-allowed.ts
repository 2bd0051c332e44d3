import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-unsafe-sysctls-allowed',
  title: 'The kubelet admits sysctls outside the safe set',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'TD',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [
    [
      fact('cluster.allowed-unsafe-sysctls', { matches: '.' }, 'orchestrator', {
        absent: 'closed',
        set: [],
        title: 'allowedUnsafeSysctls names some',
      }),
    ],
  ],
  why: 'Any pod that the API admits may then set them on this node. They belong to a namespace, but their effect is not confined: message queues and socket buffers are kernel memory of the node, and routing switches of a pod concern its neighbours.',
  fix: 'Allow them on nodes of their own, with a taint.',
  refs: {
    attack: ['T1499'],
    nist800190: ['3.4.3'],
    pss: ['baseline:sysctls'],
    owaspKubernetes: ['K01'],
    cwe: ['CWE-732'],
    cve: ['CVE-2022-0811'],
    docs: ['Kubernetes documentation: Using sysctls in a Kubernetes Cluster'],
  },
  examples: [
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
allowedUnsafeSysctls: ["kernel.msg*", net.core.somaxconn]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
allowedUnsafeSysctls: []`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration`,
      verdict: 'blocked',
    },
  ],
});
