/**
 * The Pod Security Standards by version, as fields and allowed values (Kubernetes documentation "Pod Security Standards";
 * `k8s.io/pod-security-admission` v0.37.0 `policy/check_*.go`). A control's newest revision that is not younger than the asked version holds.
 */
export interface Control {
  /** The name under which admission reports it. */
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  readonly title: string;
  /** Restricted controls that take the place of this one. */
  readonly replacedBy?: string;
  readonly revisions: readonly Revision[];
}

export interface Revision {
  /** First minor version of Kubernetes 1.x to which it applies. */
  readonly since: number;
  readonly rule: Rule;
  /** Not asked of pods whose `spec.os.name` is windows. */
  readonly linuxOnly?: boolean;
  /** Not asked of pods with a user namespace of their own (`hostUsers: false`). */
  readonly relaxedByUserNamespace?: boolean;
}

/**
 * Paths are relative to the pod (`spec.hostPID`); `containers` stands for containers, init and ephemeral containers, `[]` for
 * each member of a list, `{prefix}*` for each key of a mapping with that prefix.
 */
export type Rule =
  /** Where a field is present its value is among the allowed. `''`, null and absence are always allowed unless `required`. */
  | { readonly kind: 'allowed'; readonly paths: readonly string[]; readonly values: readonly (string | RegExp)[] }
  /** The field is not there at all. */
  | { readonly kind: 'absent'; readonly paths: readonly string[] }
  /** Every container states one of the values. */
  | { readonly kind: 'each'; readonly path: string; readonly values: readonly string[] }
  /** The pod states one of the values and no container another, or every container states one. */
  | {
      readonly kind: 'pod-or-each';
      readonly pod: string;
      readonly container: string;
      readonly values: readonly string[];
    }
  /** Every container's list has the member. */
  | { readonly kind: 'includes'; readonly path: string; readonly member: string }
  /** Each member of a list of mappings has no other keys than these. */
  | { readonly kind: 'keys'; readonly path: string; readonly keys: readonly string[] }
  | { readonly kind: 'every'; readonly rules: readonly Rule[] };

