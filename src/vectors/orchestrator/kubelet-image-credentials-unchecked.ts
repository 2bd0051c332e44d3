import { fact } from '../../model/words.ts';
import { ofKind } from '../../model/words-of-kubernetes.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'kubelet-image-credentials-unchecked',
  title: 'Pods use images of the node that they have no credentials for',
  mechanism: 'orchestrator',
  phase: 'distribute',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['cluster'],
  when: ofKind('KubeletConfiguration'),
  routes: [
    [
      fact('cluster.kubelet-pull-verification', { is: 'NeverVerify' }, 'orchestrator', {
        absent: 'closed',
        set: 'AlwaysVerify',
      }),
    ],
  ],
  why: 'With `NeverVerify` a private image that was pulled for one pod is started for every other that names it with IfNotPresent or Never. The default since 1.35 checks the credentials for all but preloaded images (SetDefaults_KubeletConfiguration, KubeletEnsureSecretPulledImages).',
  fix: 'Remove the setting, or set `AlwaysVerify`.',
  refs: {
    attack: ['T1525'],
    cisKubernetes: ['1.2.11'],
    nist800190: ['3.2.3'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9037'],
    cwe: ['CWE-862'],
    docs: ['KEP-2535'],
  },
  examples: [
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
imagePullCredentialsVerificationPolicy: NeverVerify`,
      verdict: 'open',
    },
    {
      kubernetes: `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
imagePullCredentialsVerificationPolicy: AlwaysVerify`,
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
