import type { Goal, SubjectKindName } from '../vectors/index.ts';
import type { Leads, Need, VectorStep, Word } from './step.ts';

/**
 * What each vector is on a path. Its goal says it for most (`BY_GOAL`); `BY_VECTOR` names those for which the goal is not enough.
 * A vector whose phase is `host` or whose object is no container is a condition unless it is named: what it makes possible shows in
 * the containers' own verdicts, which are judged with it.
 */
const leads = (from: Word, to: Word, more: { needs?: Need; and?: readonly Word[] } = {}): VectorStep => ({
  steps: [{ from, to, ...more }],
});
const none = (why: string): VectorStep => ({ none: why });

const TELLS = none('it tells an attacker something; what it tells is no right');
const CONDITION = none('a condition: what it makes possible is judged with it in each container');
const WIDENS: VectorStep = { widens: 'kernel-bug' };
const EASES = none('it makes the exploitation of a flaw easier, and gives nothing without one');
const UNSEEN = none('it hides what an attacker does, and leads nowhere');
const GUARDLESS = none('a guard that is missing: what it would have refused is judged by itself');

const BY_GOAL: Readonly<Record<Goal, VectorStep>> = {
  'host-root': leads('code', 'host-root'),
  'host-kernel': WIDENS,
  'host-data': leads('code', 'host-part'),
  'host-service': leads('code', 'host-service'),
  'other-container': leads('code', 'tenants'),
  cluster: leads('rights', 'cluster-part'),
  credential: leads('code', 'host-credential'),
  information: TELLS,
  'denial-of-service': leads('code', 'availability'),
  'supply-chain': leads('supply', 'image'),
  'privilege-in-container': leads('code', 'root'),
};

/** Objects that are no containers: what their goal means there. */
const BY_SUBJECT: Readonly<Record<Exclude<SubjectKindName, 'workload'>, VectorStep | 'goal'>> = {
  image: CONDITION,
  engine: CONDITION,
  host: CONDITION,
  cluster: 'goal',
};

const KERNEL = leads('code', 'kernel');
const ALL_FILES = leads('code', 'host-files');
const OWN_SECRET = none('the credential is a state of its own, held by whoever has code in the container');
const IN_IMAGE = none('whoever may pull the image reads it; who that is no file says');
const PORT = none('the port is a way in of its own, by the rule outside-reaches-container');
const USER = { needs: 'user-action' } as const;

const group = (step: VectorStep, ids: string): Record<string, VectorStep> =>
  Object.fromEntries(
    ids
      .trim()
      .split(/\s+/)
      .map((id) => [id, step]),
  );

