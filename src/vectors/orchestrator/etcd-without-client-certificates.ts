import { all, any } from '../../model/words.ts';
import { argument, runsProgram } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

/** Metrics have a listener of their own (`--listen-metrics-urls`), which this leaves out. */
const NOT_LOOPBACK = '(?!127\\.|localhost|\\[::1\\])';

export default defineVector({
  id: 'etcd-without-client-certificates',
  title: 'etcd answers clients without a certificate',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'cluster',
  severity: 'critical',
  stride: 'STI',
  appliesTo: ['workload'],
  when: runsProgram('etcd'),
  routes: [
    [
      any(
        'a listener asks for no certificate',
        argument(
          { matches: `^(--listen-client-urls=)?(.*,)?http://${NOT_LOOPBACK}` },
          'it listens without TLS beyond loopback',
        ),
        all(
          'TLS without client certificates',
          argument({ matches: `^(--listen-client-urls=)?(.*,)?https://${NOT_LOOPBACK}` }, 'it listens beyond loopback'),
          argument({ notMatches: '^--client-cert-auth(=true)?$' }, 'client certificates are not asked for'),
          argument({ notMatches: '^--trusted-ca-file(=|$)' }, 'no CA for clients is stated'),
        ),
      ),
    ],
  ],
  why: 'etcd holds every object of the cluster; who writes there writes roles, tokens and pods past the API server. Client certificates are required where --client-cert-auth or --trusted-ca-file is set (TLSInfo.ServerConfig, client/pkg/transport/listener.go), and not at all on a plain HTTP listener. By default it listens on loopback only.',
  fix: 'Set `--client-cert-auth=true` with `--trusted-ca-file` of a CA of its own, and listen with https.',
  refs: {
    attack: ['T1190', 'T1552'],
    cisKubernetes: ['2.1', '2.2'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K06', 'K09'],
    microsoftMatrix: ['MS-TA9005'],
    cwe: ['CWE-306'],
    docs: ['etcd documentation: Transport security model'],
  },
  aliases: ['control-plane-endpoint-exposed'],
  examples: [
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:v1.36.0
    command: [etcd, "--listen-client-urls=http://0.0.0.0:2379"]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:v1.36.0
    command: [etcd, "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.4:2379", "--cert-file=/pki/s.crt", "--key-file=/pki/s.key"]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:v1.36.0
    command: [etcd, "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.4:2379", "--client-cert-auth=true", "--trusted-ca-file=/pki/ca.crt"]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:v1.36.0
    command: [etcd, "--data-dir=/var/lib/etcd"]`,
      verdict: 'blocked',
    },
    {
      kubernetes: `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers:
  - name: app
    image: shop/web`,
      verdict: 'not-applicable',
    },
  ],
});