const BASELINE_CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
];
const SYSCTLS_1_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_1_29 = [
  ...SYSCTLS_1_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SYSCTLS_1_32 = [...SYSCTLS_1_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];
const SYSCTLS_1_37 = [...SYSCTLS_1_32, 'net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat'];
const SELINUX_TYPES = ['container_t', 'container_init_t', 'container_kvm_t'];
const PROBE_HOSTS = [
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle.postStart',
  'lifecycle.preStop',
].flatMap((hook) => [`spec.containers[].${hook}.httpGet.host`, `spec.containers[].${hook}.tcpSocket.host`]);

/** A field of the security context, at pod level and in every container. */
const both = (field: string) => [`spec.securityContext.${field}`, `spec.containers[].securityContext.${field}`];
const sysctls = (values: readonly string[]): Rule => ({
  kind: 'allowed',
  paths: ['spec.securityContext.sysctls[].name'],
  values,
});
const selinux = (types: readonly string[]): Rule => ({
  kind: 'every',
  rules: [
    { kind: 'allowed', paths: both('seLinuxOptions.type'), values: types },
    { kind: 'allowed', paths: [...both('seLinuxOptions.user'), ...both('seLinuxOptions.role')], values: [] },
  ],
});
const seccompEverywhere: Rule = {
  kind: 'pod-or-each',
  pod: 'spec.securityContext.seccompProfile.type',
  container: 'securityContext.seccompProfile.type',
  values: ['RuntimeDefault', 'Localhost'],
};
const dropAll: Rule = {
  kind: 'every',
  rules: [
    { kind: 'includes', path: 'securityContext.capabilities.drop', member: 'ALL' },
    { kind: 'allowed', paths: ['spec.containers[].securityContext.capabilities.add[]'], values: ['NET_BIND_SERVICE'] },
  ],
};
const noEscalation: Rule = { kind: 'each', path: 'securityContext.allowPrivilegeEscalation', values: ['false'] };
const nonRoot: Rule = {
  kind: 'pod-or-each',
  pod: 'spec.securityContext.runAsNonRoot',
  container: 'securityContext.runAsNonRoot',
  values: ['true'],
};
const notUserZero: Rule = { kind: 'allowed', paths: both('runAsUser'), values: [/^-?[1-9]\d*$/] };
const defaultProc: Rule = {
  kind: 'allowed',
  paths: ['spec.containers[].securityContext.procMount'],
  values: ['Default'],
};

export const POD_SECURITY: readonly Control[] = [
  {
    id: 'windowsHostProcess',
    level: 'baseline',
    title: 'no HostProcess containers',
    revisions: [{ since: 0, rule: { kind: 'allowed', paths: both('windowsOptions.hostProcess'), values: ['false'] } }],
  },
  {
    id: 'hostNamespaces',
    level: 'baseline',
    title: "none of the host's namespaces",
    revisions: [
      {
        since: 0,
        rule: { kind: 'allowed', paths: ['spec.hostNetwork', 'spec.hostPID', 'spec.hostIPC'], values: ['false'] },
      },
    ],
  },
  {
    id: 'privileged',
    level: 'baseline',
    title: 'no privileged containers',
    revisions: [
      {
        since: 0,
        rule: { kind: 'allowed', paths: ['spec.containers[].securityContext.privileged'], values: ['false'] },
      },
    ],
  },
  {
    id: 'capabilities_baseline',
    level: 'baseline',
    title: 'no capabilities beyond the usual set',
    replacedBy: 'capabilities_restricted',
    revisions: [
      {
        since: 0,
        rule: {
          kind: 'allowed',
          paths: ['spec.containers[].securityContext.capabilities.add[]'],
          values: BASELINE_CAPABILITIES,
        },
      },
    ],
  },
  {
    id: 'hostPathVolumes',
    level: 'baseline',
    title: 'no hostPath volumes',
    revisions: [{ since: 0, rule: { kind: 'absent', paths: ['spec.volumes[].hostPath'] } }],
    replacedBy: 'restrictedVolumes',
  },
  {
    id: 'hostPorts',
    level: 'baseline',
    title: 'no host ports',
    revisions: [{ since: 0, rule: { kind: 'allowed', paths: ['spec.containers[].ports[].hostPort'], values: ['0'] } }],
  },
  {
    id: 'hostProbesAndHostLifecycle',
    level: 'baseline',
    title: 'probes and hooks name no host',
    revisions: [{ since: 34, rule: { kind: 'allowed', paths: PROBE_HOSTS, values: [] } }],
  },
  {
    id: 'appArmorProfile',
    level: 'baseline',
    title: 'AppArmor is not switched off',
    revisions: [
      {
        since: 0,
        rule: {
          kind: 'every',
          rules: [
            { kind: 'allowed', paths: both('appArmorProfile.type'), values: ['RuntimeDefault', 'Localhost'] },
            {
              kind: 'allowed',
              paths: ['metadata.annotations{container.apparmor.security.beta.kubernetes.io/}*'],
              values: ['runtime/default', /^localhost\//],
            },
          ],
        },
      },
    ],
  },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    title: 'SELinux labels of containers only',
    revisions: [
      { since: 0, rule: selinux(SELINUX_TYPES) },
      { since: 31, rule: selinux([...SELINUX_TYPES, 'container_engine_t']) },
    ],
  },
  {
    id: 'procMount',
    level: 'baseline',
    title: 'masked /proc',
    revisions: [
      { since: 0, rule: defaultProc },
      { since: 35, rule: defaultProc, relaxedByUserNamespace: true },
    ],
    replacedBy: 'procMount_restricted',
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    title: 'seccomp is not switched off',
    replacedBy: 'seccompProfile_restricted',
    revisions: [
      {
        since: 0,
        rule: {
          kind: 'allowed',
          paths: [
            'metadata.annotations{seccomp.security.alpha.kubernetes.io/pod}*',
            'metadata.annotations{container.seccomp.security.alpha.kubernetes.io/}*',
          ],
          values: ['runtime/default', 'docker/default', /^localhost\//],
        },
      },
      {
        since: 19,
        rule: { kind: 'allowed', paths: both('seccompProfile.type'), values: ['RuntimeDefault', 'Localhost'] },
      },
    ],
  },
  {
    id: 'sysctls',
    level: 'baseline',
    title: 'safe sysctls only',
    revisions: [
      { since: 0, rule: sysctls(SYSCTLS) },
      { since: 27, rule: sysctls(SYSCTLS_1_27) },
      { since: 29, rule: sysctls(SYSCTLS_1_29) },
      { since: 32, rule: sysctls(SYSCTLS_1_32) },
      { since: 37, rule: sysctls(SYSCTLS_1_37) },
    ],
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    title: 'volumes of harmless kinds only',
    revisions: [
      {
        since: 0,
        rule: {
          kind: 'keys',
          path: 'spec.volumes[]',
          keys: [
            'name',
            'configMap',
            'csi',
            'downwardAPI',
            'emptyDir',
            'ephemeral',
            'image',
            'persistentVolumeClaim',
            'projected',
            'secret',
          ],
        },
      },
    ],
  },
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    title: 'no_new_privs is set',
    revisions: [
      { since: 8, rule: noEscalation },
      { since: 25, rule: noEscalation, linuxOnly: true },
    ],
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    title: 'must not run as root',
    revisions: [
      { since: 0, rule: nonRoot },
      { since: 35, rule: nonRoot, relaxedByUserNamespace: true },
    ],
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    title: 'the user is not 0',
    revisions: [
      { since: 23, rule: notUserZero },
      { since: 35, rule: notUserZero, relaxedByUserNamespace: true },
    ],
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    title: 'a seccomp profile is set',
    revisions: [
      { since: 19, rule: seccompEverywhere },
      { since: 25, rule: seccompEverywhere, linuxOnly: true },
    ],
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    title: 'all capabilities dropped',
    revisions: [
      { since: 22, rule: dropAll },
      { since: 25, rule: dropAll, linuxOnly: true },
    ],
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    title: 'masked /proc, whatever the user namespace',
    revisions: [{ since: 35, rule: defaultProc }],
  },
];