export const BY_VECTOR: Readonly<Record<string, VectorStep>> = {
  // Kernel memory, code or hardware directly, without a flaw.
  ...group(
    KERNEL,
    `bpf-trace-host cap-sys-module cap-sys-rawio dev-kmem-exposed dev-mem-exposed dev-msr-exposed dev-port-exposed
     dev-vfio-exposed hibernation-device-exposed kexec-load proc-bus-pci-writable`,
  ),
  ...group(
    EASES,
    `kernel-hardening-sysctls-writable host-aslr-weak personality-allowed personality-read-implies-exec
     fileless-execution rwx-memory-allowed rootfs-writable high-resolution-timer`,
  ),
  // The machine must be started again.
  ...group(leads('code', 'kernel', USER), 'flash-device-exposed efi-variables-writable'),
  'seccomp-supervisor-continues': EASES,
  'fs-sysctls-writable': leads('code', 'availability'),
  'debugfs-exposed': leads('code', 'kernel', { needs: 'kernel-bug' }),
  'cgroup-devices-wildcard': ALL_FILES,

  // Root on the host at once, or of what hangs on more.
  'no-user-namespace': none('it makes root of the container count for the host; by itself it opens nothing'),
  'docker-in-docker': none('an engine inside the container; what it needs to reach the host is judged by itself'),
  'privileged-image-build': leads('build', 'host-root'),
  'buildkit-outdated': leads('build', 'host-root'),
  ...group(
    leads('code', 'host-root', USER),
    `cap-fsetid-setfcap setuid-file-on-host-mount tiocsti-terminal-injection host-terminal-injection
     runtime-binary-overwrite binfmt-misc-writable oci-hooks-run-as-host-root`,
  ),
  ...group(
    leads('host-code', 'host-root'),
    'engine-group-members engine-socket-world-writable runtime-in-writable-path',
  ),
  'engine-api-over-tcp': leads('host-network', 'host-root'),
  'authorization-plugin-bypass': leads('client', 'host-root'),
  'no-authorization-plugin': leads('client', 'host-root'),
  'engine-release-unsupported': CONDITION,
  'dirty-pipe-kernel': leads('code', 'host-root'),
  'host-cgroup-v1': CONDITION,
  'host-links-unprotected': CONDITION,
  'cap-sys-chroot': none(
    'it ends a chroot, and leads out where the root is a directory of the host, which is judged by itself',
  ),
  'cap-mac-admin': leads('code', 'host-root'),
  'kubelet-static-pods-from-http': leads('host-network', 'host-root'),
  'persistent-volume-system-path': leads('pod-create', 'host-root'),
  'persistent-volume-host-path': leads('pod-create', 'host-part'),
  'pod-security-not-enforced': leads('pod-create', 'host-root'),
  'rbac-namespaces-change': leads('rights', 'host-root', { and: ['pod-create'] }),
  'rbac-persistent-volumes-create': leads('rights', 'host-root', { and: ['pod-create'] }),
  'windows-host-process': leads('code', 'host-root'),
  'git-repo-volume': leads('pod-create', 'host-root'),
  'image-volume-traversal': leads('image', 'host-part'),

  // Files of the host.
  ...group(
    ALL_FILES,
    `block-device-exposed cap-dac-read-search cgroup-v1-devices-allow device-mapper-exposed host-root-mount
     scsi-generic-exposed`,
  ),
  'proc-kcore-readable': ALL_FILES,
  'selinux-label-disabled': CONDITION,
  'open-by-handle-own-mounts': none('it opens what the container holds already'),
  'supplementary-host-groups': CONDITION,
  'device-node-on-host-mount': leads('code', 'host-part', USER),

  // Services of the host.
  'host-network-namespace': leads('code', 'host-network'),
  'host-services-reachable': leads('code', 'host-network'),
  'cap-net-admin-host-network': leads('code', 'host-network'),
  'cap-net-bind-service': leads('code', 'host-service'),
  'af-vsock-socket-allowed': WIDENS,
  'build-uses-host-network': leads('build', 'host-network'),
  'user-engine-socket-mount': leads('code', 'host-code'),
  'shell-startup-files-writable': leads('code', 'host-code', USER),
  'workspace-executed-on-host': leads('code', 'host-code', USER),
  'host-dev-mount': leads('code', 'host-code', USER),
  'uinput-exposed': leads('code', 'host-code', USER),
  'desktop-session-sockets': leads('code', 'host-code'),
  'terminal-device-exposed': leads('code', 'host-code', USER),
  'mount-propagation-shared': leads('code', 'host-part', USER),
  ...group(
    UNSEEN,
    `container-logs-discarded engine-files-not-audited engine-logs-too-little cap-audit-control api-server-audit-off
     rbac-events-delete userland-proxy-enabled`,
  ),
  'host-port-opened': PORT,
  'load-balancer-open': CONDITION,
  'service-node-port': CONDITION,
  'swarm-listens-everywhere': CONDITION,
  'probe-to-other-host': leads('pod-create', 'host-network'),

  // Other containers.
  'cap-ipc-owner': leads('code', 'pod-mates'),
  'cap-sys-ptrace-neighbours': leads('code', 'pod-mates'),
  'ptrace-family-allowed': leads('code', 'pod-mates'),
  'shared-ipc-namespace': leads('code', 'pod-mates'),
  'shared-network-namespace': leads('code', 'pod-mates', { needs: 'application-flaw' }),
  'shared-pid-namespace': leads('code', 'pod-mates'),
  'shared-writable-volume': none('the volume is a state of its own, with rules of its own'),
  'engine-data-mount': leads('code', 'tenants'),
  'foreign-namespace-handle': leads('code', 'pod-mates'),
  'userns-overlapping-id-ranges': CONDITION,
  'cap-net-raw': leads('code', 'networks'),
  'inter-container-traffic-open': leads('code', 'networks'),
  'ipv6-router-advertisement-accepted': leads('networks', 'code', { needs: 'application-flaw' }),
  'network-policy-absent': leads('networks', 'code', { needs: 'application-flaw' }),
  'attached-to-host-link': leads('outside', 'code', { needs: 'application-flaw' }),
  'data-service-published': PORT,
  'loopback-port-reachable-from-link': leads('outside', 'code', { needs: 'application-flaw' }),
  'port-published-on-all-addresses': PORT,
  'unpublished-ports-routable': leads('outside', 'code', { needs: 'application-flaw' }),
  'page-cache-residency-visible': TELLS,
  'shared-core': TELLS,
  'memory-deduplication': TELLS,
  'default-namespace-used': CONDITION,
  'service-external-address': CONDITION,
  'untrusted-code-on-shared-kernel': CONDITION,

  // Rights to the cluster.
  'rbac-cluster-admin': leads('rights', 'cluster-admin'),
  'rbac-escalate': leads('rights', 'cluster-admin'),
  'rbac-bind': leads('rights', 'cluster-admin'),
  'rbac-impersonate': leads('rights', 'cluster-admin'),
  'rbac-certificate-approve': leads('rights', 'cluster-admin'),
  'rbac-admission-intercept': leads('rights', 'cluster-admin'),
  'rbac-api-services-write': leads('rights', 'cluster-admin'),
  'rbac-nodes-proxy': leads('rights', 'cluster-pods'),
  'rbac-nodes-change': leads('rights', 'availability'),
  'rbac-secrets-read-cluster': leads('rights', 'cluster-secrets'),
  'rbac-secrets-read-namespace': leads('rights', 'secrets-read'),
  'rbac-token-create': leads('rights', 'tokens'),
  'rbac-token-secret': leads('rights', 'tokens'),
  'rbac-workload-create': leads('rights', 'pod-create'),
  'rbac-workload-change': leads('rights', 'pod-change'),
  'rbac-ephemeral-containers': leads('rights', 'pod-change'),
  'rbac-pod-exec': leads('rights', 'pod-change'),
  'rbac-namespace-admin': leads('rights', 'namespace-admin'),
  'rbac-port-forward': leads('rights', 'cluster-part'),
  'rbac-endpoints-write': leads('rights', 'cluster-part'),
  'rbac-services-write': leads('rights', 'cluster-part'),
  'rbac-network-policies-change': leads('rights', 'cluster-part'),
  'rbac-configmaps-write-cluster': leads('rights', 'cluster-part'),
  'rbac-admission-remove': leads('rights', 'cluster-part'),
  'rbac-data-destroy': leads('rights', 'availability'),
  'rbac-anonymous-binding': leads('outside', 'cluster-part'),
  'rbac-everybody-binding': CONDITION,
  'rbac-wildcard-rule': CONDITION,
  'rbac-default-account-bound': CONDITION,
  'rbac-pod-logs-read-cluster': TELLS,
  'kubelet-directory-mount': leads('code', 'tenants'),
  'static-pod-directory-mount': leads('code', 'host-root'),
  'api-server-allows-everything': leads('outside', 'cluster-admin'),
  'etcd-without-client-certificates': leads('host-network', 'cluster-admin'),
  'kubelet-anonymous-auth': leads('host-network', 'cluster-pods'),
  'kubelet-allows-everything': leads('host-network', 'cluster-pods'),
  'api-server-anonymous-auth': TELLS,
  'node-restriction-off': leads('host-root', 'cluster-admin'),
  'bootstrap-token-lasting': CONDITION,
  'control-plane-tolerated': none(
    'it moves the pod to a node of the control plane; the way out of the pod is judged by itself',
  ),
  ...group(
    GUARDLESS,
    'admission-policy-not-enforced admission-webhook-fails-open system-namespace-used scheduler-bypassed',
  ),

  // Credentials.
  'service-account-token-mounted': leads('code', 'own-token'),
  'default-service-account-used': leads('code', 'own-token'),
  'token-for-other-service': leads('code', 'credential'),
  'secrets-in-runtime-environment': OWN_SECRET,
  'secrets-in-image-config': IN_IMAGE,
  'secrets-in-image-layers': IN_IMAGE,
  'secret-build-argument': IN_IMAGE,
  'build-context-unfiltered': CONDITION,
  'keyring-syscalls-allowed': leads('code', 'host-part'),
  'cloud-metadata-reachable': leads('code', 'cloud-identity'),
  'cloud-identity-reachable': leads('code', 'cloud-identity'),
  'host-dumps-privileged-programs': CONDITION,
  'host-ptrace-unrestricted': CONDITION,
  'admission-webhook-reads-secrets': CONDITION,
  'lasting-token-secret': CONDITION,
  'secrets-stored-in-clear': CONDITION,
  'api-server-stores-secrets-in-clear': CONDITION,
  'api-server-static-tokens': CONDITION,

  // Availability: limits.
  'image-without-healthcheck': CONDITION,
  'nested-pid-namespace': WIDENS,
  'nested-ipc-namespace': WIDENS,
  'cgroup-parent-changed': CONDITION,
  'kubelet-pod-pids-unlimited': CONDITION,
  'kubelet-unsafe-sysctls-allowed': CONDITION,
  'unsafe-sysctls-allowed': CONDITION,

  // Privileges inside.
  'cap-setpcap': CONDITION,
  'cap-ambient-nonroot': none('the capabilities that it gives are judged one by one'),
  'nested-time-namespace': WIDENS,
  'nested-uts-namespace': WIDENS,
  'root-user-not-refused': CONDITION,
  'privileged-or-root-exec': none('it raises whoever is let in by an operator, not who is inside'),

  // Supply of images.
  'unverified-remote-content-in-build': leads('build', 'image'),
  'package-verification-disabled': leads('build', 'image'),
  'insecure-registry': CONDITION,
  'registry-mirror-cleartext': CONDITION,
  'image-signature-not-verified': GUARDLESS,
};

