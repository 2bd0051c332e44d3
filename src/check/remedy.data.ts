import type { ArtifactKind } from '../readers/subject.ts';

/**
 * How a fact is set in the language of each artifact. `{member}` is the rest of the key after the pattern's `*`, `{value}`
 * the value. The first row whose key (and value, where stated) fits is taken; an artifact without a text of its own uses
 * `otherwise`.
 */
export interface Remedy {
  readonly key: string;
  readonly value?: string;
  /** Trouble that the change makes for whoever runs the container: 1 none, 5 needs other people or another runtime. Orders fixes of one size. */
  readonly cost: number;
  readonly text: Partial<Readonly<Record<ArtifactKind, string>>>;
  readonly otherwise: string;
}

const docker = (flag: string, compose: string) => ({
  compose,
  'docker-run': `add ${flag}`,
  'podman-run': `add ${flag}`,
  'docker-inspect': `run it with ${flag}`,
  'podman-inspect': `run it with ${flag}`,
});

export const REMEDIES: readonly Remedy[] = [
  {
    key: 'capability.bounding.*',
    value: 'false',
    cost: 2,
    text: {
      ...docker('--cap-drop {member}', 'add cap_drop: [{member}]'),
      kubernetes: 'add securityContext.capabilities.drop: [{member}]',
      'oci-config': 'remove CAP_{member} from all sets of process.capabilities',
    },
    otherwise: 'drop CAP_{member}',
  },
  {
    key: 'capability.ambient.*',
    cost: 2,
    text: {
      'oci-config': 'remove CAP_{member} from process.capabilities.ambient',
      kubernetes: 'remove {member} from securityContext.capabilities.add',
    },
    otherwise: 'take CAP_{member} out of the ambient set',
  },
  {
    key: 'process.uid',
    cost: 3,
    text: {
      ...docker('--user 10001:10001', 'set user: "10001:10001"'),
      kubernetes: 'set securityContext.runAsNonRoot: true and runAsUser: 10001',
      'oci-config': 'set process.user.uid to an id other than 0',
      dockerfile: 'add USER 10001 to the last stage',
    },
    otherwise: 'run as a user other than root',
  },
  {
    key: 'process.no-new-privileges',
    value: 'true',
    cost: 1,
    text: {
      ...docker('--security-opt no-new-privileges', 'add security_opt: [no-new-privileges:true]'),
      kubernetes: 'set securityContext.allowPrivilegeEscalation: false',
      'oci-config': 'set process.noNewPrivileges: true',
      'daemon-json': 'set "no-new-privileges": true',
    },
    otherwise: 'set no_new_privs',
  },
  {
    key: 'seccomp-refused.*',
    cost: 4,
    text: {
      compose: 'refuse {member} in a profile of your own (security_opt: [seccomp=FILE])',
      'docker-run': 'refuse {member} in a profile of your own (--security-opt seccomp=FILE)',
      'podman-run': 'refuse {member} in a profile of your own (--security-opt seccomp=FILE)',
      kubernetes: 'refuse {member} in a profile of your own (seccompProfile: { type: Localhost })',
      'oci-config': 'refuse {member} in linux.seccomp',
    },
    otherwise: 'refuse {member} in the seccomp profile',
  },
  {
    key: 'namespace.user',
    value: 'private',
    cost: 4,
    text: {
      compose: 'set "userns-remap": "default" in daemon.json (and no userns_mode: host)',
      'docker-run': 'set "userns-remap": "default" in daemon.json (and no --userns=host)',
      'docker-inspect': 'set "userns-remap": "default" in daemon.json',
      'podman-run': 'add --userns=auto',
      kubernetes: 'set hostUsers: false',
      'oci-config': 'add a user namespace with uidMappings and gidMappings',
      'daemon-json': 'set "userns-remap": "default"',
    },
    otherwise: 'give it a user namespace',
  },
  {
    key: 'namespace.*',
    value: 'private',
    cost: 2,
    text: { 'oci-config': 'add {member} to linux.namespaces' },
    otherwise: 'give it a {member} namespace of its own',
  },
  {
    key: 'rootfs.readonly',
    value: 'true',
    cost: 2,
    text: {
      ...docker('--read-only', 'set read_only: true'),
      kubernetes: 'set securityContext.readOnlyRootFilesystem: true',
      'oci-config': 'set root.readonly: true',
    },
    otherwise: 'make the root file system read-only',
  },
  {
    key: 'mount.*',
    cost: 1,
    text: {
      compose: 'mount {member} read-only (append :ro, or read_only: true)',
      'docker-run': 'mount {member} read-only (append :ro)',
      'podman-run': 'mount {member} read-only (append :ro)',
      kubernetes:
        'set readOnly: true on the mount of {member} (recursiveReadOnly: Enabled too, where other mounts lie below)',
      'oci-config': 'add ro to the options of the mount at {member} (rro, where other mounts lie below)',
    },
    otherwise: 'mount {member} read-only',
  },
  {
    key: 'limit.memory',
    cost: 1,
    text: {
      ...docker('--memory 512m', 'set mem_limit: 512m'),
      kubernetes: 'set resources.limits.memory',
      'oci-config': 'set linux.resources.memory.limit',
    },
    otherwise: 'limit its memory',
  },
  {
    key: 'limit.pids',
    cost: 1,
    text: {
      ...docker('--pids-limit 256', 'set pids_limit: 256'),
      kubernetes: 'set podPidsLimit in the kubelet configuration',
      'oci-config': 'set linux.resources.pids.limit',
    },
    otherwise: 'limit its tasks',
  },
  {
    key: 'limit.cpu',
    cost: 1,
    text: {
      ...docker('--cpus 1', 'set cpus: 1'),
      kubernetes: 'set resources.limits.cpu',
      'oci-config': 'set linux.resources.cpu.quota and period',
    },
    otherwise: 'limit its processor time',
  },
  {
    key: 'limit.storage',
    cost: 2,
    text: {
      ...docker('--storage-opt size=10G', 'set storage_opt: { size: 10G }'),
      kubernetes: 'set resources.limits.ephemeral-storage',
    },
    otherwise: 'limit the writable layer',
  },
  { key: 'limit.*', cost: 2, text: {}, otherwise: 'set a {member} limit' },
  {
    key: 'rlimit.*',
    cost: 2,
    text: {
      ...docker('--ulimit {member}=N', 'set ulimits: { {member}: N }'),
      'oci-config': 'set process.rlimits for RLIMIT_{member}',
    },
    otherwise: 'limit {member}',
  },
  {
    key: 'network.mode',
    value: 'none',
    cost: 5,
    text: {
      ...docker('--network none', 'set network_mode: none'),
      kubernetes: 'refuse its traffic with a NetworkPolicy',
    },
    otherwise: 'take its network away',
  },
  {
    key: 'network.egress',
    cost: 3,
    text: {
      kubernetes: 'add a NetworkPolicy with policyTypes: [Egress] that selects the pod',
      compose: 'put it on networks with internal: true',
    },
    otherwise: 'refuse outgoing traffic',
  },
  {
    key: 'network.ingress',
    cost: 3,
    text: { kubernetes: 'add a NetworkPolicy with policyTypes: [Ingress] that selects the pod' },
    otherwise: 'refuse incoming traffic',
  },
  {
    key: 'kubernetes.service-account-token',
    value: 'false',
    cost: 1,
    text: { kubernetes: 'set automountServiceAccountToken: false' },
    otherwise: 'do not mount the service account token',
  },
  {
    key: 'kubernetes.namespace-label.*',
    cost: 3,
    text: { kubernetes: 'label the namespace {member}: {value}' },
    otherwise: 'label the namespace {member}: {value}',
  },
  { key: 'daemon.*', cost: 3, text: {}, otherwise: 'set "{member}": {value} in daemon.json' },
  { key: 'image.digest', cost: 2, text: {}, otherwise: 'pin the image by digest (NAME@sha256:…)' },
  {
    key: 'image.healthcheck',
    cost: 1,
    text: { dockerfile: 'add a HEALTHCHECK' },
    otherwise: 'add a health check to the image',
  },
];
