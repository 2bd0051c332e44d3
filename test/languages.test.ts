/** One posture said in four languages has one verdict. What an engine would add of its own is stated in each. */
import { describe, expect, test } from 'vitest';
import { judgeScene, verdictOf } from './scene.ts';

interface Posture {
  readonly name: string;
  readonly docker: string;
  readonly compose: string;
  /** The whole spec. */
  readonly kubernetes: string;
  readonly oci: OciParts;
  readonly expected: Readonly<Record<string, string>>;
}

interface OciParts {
  readonly process?: object;
  readonly root?: object;
  readonly mounts?: readonly object[];
  readonly linux?: object;
  /** Namespaces that are the host's. */
  readonly shared?: readonly string[];
}

const HOST = '{ lsm: [capability], kernel: 6.8.0, cgroup: v2, arch: x86_64 }';
const DEFAULT_CAPABILITIES =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE';
const ALL_CAPABILITIES =
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM';
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/scsi',
  '/proc/timer_list',
  '/sys/firmware',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

function capabilities(words: string): object {
  const names = words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => `CAP_${word}`);
  return { bounding: names, effective: names, permitted: names };
}

function bundle({ process = {}, root = {}, mounts = [], linux = {}, shared = [] }: OciParts): string {
  const namespaces = ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup']
    .filter((type) => !shared.includes(type))
    .map((type) => ({ type }));
  return JSON.stringify({
    ociVersion: '1.2.0',
    process: {
      args: ['sh'],
      cwd: '/',
      user: { uid: 0, gid: 0 },
      capabilities: capabilities(DEFAULT_CAPABILITIES),
      noNewPrivileges: false,
      ...process,
    },
    root: { path: 'rootfs', readonly: false, ...root },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
      ...mounts,
    ],
    linux: { namespaces, maskedPaths: MASKED, readonlyPaths: READ_ONLY, ...linux },
  });
}

const POSTURES: readonly Posture[] = [
  {
    name: 'privileged',
    docker: '--privileged',
    compose: 'privileged: true',
    kubernetes: '{ containers: [{ name: c, image: debian, securityContext: { privileged: true, runAsUser: 0 } }] }',
    oci: {
      process: { capabilities: capabilities(ALL_CAPABILITIES) },
      linux: { maskedPaths: [], readonlyPaths: [], resources: { devices: [{ allow: true, access: 'rwm' }] } },
      mounts: [{ destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev'] }],
    },
    expected: {
      'root-user-in-container': 'open',
      'cap-sys-module': 'open',
      'cap-sys-admin': 'open',
      'core-pattern-write': 'open',
      'mount-host-block-device': 'open',
      'seccomp-unconfined': 'open',
      'no-new-privs-off': 'open',
      'no-user-namespace': 'open',
      'host-process-list': 'blocked',
      'host-network-namespace': 'blocked',
    },
  },
  {
    name: 'hardened, without a filter',
    docker:
      '--user 10001:10001 --cap-drop ALL --security-opt no-new-privileges --read-only --memory 256m --security-opt seccomp=unconfined',
    compose:
      'user: "10001:10001", cap_drop: [ALL], security_opt: ["no-new-privileges:true", "seccomp:unconfined"], read_only: true, mem_limit: 256m',
    kubernetes:
      '{ containers: [{ name: c, image: debian, resources: { limits: { memory: 256Mi } }, securityContext: { runAsUser: 10001, runAsGroup: 10001, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] }, seccompProfile: { type: Unconfined } } }] }',
    oci: {
      process: { user: { uid: 10001, gid: 10001 }, capabilities: capabilities(''), noNewPrivileges: true },
      root: { readonly: true },
      linux: { resources: { memory: { limit: 268435456 } } },
    },
    expected: {
      'root-user-in-container': 'blocked',
      'cap-net-raw': 'blocked',
      'cap-sys-module': 'blocked',
      'core-pattern-write': 'blocked',
      'rootfs-writable': 'blocked',
      'no-new-privs-off': 'blocked',
      'no-memory-limit': 'blocked',
      'seccomp-unconfined': 'open',
      'userns-creation-allowed': 'open',
    },
  },
  {
    name: 'the host’s processes, and the capability to trace them',
    docker: '--pid host --cap-add SYS_PTRACE --user 0 --security-opt seccomp=unconfined',
    compose: 'pid: host, cap_add: [SYS_PTRACE], user: "0", security_opt: ["seccomp=unconfined"]',
    kubernetes:
      '{ hostPID: true, containers: [{ name: c, image: debian, securityContext: { runAsUser: 0, capabilities: { add: [SYS_PTRACE] }, seccompProfile: { type: Unconfined } } }] }',
    oci: { process: { capabilities: capabilities(`${DEFAULT_CAPABILITIES} SYS_PTRACE`) }, shared: ['pid'] },
    expected: {
      'cap-sys-ptrace': 'open',
      'host-process-list': 'open',
      'cap-sys-admin': 'blocked',
      'cap-sys-module': 'blocked',
      'core-pattern-write': 'blocked',
      'seccomp-unconfined': 'open',
    },
  },
  {
    name: 'the engine’s socket and a read-only host',
    docker: '--user 0 --security-opt seccomp=unconfined -v /var/run/docker.sock:/var/run/docker.sock -v /:/host:ro',
    compose:
      'user: "0", security_opt: ["seccomp=unconfined"], volumes: ["/var/run/docker.sock:/var/run/docker.sock", "/:/host:ro"]',
    kubernetes:
      '{ volumes: [{ name: s, hostPath: { path: /var/run/docker.sock } }, { name: r, hostPath: { path: / } }], containers: [{ name: c, image: debian, volumeMounts: [{ name: s, mountPath: /var/run/docker.sock }, { name: r, mountPath: /host, readOnly: true, recursiveReadOnly: Enabled }], securityContext: { runAsUser: 0, seccompProfile: { type: Unconfined } } }] }',
    oci: {
      mounts: [
        { destination: '/var/run/docker.sock', type: 'bind', source: '/var/run/docker.sock', options: ['rbind', 'rw'] },
        { destination: '/host', type: 'bind', source: '/', options: ['rbind', 'rro'] },
      ],
    },
    expected: {
      'docker-socket-mount': 'open',
      'host-root-mount': 'open',
      'host-etc-mount': 'blocked',
      'cap-sys-admin': 'blocked',
      // A bind of / brings the mounts below it: /host/proc is the host's.
      'host-process-list': 'open',
    },
  },
];

describe.each(POSTURES)('$name', ({ docker, compose, kubernetes, oci, expected }) => {
  const spellings = [
    { language: 'docker run', name: 'c', target: `docker-run:docker run --name c ${docker} debian` },
    { language: 'compose', name: 'c', files: { 'compose.yaml': `services:\n  c: { image: debian, ${compose} }\n` } },
    {
      language: 'Kubernetes',
      name: 'p/c',
      files: { 'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: ${kubernetes}\n` },
    },
    { language: 'OCI config', name: undefined, files: { 'config.json': bundle(oci) } },
  ];

  test.each(spellings)('$language', async ({ language: _, name, ...scene }) => {
    const result = await judgeScene({ ...scene, host: HOST });
    const object = name ?? result.targets.find((target) => target.artifact === 'oci-config')?.name ?? '';
    const judged = Object.keys(expected).map((vector) => [vector, verdictOf(result, object, vector)]);
    expect(Object.fromEntries(judged)).toEqual(expected);
  });
});