/** Rights over a namespace: the resource whose grant, where it is for the whole cluster, makes it one over the cluster. */
export const RESOURCE_OF: Readonly<Record<string, RegExp>> = {
  'rbac-pod-exec': /pods\/(exec|attach)\b/,
  'rbac-ephemeral-containers': /pods\/ephemeralcontainers\b/,
  'rbac-workload-create':
    /\b(pods|deployments|daemonsets|statefulsets|replicasets|jobs|cronjobs|replicationcontrollers)\b(?!\/)/,
  'rbac-workload-change':
    /\b(pods|deployments|daemonsets|statefulsets|replicasets|jobs|cronjobs|replicationcontrollers)\b(?!\/)/,
  'rbac-token-create': /serviceaccounts\/token\b/,
  'rbac-token-secret': /\bsecrets\b/,
};

export function stepOf(vector: { readonly id: string; readonly goal: Goal }, subject: SubjectKindName): VectorStep {
  const own = BY_VECTOR[vector.id];
  if (own !== undefined) return own;
  if (subject === 'workload') return BY_GOAL[vector.goal];
  const general = BY_SUBJECT[subject];
  return general === 'goal' ? BY_GOAL[vector.goal] : general;
}

export function leadsOf(step: VectorStep): readonly Leads[] {
  return 'steps' in step ? step.steps : [];
}
