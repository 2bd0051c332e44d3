/**
 * From Kubernetes manifests to all attack paths in one process: `tsx bench/paths.ts [PODS]`. The generator: pods of one container in
 * namespaces of fifty; every pod has one of a few images and settings; service accounts are shared by a power law (account r of a
 * namespace has pods in proportion to 1/r); one pod in forty mounts a path of the node, one in a hundred is privileged, one account in
 * fifty may read the secrets of its namespace, one in five hundred those of the cluster; half the pods lie under a network policy.
 */
import { randomFrom } from '../src/graph/testing/random.ts';
import { pathsOf } from '../src/paths/index.ts';
import { sessionOn } from '../src/paths/testing/stacks.ts';

const PODS_OF_A_NAMESPACE = 50;
const ACCOUNTS = 8;

function cluster(pods: number): string {
  const random = randomFrom(1);
  const texts: string[] = [];
  for (let i = 0; i < pods; i++) {
    const namespace = `n${Math.floor(i / PODS_OF_A_NAMESPACE)}`;
    if (i % PODS_OF_A_NAMESPACE === 0) texts.push(...accounts(namespace, random));
    texts.push(pod(i, namespace, random));
  }
  return texts.join('\n---\n');
}

function accounts(namespace: string, random: () => number): string[] {
  const all = Array.from({ length: ACCOUNTS }, (_, r) => {
    const account = `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a${r}, namespace: ${namespace}}`;
    const dice = random();
    if (dice > 0.02) return account;
    const wide = dice < 0.002 ? 'Cluster' : '';
    const name = `${namespace}-a${r}`;
    return `${account}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${wide}Role
metadata: {name: ${name}, namespace: ${namespace}}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${wide}RoleBinding
metadata: {name: ${name}, namespace: ${namespace}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ${wide}Role, name: ${name}}
subjects: [{kind: ServiceAccount, name: a${r}, namespace: ${namespace}}]`;
  });
  const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: half, namespace: ${namespace}}
spec: {podSelector: {matchLabels: {policy: "yes"}}, policyTypes: [Ingress]}`;
  return [`apiVersion: v1\nkind: Namespace\nmetadata: {name: ${namespace}}`, policy, ...all];
}

function pod(i: number, namespace: string, random: () => number): string {
  const account = Math.min(ACCOUNTS - 1, Math.floor(1 / (1 - random() * (1 - 1 / (ACCOUNTS + 1)))) - 1);
  const context = random() < 0.01 ? '{privileged: true}' : random() < 0.5 ? '{allowPrivilegeEscalation: false}' : '{}';
  const mounts = random() < 0.025;
  const volume = mounts ? '\n  volumes: [{name: h, hostPath: {path: /var/log}}]' : '';
  const mount = mounts ? '\n    volumeMounts: [{name: h, mountPath: /host}]' : '';
  return `apiVersion: v1
kind: Pod
metadata: {name: p${i}, namespace: ${namespace}, labels: {policy: "${random() < 0.5 ? 'yes' : 'no'}"}}
spec:
  serviceAccountName: a${account}
  containers:
  - name: c
    image: example/i${Math.floor(random() * 20)}:1
    securityContext: ${context}${mount}${volume}`;
}

const pods = Number(process.argv[2] ?? 25_000);
const text = cluster(pods);
const start = performance.now();
const before = process.cpuUsage();
const { document } = await pathsOf(['-'], sessionOn(text), { from: [], to: [], count: 1, whatIf: [] });
const { user, system } = process.cpuUsage(before);
const { states, steps } = document.size;
process.stdout.write(
  `${pods} pods, ${states} states, ${steps} steps: ${((performance.now() - start) / 1000).toFixed(1)} s, ` +
    `processor ${((user + system) / 1e6).toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB; ` +
    `${document.paths.length} paths told, ${document.controls?.changes.length ?? 0} changes, ` +
    `${document.controls?.proven === true ? 'proven' : 'not proven'}, ${document.errors.length} errors\n`,
);
