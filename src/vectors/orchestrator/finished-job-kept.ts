import { all, fact } from '../../model/words.ts';
import { ofKind, onKubernetes } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'finished-job-kept',
  title: 'A finished job stays in the cluster with its pods',
  mechanism: 'orchestrator',
  phase: 'teardown',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  platforms: ['linux', 'windows'],
  when: all('a job', onKubernetes, ofKind('Job')),
  routes: [
    [
      fact('cluster.job-ttl-seconds', { below: 0 }, 'orchestrator', {
        absent: 'passes',
        set: 600,
        title: 'ttlSecondsAfterFinished is not set',
      }),
    ],
  ],
  why: 'Without ttlSecondsAfterFinished the job and its pods remain until somebody deletes them: logs, environment and arguments stay readable through the API, emptyDir volumes stay on the node, and its images are not collected. CronJobs keep the last few by their history limits.',
  fix: 'Set `ttlSecondsAfterFinished`.',
  refs: {
    attack: ['T1552', 'T1613'],
    nist800190: ['3.4.5'],
    owaspKubernetes: ['K03'],
    cwe: ['CWE-459'],
    docs: ['Kubernetes documentation: Automatic Cleanup for Finished Jobs'],
  },
  examples: [
    {
      kubernetes: `apiVersion: batch/v1
kind: Job
metadata: {name: web, namespace: shop}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: shop/web}]}}}`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: batch/v1
kind: Job
metadata: {name: web, namespace: shop}
spec: {ttlSecondsAfterFinished: 600, template: {spec: {restartPolicy: Never, containers: [{name: app, image: shop/web}]}}}`,
      verdict: 'blocked',
      depth: 1,
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
