import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-read-only-port',
  title: 'The kubelet serves pod data without authentication',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [
    [
      fact('cluster.kubelet-read-only-port', { isNot: 0 }, 'orchestrator', {
        absent: 'closed',
        set: 0,
        title: 'the read-only port is on',
      }),
    ],
  ],
  why: 'The read-only port (10255 by custom) answers anybody who reaches the node with the specifications of its pods, environment variables included, and with metrics. It speaks plain HTTP and knows no authentication (ListenAndServeKubeletReadOnlyServer, pkg/kubelet/server/server.go). A configuration file that leaves it out has it off.',
  fix: 'Set `readOnlyPort: 0`.',
  refs: {
    attack: ['T1613'],
    cisKubernetes: ['4.2.4'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K06'],
    microsoftMatrix: ['MS-TA9030'],
    cwe: ['CWE-306'],
    docs: ['Kubernetes documentation: Kubelet Configuration (v1beta1)'],
  },
  examples: [
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 10255`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 0`,
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration`,
      verdict: 'blocked',
    },
  ],
});
