import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-static-pods-from-http',
  title: 'The kubelet takes pods from an address without TLS',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [
    [
      fact('cluster.kubelet-static-pod-url', { matches: '^http://' }, 'orchestrator', {
        absent: 'closed',
        title: 'staticPodURL is plain HTTP',
      }),
    ],
  ],
  why: "What staticPodURL returns is started as static pods, past the API server and all admission, privileged ones included. Over HTTP anybody on the way, or whoever takes the server's address, writes the answer and is root on the node.",
  fix: 'Use staticPodPath, or https.',
  refs: {
    attack: ['T1557', 'T1610'],
    nist800190: ['3.3.5'],
    owaspKubernetes: ['K06', 'K07'],
    microsoftMatrix: ['MS-TA9017'],
    cwe: ['CWE-319'],
    docs: ['Kubernetes documentation: Kubelet Configuration (v1beta1)'],
  },
  examples: [
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
staticPodURL: "http://10.0.0.5/pods.yaml"`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
staticPodURL: "https://boot.example/pods.yaml"`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
staticPodPath: /etc/kubernetes/manifests`,
      verdict: 'blocked',
    },
  ],
});
