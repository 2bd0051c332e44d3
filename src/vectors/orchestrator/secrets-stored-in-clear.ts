import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'secrets-stored-in-clear',
  title: 'Secrets are written to etcd in clear',
  mechanism: 'orchestrator',
  phase: 'orchestrate',
  goal: 'credential',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('EncryptionConfiguration'),
  routes: [
    [
      fact('cluster.encryption-of-secrets', { in: ['identity', 'none'] }, 'orchestrator', {
        title: 'the first provider for secrets is identity',
      }),
    ],
  ],
  why: 'The first provider of the entry that matches is the one that writes; `identity` encrypts nothing, and resources in no entry are stored as they are. Whoever reads etcd, its disk or a backup has every secret of the cluster.',
  fix: 'Put a KMS or aescbc/secretbox provider first for secrets and rewrite them.',
  refs: {
    attack: ['T1552'],
    cisKubernetes: ['1.2.27'],
    nist800190: ['3.3.2'],
    owaspKubernetes: ['K03'],
    cwe: ['CWE-312'],
    docs: ['Kubernetes documentation: Encrypting Confidential Data at Rest'],
  },
  examples: [
    {
      kubernetes: `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers: [{identity: {}}, {aescbc: {keys: []}}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [configmaps]
  providers: [{aescbc: {keys: []}}]`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers: [{kms: {apiVersion: v2, name: k, endpoint: "unix:///run/kms.sock"}}, {identity: {}}]`,
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
