import type { EngineData } from '../types.ts';
import { OCI_MASKED_PATHS, OCI_READONLY_PATHS, POWERCAP_PATH, THERMAL_PATHS } from './oci-defaults.data.ts';

const WITH_POWERCAP = [...OCI_MASKED_PATHS, POWERCAP_PATH];
const WITH_THERMAL = [...WITH_POWERCAP, ...THERMAL_PATHS];

/*
 * What the kubelet asks of the engine when the manifest says nothing; the rest is the engine's (containerd, CRI-O). Read in kubernetes/kubernetes
 * pkg/securitycontext/util.go, pkg/kubelet/kuberuntime/{helpers,security_context}.go, pkg/kubelet/apis/config/v1beta1/defaults.go and
 * pkg/features/kube_features.go. Masks were back-ported. Their point releases are exact for the thermal paths (the release before each was
 * read too); for powercap 1.28.0 to 1.28.11 and 1.30.0 to 1.30.2 were not read and count as without it, so a mask is never claimed too early.
 */
export const KUBERNETES: EngineData = {
  name: 'kubernetes',
  title: 'Kubernetes (kubelet)',
  verifiedThrough: '1.37.2',
  revisions: [
    {
      since: '1.24.0',
      source: 'kubernetes/kubernetes v1.24.17, v1.27.16 pkg/securitycontext/util.go, pkg/kubelet/kuberuntime',
      // With `seccompDefault: false` the kubelet sends Unconfined explicitly; RuntimeDefault is the engine's profile.
      seccomp: { applied: 'on-request' },
      noNewPrivileges: false,
      maskedPaths: OCI_MASKED_PATHS,
      readonlyPaths: OCI_READONLY_PATHS,
      namespaces: {
        pid: 'private',
        net: 'pod',
        ipc: 'pod',
        uts: 'pod',
        mnt: 'private',
        user: 'host',
        cgroup: { v1: 'host', v2: 'private' },
        time: 'host',
      },
      pidsLimit: 'none',
      memoryLimit: 'none',
      cpuLimit: 'none',
      oomScoreAdj: 'by-qos',
      network: { mode: 'pod', interContainer: true },
      hostname: 'pod-name',
      rootfsReadonly: false,
      userNamespaces: { stage: 'absent', onByDefault: false },
    },
    {
      since: '1.25.0',
      source: 'kubernetes/kubernetes v1.36.3 pkg/features/kube_features.go UserNamespacesSupport',
      userNamespaces: { stage: 'alpha', onByDefault: false },
    },
    {
      since: '1.28.12',
      source: 'kubernetes/kubernetes v1.28.12 pkg/securitycontext/util.go',
      maskedPaths: WITH_POWERCAP,
    },
    {
      since: '1.29.0',
      source: 'kubernetes/kubernetes v1.29.6 pkg/securitycontext/util.go (branched before the change)',
      maskedPaths: OCI_MASKED_PATHS,
    },
    {
      since: '1.29.7',
      source: 'kubernetes/kubernetes v1.29.7 pkg/securitycontext/util.go',
      maskedPaths: WITH_POWERCAP,
    },
    {
      since: '1.30.0',
      source:
        'kubernetes/kubernetes v1.36.3 pkg/features/kube_features.go UserNamespacesSupport; masks of 1.30.0 not read',
      maskedPaths: OCI_MASKED_PATHS,
      userNamespaces: { stage: 'beta', onByDefault: false },
    },
    {
      since: '1.30.3',
      source: 'kubernetes/kubernetes v1.30.3 pkg/securitycontext/util.go (v1.30.14 the same)',
      maskedPaths: WITH_POWERCAP,
    },
    {
      since: '1.31.13',
      source: 'kubernetes/kubernetes v1.31.13 pkg/securitycontext/util.go (absent in v1.31.12)',
      maskedPaths: WITH_THERMAL,
    },
    {
      since: '1.32.0',
      source: 'kubernetes/kubernetes v1.32.2 pkg/securitycontext/util.go (branched before the change)',
      maskedPaths: WITH_POWERCAP,
    },
    {
      since: '1.32.9',
      source: 'kubernetes/kubernetes v1.32.9 pkg/securitycontext/util.go (absent in v1.32.8)',
      maskedPaths: WITH_THERMAL,
    },
    {
      since: '1.33.0',
      source:
        'kubernetes/kubernetes v1.33.4 pkg/securitycontext/util.go (branched before the change), v1.36.3 pkg/features/kube_features.go',
      maskedPaths: WITH_POWERCAP,
      userNamespaces: { stage: 'beta', onByDefault: true },
    },
    {
      since: '1.33.5',
      source: 'kubernetes/kubernetes v1.33.5 pkg/securitycontext/util.go (absent in v1.33.4), #132985',
      maskedPaths: WITH_THERMAL,
    },
    {
      since: '1.36.0',
      source: 'kubernetes/kubernetes v1.36.3 pkg/features/kube_features.go UserNamespacesSupport',
      userNamespaces: { stage: 'stable', onByDefault: true },
    },
  ],
};
