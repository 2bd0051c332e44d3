/**
 * What other tools get wrong, as artifacts with the verdicts that hold. Each expectation is reasoned from the engine's or the
 * kernel's own behaviour, said beside it.
 */
import { describe, expect, test } from 'vitest';
import { judgeScene, type Scene, verdictOf } from './scene.ts';

interface Trap extends Scene {
  readonly trap: string;
  /** `OBJECT VECTOR`: verdict. */
  readonly expected: Readonly<Record<string, string>>;
}

async function verdicts(trap: Trap): Promise<Record<string, string>> {
  const result = await judgeScene(trap);
  const judged = Object.keys(trap.expected).map((key) => {
    const [name = '', vector = ''] = key.split(' ');
    return [key, verdictOf(result, name, vector)];
  });
  return Object.fromEntries(judged);
}

function holds(traps: readonly Trap[]): void {
  test.each(traps)('$trap', async (trap) => {
    expect(await verdicts(trap)).toEqual(trap.expected);
  });
}

const pod = (spec: string): Scene => ({
  files: { 'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: ${spec}\n` },
});
const compose = (services: string, more = ''): Scene => ({
  files: { 'compose.yaml': `services: ${services}\n${more}` },
});
const docker = (line: string): Scene => ({ target: `docker-run:docker run --name c ${line}` });
const dockerfile = (text: string): Scene => ({ files: { Dockerfile: text } });
const NO_LSM = 'lsm: [capability]';
const APPARMOR = '{ lsm: [capability, apparmor], kernel: 6.8.0 }';

describe('the two levels of a Kubernetes security context', () => {
  holds([
    {
      trap: 'the pod’s settings complete those of the container',
      ...pod(`
  securityContext: { runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }
  containers:
    - { name: c, image: debian, securityContext: { allowPrivilegeEscalation: false } }`),
      // securityContext.DetermineEffectiveSecurityContext of the kubelet: a field that the container leaves out is the pod's.
      expected: {
        'p/c root-user-in-container': 'blocked',
        'p/c seccomp-unconfined': 'blocked',
        'p/c no-new-privs-off': 'blocked',
      },
    },
    {
      trap: 'the container’s settings win over those of the pod, for the worse',
      ...pod(`
  securityContext: { runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }
  containers:
    - { name: c, image: debian, securityContext: { runAsUser: 0, seccompProfile: { type: Unconfined } } }`),
      expected: { 'p/c root-user-in-container': 'open', 'p/c seccomp-unconfined': 'open' },
    },
    {
      trap: 'the container’s settings win over those of the pod, for the better',
      ...pod(`
  securityContext: { runAsUser: 0, seccompProfile: { type: Unconfined } }
  containers:
    - { name: c, image: debian, securityContext: { runAsUser: 10001, seccompProfile: { type: RuntimeDefault } } }`),
      expected: { 'p/c root-user-in-container': 'blocked', 'p/c seccomp-unconfined': 'blocked' },
    },
    {
      trap: 'each container completes its own fields',
      ...pod(`
  securityContext: { runAsUser: 10001 }
  containers:
    - { name: a, image: debian }
    - { name: b, image: debian, securityContext: { runAsUser: 0 } }`),
      expected: { 'p/a root-user-in-container': 'blocked', 'p/b root-user-in-container': 'open' },
    },
  ]);
});

describe('one object of several', () => {
  holds([
    {
      trap: 'the second container is looked at, and the first is not blamed for it',
      ...pod(`
  containers:
    - { name: a, image: debian }
    - { name: b, image: debian, securityContext: { privileged: true } }`),
      expected: {
        'p/a privileged-container': 'blocked',
        'p/b privileged-container': 'open',
        'p/a cap-sys-module': 'blocked',
        'p/b cap-sys-module': 'open',
      },
    },
    {
      trap: 'the fault of an init container is its own',
      ...pod(`
  initContainers:
    - { name: setup, image: busybox, securityContext: { privileged: true } }
  containers:
    - { name: c, image: debian }`),
      expected: { 'p/setup privileged-container': 'open', 'p/c privileged-container': 'blocked' },
    },
    {
      trap: 'a sidecar and an ephemeral container are objects too',
      ...pod(`
  initContainers:
    - { name: mesh, image: proxy, restartPolicy: Always, securityContext: { capabilities: { add: [NET_ADMIN] } } }
  containers:
    - { name: c, image: debian }
  ephemeralContainers:
    - { name: debug, image: busybox, securityContext: { capabilities: { add: [SYS_ADMIN] } } }`),
      expected: {
        'p/mesh cap-net-admin': 'open',
        'p/c cap-net-admin': 'blocked',
        'p/debug cap-sys-admin': 'open',
        'p/c cap-sys-admin': 'blocked',
      },
    },
    {
      trap: 'every service of a compose file',
      ...compose('\n  web: { image: debian }\n  tool: { image: debian, pid: host }'),
      expected: { 'web host-process-list': 'blocked', 'tool host-process-list': 'open' },
    },
    {
      trap: 'every document of a file, in every kind of controller',
      files: {
        'all.yaml': ['CronJob', 'Deployment']
          .map((kind) => {
            const template =
              '{ spec: { containers: [{ name: c, image: debian, securityContext: { privileged: true } }] } }';
            const spec =
              kind === 'CronJob' ? `{ jobTemplate: { spec: { template: ${template} } } }` : `{ template: ${template} }`;
            return `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${kind.toLowerCase()} }\nspec: ${spec}\n`;
          })
          .join('---\n'),
      },
      expected: { 'cronjob/c privileged-container': 'open', 'deployment/c privileged-container': 'open' },
    },
  ]);
});

describe('user namespaces and other kernels', () => {
  const SYS_MODULE = '{ name: c, image: debian, securityContext: { capabilities: { add: [SYS_MODULE, SYS_ADMIN] } } }';
  holds([
    {
      trap: 'hostUsers: false takes the host from root of the pod',
      ...pod(`{ hostUsers: false, containers: [${SYS_MODULE}] }`),
      // may_init_module() asks capable(), in the initial user namespace.
      expected: { 'p/c no-user-namespace': 'blocked', 'p/c cap-sys-module': 'blocked', 'p/c cap-sys-admin': 'blocked' },
    },
    {
      trap: 'without hostUsers: false the same pod is root of the host',
      ...pod(`{ containers: [${SYS_MODULE}] }`),
      expected: { 'p/c no-user-namespace': 'open', 'p/c cap-sys-module': 'open', 'p/c cap-sys-admin': 'open' },
    },
    {
      trap: 'userns-remap of a daemon.json that is read beside',
      files: {
        'daemon.json': '{ "userns-remap": "default" }',
        'compose.yaml': 'services:\n  web: { image: debian, cap_add: [SYS_MODULE], volumes: ["/:/host"] }\n',
      },
      // The mapped root owns nothing of the host: /etc is root's, mode 755.
      expected: {
        'web cap-sys-module': 'blocked',
        'web no-user-namespace': 'blocked',
        'web host-etc-mount': 'blocked',
      },
    },
    {
      trap: 'userns_mode: host takes the container out of userns-remap',
      files: {
        'daemon.json': '{ "userns-remap": "default" }',
        'compose.yaml':
          'services:\n  web: { image: debian, cap_add: [SYS_MODULE], volumes: ["/:/host"], userns_mode: host }\n',
      },
      expected: { 'web cap-sys-module': 'open', 'web no-user-namespace': 'open', 'web host-etc-mount': 'open' },
    },
    {
      trap: 'gVisor answers the system calls itself',
      ...pod(`{ runtimeClassName: gvisor, containers: [${SYS_MODULE}] }`),
      expected: { 'p/c cap-sys-module': 'blocked', 'p/c cap-sys-admin': 'blocked' },
    },
    {
      trap: 'Kata has a kernel of its own',
      ...pod(`{ runtimeClassName: kata-qemu, containers: [${SYS_MODULE}] }`),
      expected: { 'p/c cap-sys-module': 'blocked', 'p/c cap-sys-admin': 'blocked' },
    },
    {
      trap: 'a RuntimeClass of any name, by the handler that it states',
      files: {
        'all.yaml': `apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: { name: safe }\nhandler: runsc\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { runtimeClassName: safe, containers: [${SYS_MODULE}] }\n`,
      },
      expected: { 'p/c cap-sys-module': 'blocked' },
    },
    {
      trap: 'a RuntimeClass that nobody knows is neither safe nor unsafe',
      ...pod(`{ runtimeClassName: special, containers: [${SYS_MODULE}] }`),
      expected: { 'p/c cap-sys-module': 'unknown' },
    },
    {
      trap: 'a directory of the host is as reachable through gVisor as without',
      ...compose('\n  web: { image: debian, runtime: runsc, volumes: ["/:/host"] }'),
      expected: { 'web host-etc-mount': 'open', 'web cap-sys-module': 'blocked' },
    },
  ]);
});

describe('who root is', () => {
  const user = (text: string, verdict: string, trap: string): Trap => ({
    trap,
    ...dockerfile(text),
    expected: { 'Dockerfile image-runs-as-root': verdict },
  });
  holds([
    user('FROM scratch\nUSER 0\n', 'open', 'USER 0'),
    user('FROM scratch\nUSER 0:0\n', 'open', 'USER 0:0'),
    user('FROM debian\nUSER root:root\n', 'open', 'USER root:root'),
    user('FROM scratch\nUSER 00\n', 'open', 'USER 00, which Go reads as a number'),
    user('FROM scratch\nCMD ["/a"]\n', 'open', 'no USER at all'),
    user(
      'FROM scratch AS build\nUSER 10001\nFROM scratch\nCMD ["/a"]\n',
      'open',
      'USER in a stage that is not the last',
    ),
    user(
      'FROM scratch AS base\nUSER 10001\nFROM base\nCMD ["/a"]\n',
      'blocked',
      'USER in a stage that the last is built from',
    ),
    user('FROM scratch\nUSER 10001\nUSER 0\n', 'open', 'the last USER counts'),
    user('FROM scratch\nARG UID=0\nUSER $UID\n', 'open', 'USER from an ARG'),
    user('FROM scratch\nUSER 10001:0\n', 'blocked', 'the group root is not the user root'),
    {
      trap: 'the user of an image that a service builds, and of one that overrides it',
      files: {
        Dockerfile: 'FROM scratch\nUSER 10001\n',
        'compose.yaml':
          'services:\n  image: { build: . }\n  root: { build: ., user: "0" }\n  word: { build: ., user: root }\n',
      },
      expected: {
        'image root-user-in-container': 'blocked',
        'root root-user-in-container': 'open',
        'word root-user-in-container': 'open',
      },
    },
  ]);
});

describe('capabilities', () => {
  const spelled = (drop: string, add: string): Trap => ({
    trap: `cap_drop ${drop}, cap_add ${add}`,
    ...compose(
      `\n  web: { image: debian, cap_drop: [${drop}], cap_add: [${add}], security_opt: ["apparmor=unconfined"] }`,
    ),
    // moby oci/caps NormalizeLegacyCapabilities: any case, with or without the prefix.
    expected: { 'web cap-sys-admin': 'open', 'web cap-net-raw': 'blocked' },
  });
  holds([
    spelled('ALL', 'SYS_ADMIN'),
    spelled('all', 'sys_admin'),
    spelled('All', 'CAP_SYS_ADMIN'),
    spelled('ALL', 'Cap_Sys_Admin'),
    {
      trap: 'dropped and added: what is added stays',
      ...docker('--cap-drop all --cap-add net_raw debian'),
      expected: { 'c cap-net-raw': 'open', 'c cap-setuid-setgid': 'blocked' },
    },
    {
      trap: 'ALL added, one dropped in another case',
      ...docker('--cap-add ALL --cap-drop cap_sys_module --security-opt seccomp=unconfined debian'),
      expected: { 'c cap-sys-module': 'blocked', 'c cap-sys-admin': 'open' },
    },
    {
      trap: 'SYS_PTRACE without the host’s PID namespace is no escape',
      ...docker('--cap-add SYS_PTRACE --security-opt apparmor=unconfined debian'),
      expected: { 'c cap-sys-ptrace': 'blocked', 'c host-pid-namespace': 'blocked' },
    },
    {
      trap: 'SYS_PTRACE with the host’s PID namespace is one',
      ...docker('--cap-add SYS_PTRACE --pid host --security-opt apparmor=unconfined debian'),
      expected: { 'c cap-sys-ptrace': 'open' },
    },
    {
      trap: 'a neighbour’s PID namespace may itself be the host’s: SYS_PTRACE there is no safe matter',
      ...docker('--cap-add SYS_PTRACE --pid container:db --security-opt apparmor=unconfined debian'),
      expected: { 'c cap-sys-ptrace': 'unknown', 'c cap-sys-ptrace-neighbours': 'unknown' },
    },
    {
      trap: 'SYS_MODULE in a user namespace is no escape',
      target:
        'podman-run:podman run --name c --userns auto --cap-add SYS_MODULE --security-opt seccomp=unconfined debian',
      expected: { 'c cap-sys-module': 'blocked' },
    },
    {
      trap: 'SYS_MODULE without one is',
      target: 'podman-run:podman run --name c --cap-add SYS_MODULE --security-opt seccomp=unconfined debian',
      engine: 'podman@5',
      host: '{ lsm: [capability], kernel: 6.8.0 }',
      expected: { 'c cap-sys-module': 'open' },
    },
  ]);
});

describe('no_new_privs', () => {
  holds([
    {
      trap: 'is not on by default',
      ...docker('--user 1000 debian'),
      expected: { 'c no-new-privs-off': 'open' },
    },
    {
      trap: 'nor in Kubernetes',
      ...pod('{ containers: [{ name: c, image: debian, securityContext: { runAsUser: 1000 } }] }'),
      expected: { 'p/c no-new-privs-off': 'open' },
    },
    {
      trap: 'takes nothing from a privileged container that is root already',
      ...docker('--privileged --security-opt no-new-privileges debian'),
      expected: {
        'c no-new-privs-off': 'blocked',
        'c privileged-container': 'open',
        'c cap-sys-module': 'open',
        'c core-pattern-write': 'open',
      },
    },
    {
      trap: 'takes root from a privileged container that runs as another user',
      ...docker('--privileged --user 1000 --security-opt no-new-privileges debian'),
      // Docker gives no ambient capabilities: uid 1000 loses all on execve, and no set-user-id program gives them back.
      expected: { 'c cap-sys-module': 'blocked', 'c root-user-in-container': 'blocked' },
    },
    {
      trap: 'without it a set-user-id program of the image would give root back, and nobody said which it holds',
      ...docker('--privileged --user 1000 debian'),
      expected: { 'c cap-sys-module': 'unknown' },
    },
    {
      trap: 'switched off in words is off',
      ...compose('\n  web: { image: debian, security_opt: ["no-new-privileges:false"] }'),
      expected: { 'web no-new-privs-off': 'open' },
    },
  ]);
});

describe('seccomp', () => {
  const profiled = (profile: object): Scene => ({
    files: {
      'profile.json': JSON.stringify(profile),
      'compose.yaml': 'services:\n  web: { image: debian, security_opt: ["seccomp=./profile.json"] }\n',
    },
    host: NO_LSM,
  });
  const socketRule = (args: readonly object[], architectures = ['SCMP_ARCH_X86_64']) => ({
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures,
    syscalls: [{ names: ['socket'], action: 'SCMP_ACT_ERRNO', args }],
  });
  const INET_ONLY = {
    defaultAction: 'SCMP_ACT_ERRNO',
    syscalls: [{ names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 2, op: 'SCMP_CMP_EQ' }] }],
  };
  const ALG = { index: 0, value: 0xffffffff, valueTwo: 38, op: 'SCMP_CMP_MASKED_EQ' };
  holds([
    {
      /*
       * runc splits a rule with two conditions on one argument into rules of a condition each (libcontainer/seccomp
       * seccomp_linux.go matchCall, "old behavior" for Docker's sake since 1.0.0-rc5; opencontainers/runc issue 2735), crun does so
       * too (src/libcrun/seccomp.c), youki since 0.7.0; libseccomp itself refuses several conditions on one argument in a rule
       * (seccomp_rule_add(3)). So `!= 16` and `!= 38` refuse when either holds: always. Read as "both", 38 would be left open.
       */
      trap: 'two != conditions on one argument are ORed by the runtimes',
      ...profiled(
        socketRule([
          { index: 0, value: 16, op: 'SCMP_CMP_NE' },
          { index: 0, value: 38, op: 'SCMP_CMP_NE' },
        ]),
      ),
      expected: { 'web af-alg-socket-allowed': 'blocked' },
    },
    {
      trap: 'conditions on two arguments must both hold',
      ...profiled(socketRule([ALG, { index: 1, value: 3, op: 'SCMP_CMP_EQ' }])),
      expected: { 'web af-alg-socket-allowed': 'open' },
    },
    {
      trap: 'one condition alone refuses',
      ...profiled(socketRule([ALG])),
      expected: { 'web af-alg-socket-allowed': 'blocked', 'web seccomp-socketcall-bypass': 'blocked' },
    },
    {
      trap: 'an allow rule on socket opens socketcall whole, where 32-bit programs may run',
      ...profiled({ ...INET_ONLY, architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'] }),
      expected: { 'web af-alg-socket-allowed': 'open', 'web seccomp-socketcall-bypass': 'open' },
    },
    {
      trap: 'and not where they may not',
      ...profiled({ ...INET_ONLY, architectures: ['SCMP_ARCH_X86_64'] }),
      expected: { 'web af-alg-socket-allowed': 'blocked', 'web seccomp-socketcall-bypass': 'blocked' },
    },
    {
      // libseccomp src/syscalls.c abi_rule_add(): on i386 the same action is put on socketcall(1), without the conditions.
      trap: 'a refusing rule on socket refuses socketcall whole',
      ...profiled(socketRule([ALG], ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'])),
      expected: { 'web af-alg-socket-allowed': 'blocked', 'web seccomp-socketcall-bypass': 'blocked' },
    },
    {
      trap: 'a profile named and not found decides nothing',
      ...compose('\n  web: { image: debian, security_opt: ["seccomp=./missing.json"] }'),
      expected: { 'web af-alg-socket-allowed': 'unknown', 'web userns-creation-allowed': 'unknown' },
    },
    {
      trap: 'nor does one that lies on the node',
      ...pod(
        '{ containers: [{ name: c, image: debian, securityContext: { seccompProfile: { type: Localhost, localhostProfile: a.json } } }] }',
      ),
      expected: { 'p/c userns-creation-allowed': 'unknown', 'p/c bpf-syscall-allowed': 'unknown' },
    },
  ]);
});

describe('AppArmor', () => {
  holds([
    {
      trap: 'allows the user namespace and refuses the mount in it',
      ...docker('--security-opt seccomp=unconfined debian'),
      host: APPARMOR,
      // docker-default says `deny mount,`; userns is mediated only by profiles of ABI 4 and later, which it is not.
      expected: {
        'c userns-creation-allowed': 'open',
        'c nested-mount-namespace': 'open',
        'c mount-syscalls-allowed': 'blocked',
      },
    },
    {
      trap: 'and where it is not there, the mount is open',
      ...docker('--security-opt seccomp=unconfined debian'),
      host: '{ lsm: [capability], kernel: 6.8.0 }',
      expected: { 'c userns-creation-allowed': 'open', 'c mount-syscalls-allowed': 'open' },
    },
    {
      trap: 'a profile named that nobody can read is neither loose nor tight',
      ...docker('--cap-add SYS_ADMIN --security-opt apparmor=special debian'),
      host: APPARMOR,
      expected: { 'c mount-syscalls-allowed': 'unknown' },
    },
  ]);
});

describe('read-only mounts of a tree', () => {
  const mounted = (more: string) =>
    pod(`
  volumes: [{ name: r, hostPath: { path: / } }]
  containers:
    - { name: c, image: debian, volumeMounts: [{ name: r, mountPath: /host, readOnly: true${more} }], securityContext: { runAsUser: 0 } }`);
  holds([
    {
      // mnt_want_write() asks the mount that the file lies on: /run is one of its own, and systemd takes units from there.
      trap: 'readOnly of Kubernetes makes the top of the tree read-only alone',
      ...mounted(''),
      expected: { 'p/c host-etc-mount': 'open' },
    },
    {
      trap: 'recursiveReadOnly makes all of it so',
      ...mounted(', recursiveReadOnly: Enabled'),
      expected: { 'p/c host-etc-mount': 'blocked' },
    },
  ]);
});

describe('volumes of compose', () => {
  const volume = (trap: string, volumes: string, verdict: { root: string; etc: string }, more = ''): Trap => ({
    trap,
    ...compose(`\n  web: { image: debian, volumes: [${volumes}] }`, more),
    expected: { 'web host-root-mount': verdict.root, 'web host-etc-mount': verdict.etc },
  });
  const OPEN = { root: 'open', etc: 'open' };
  const CLOSED = { root: 'blocked', etc: 'blocked' };
  // Below the bind /run is a mount of its own, with systemd's units: read-only, too, from Linux 5.12 on.
  const READABLE = { root: 'open', etc: 'unknown' };
  holds([
    volume('short', '"/:/host"', OPEN),
    volume('short, read-only', '"/:/host:ro"', READABLE),
    volume('short, with further modes', '"/:/host:z,ro"', READABLE),
    volume('long', '{ type: bind, source: /, target: /host }', OPEN),
    volume('long, read-only', '{ type: bind, source: /, target: /host, read_only: true }', READABLE),
    volume('long, of another kind', '{ type: volume, source: data, target: /host }', CLOSED, 'volumes: { data: {} }\n'),
    volume('a named volume is not the host', '"data:/host"', CLOSED, 'volumes: { data: {} }\n'),
    volume('an anonymous volume is not the host', '/host', CLOSED),
    volume(
      'a named volume that binds a directory is',
      '"data:/host"',
      OPEN,
      'volumes: { data: { driver: local, driver_opts: { type: none, o: bind, device: / } } }\n',
    ),
    volume('a path that climbs', '"/srv/..:/host"', OPEN),
  ]);
});
