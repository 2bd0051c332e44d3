import { AF, type Capability, parseCapability, syscallNumber } from '../kernel/index.ts';
import {
  all,
  any,
  becomesRoot,
  capable,
  capableInOwn,
  connectsToSocket,
  createsUserNamespace,
  deviceAllowed,
  type Expr,
  fact,
  type Gate,
  holds,
  host,
  hostSysctl,
  kernelConfig,
  mounted,
  mounts,
  mountsSomewhere,
  opensDevice,
  opensSocket,
  reaches,
  readsKernelFile,
  rootMapsToHost,
  sharedKernel,
  syscall,
  writesRootFile,
} from '../model/words.ts';
import { actsWith, CHANGE, mayDo, onKubernetes, POD_MAKERS } from '../model/words-of-kubernetes.ts';
import { CALLS } from './calls.ts';

/**
 * The vocabulary of preconditions, each in the gates of the model. What a posture cannot say (whether images are hostile, whether an
 * operator copies files out of containers) is a fact of the host profile, taken as in the records where nobody states it: what an
 * operator does counts as done, what is off unless asked for counts as off.
 */
export interface Precondition {
  readonly is: Expr;
  /** It says for whom the entry is a question at all; where it does not hold, the entry is not applicable. */
  readonly asks?: true;
}

// --- what nobody states ------------------------------------------------------------------------------------------------

/** Done or present, unless a host profile says `facts: {NAME: false}`. */
const unlessDenied = (name: string, title: string, mechanism: 'image' | 'daemon' | 'orchestrator'): Gate =>
  fact(`host.fact.${name}`, { isNot: false }, mechanism, { absent: 'passes', title });

/** Not done, not there, unless a host profile says `facts: {NAME: true}`. */
const ifStated = (name: string, title: string, mechanism: 'daemon' | 'orchestrator' | 'dac'): Gate =>
  fact(`host.fact.${name}`, { is: true }, mechanism, { absent: 'closed', title });

/** Hardware and kernel features are taken as present: the question is what would have been exposed where they are. */
const present = (name: string, title: string): Gate =>
  host(`host.fact.${name}`, { isNot: false }, { usually: 'passes', title });

const hypervisorHas = (name: string, title: string): Gate =>
  fact(`host.fact.hypervisor-${name}`, { is: true }, 'hypervisor', { title });

// --- compositions ------------------------------------------------------------------------------------------------------

const hostileImage = unlessDenied('hostile-images', 'the image may be hostile', 'image');

const usesEngine = (title: string, ...names: readonly string[]): Gate =>
  fact('engine.name', { in: names }, 'daemon', { absent: 'closed', title });

const builder = usesEngine('the engine builds images', 'docker', 'podman');

const startsPods = all('has pods started', onKubernetes, ...actsWith(mayDo(['create'], POD_MAKERS)));

const mayUse = (title: string, verbs: readonly string[], resources: readonly string[]): Expr =>
  all(title, onKubernetes, ...actsWith(mayDo(verbs, resources)));

const usesEngineApi = connectsToSocket({
  covers: ['/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock', '/run/podman/podman.sock'],
  title: "the engine's socket is mounted",
});

/** Whoever can start containers through the engine or the API server chooses their options. */
const choosesOptions = any(
  'chooses options of containers that are started',
  ifStated('others-start-containers', 'others have containers started with options of their own', 'daemon'),
  usesEngineApi,
  startsPods,
);

const sharedVolume = any(
  'shares files with another container or with the host',
  mounted({ types: ['volume'], shared: true, title: 'a volume that other containers mount' }),
  mounted({ types: ['bind'], writable: true, title: 'a writable path of the host is mounted' }),
);

const setuidProgram = all(
  'executes a set-user-id program that is honoured',
  { gate: 'privilege-gain' },
  { gate: 'setuid-program' },
);

/** Every container of today's engines has its own instance; one can be mounted, too (devpts_mount(), fs/devpts/inode.c, 4.7). */
const pseudoTerminal = any(
  'has pseudo-terminals',
  mounted({ types: ['devpts'], title: 'a pseudo-terminal file system is mounted' }),
  mounted({ types: ['bind'], source: '^/$|^/dev(/|$)', title: "the host's /dev is mounted" }),
  mountsSomewhere,
);

/** Sysctls of namespaces belong to the root of the user namespace that owns them (net_ctl_permissions(), net/sysctl_net.c). */
const writableSysctls = all(
  'writes sysctls of its namespaces',
  sharedKernel,
  becomesRoot,
  any(
    'a writable /proc/sys',
    all(
      "in the container's own mount",
      { gate: 'unmasked', path: '/proc/sys' },
      { gate: 'writable-mount', path: '/proc/sys' },
      { gate: 'lsm', operation: 'write', path: '/proc/sys/net' },
    ),
    mounts,
  ),
);

/** For everybody, or by a capability that the switch does not bind (bpf_prog_load(), kernel/bpf/syscall.c, 5.8). */
const bpfForEverybody = any(
  'bpf() is not kept to the privileged',
  hostSysctl('kernel.unprivileged_bpf_disabled', { is: 0 }, { usually: 'passes' }),
  capable('BPF'),
  capable('SYS_ADMIN'),
);

/** perf_allow_kernel() and perf_allow_cpu(), include/linux/perf_event.h (5.8); 3 is the value that Debian and Android added. */
const perfForEverybody = any(
  'perf events are not kept to the privileged',
  hostSysctl('kernel.perf_event_paranoid', { below: 3 }, { usually: 'passes' }),
  capable('PERFMON'),
  capable('SYS_ADMIN'),
);

/** ping_init_sock(), net/ipv4/ping.c: a namespace of its own begins with the empty range `1 0`. */
const pingSockets = any(
  'ping sockets are open to its group',
  fact('sysctl.net.ipv4.ping_group_range', { notMatches: '^1\\s+0$' }, 'kernel', { absent: 'closed' }),
  all(
    "in the host's network namespace",
    fact('namespace.net', { is: 'host' }, 'namespace-net'),
    hostSysctl('net.ipv4.ping_group_range', { notMatches: '^1\\s+0$' }),
  ),
);

const inHostNetwork = fact('namespace.net', { is: 'host' }, 'namespace-net', {
  set: 'private',
  title: "uses the host's network namespace",
});

const device = (
  path: string,
  title: string,
  more: { major?: number; minor?: number; mode?: 'any'; groups?: string[] },
) => opensDevice({ path, title, type: 'c', access: 'rw', ...more });

const terminal = fact('process.terminal', { is: true }, 'runtime', {
  absent: 'closed',
  title: 'a terminal is handed in',
});

const asks = (is: Expr): Precondition => ({ is, asks: true });
const needs = (is: Expr): Precondition => ({ is });

// --- the vocabulary ----------------------------------------------------------------------------------------------------

/** Conditions by their whole name. */
export const PRECONDITIONS: Readonly<Record<string, Precondition>> = {
  'shared-kernel': needs(sharedKernel),
  'userns-create': needs(createsUserNamespace),
  'uid:0@container': needs(becomesRoot),
  'uid:0@host': needs(rootMapsToHost),
  'setuid-binary': needs(setuidProgram),
  'mount-op': needs(mountsSomewhere),
  'volume:shared': needs(sharedVolume),
  'host-network': needs(inHostNetwork),
  'host-user': asks(ifStated('hostile-host-users', 'the attacker has a login on the host', 'dac')),
  'guest-kernel': asks(
    fact('sandbox.kind', { is: 'hypervisor' }, 'hypervisor', { title: 'the attacker controls the kernel of a guest' }),
  ),
  'user-space-kernel:taken': needs(present('sentry-taken', 'the attacker has taken the kernel that serves its calls')),

  'image:attacker-controlled': needs(hostileImage),
  'dockerfile:attacker-controlled': needs(
    all('builds what may be hostile', builder, unlessDenied('hostile-builds', 'builds may be hostile', 'image')),
  ),
  'config:attacker-controlled': needs(choosesOptions),
  'exec-into': needs(unlessDenied('operator-executes', 'somebody executes commands in running containers', 'daemon')),

  'arch:x86-64': needs(fact('host.arch', { is: 'x86_64' }, 'kernel', { absent: 'passes' })),
  'cgroup:v1': needs(host('host.cgroup', { in: ['v1', 'hybrid'] }, { usually: 'passes' })),
  'cgroup:v2': needs(host('host.cgroup', { in: ['v2', 'hybrid'] }, { usually: 'passes' })),
  'lsm:apparmor': needs(host('host.lsm', { matches: '^apparmor$' }, { usually: 'passes' })),
  'lsm:selinux': needs(host('host.lsm', { matches: '^selinux$' })),

  'device:/dev/binder': needs(device('^/dev/binder', 'the binder node is within reach', { mode: 'any' })),
  'device:/dev/cuse': needs(host('host.module.cuse', { isNot: 'absent' }, { usually: 'passes' })),
  'device:/dev/dri/renderD*': needs(
    device('^/dev/dri(/|$)', 'a graphics processor is within reach', { major: 226, mode: 'any' }),
  ),
  'device:/dev/kvm': needs(device('^/dev/kvm$', '/dev/kvm is within reach', { major: 10, minor: 232, mode: 'any' })),
  'device:/dev/ptmx': needs(pseudoTerminal),
  'device:/dev/snd/*': needs(
    device('^/dev/snd(/|$)', 'sound devices are within reach', { major: 116, groups: ['audio'] }),
  ),
  'device:/dev/tty0': needs(
    device('^/dev/(tty\\d|console$)', 'a console of the host is within reach', { major: 4, groups: ['tty'] }),
  ),
  'device:/dev/vhost-scsi': needs(
    // Its minor number is given out when the module is loaded.
    device('^/dev/vhost-', 'vhost devices are within reach', { groups: ['kvm'] }),
  ),
  'device:/dev/video*': needs(
    device('^/dev/(video|media|v4l(/|$))', 'a video device is within reach', { major: 81, groups: ['video'] }),
  ),

  'fs:overlayfs': needs(kernelConfig('OVERLAY_FS', { usually: 'passes' })),
  'fs:shiftfs': needs(kernelConfig('SHIFT_FS', { usually: 'passes' })),
  'fs:tmpfs': needs(kernelConfig('TMPFS', { usually: 'passes' })),
  'fs:fuse': needs(
    all(
      'serves a file system of its own',
      kernelConfig('FUSE_FS', { usually: 'passes' }),
      device('^/dev/fuse$', '/dev/fuse is within reach', { major: 10, minor: 229, mode: 'any' }),
    ),
  ),
  'fs:xfs(reflink)': needs(
    host(
      'host.fact.container-storage',
      { matches: 'xfs' },
      { usually: 'passes', title: 'files of containers lie on XFS with reflink' },
    ),
  ),

  'write:/proc/self/mem': needs({ gate: 'unmasked', path: '/proc/self/mem' }),
  'write:/proc/sys': needs(writableSysctls),
  'write:/etc/hosts': needs(
    all(
      'writes its /etc/hosts',
      becomesRoot,
      fact('rootfs.readonly', { isNot: true }, 'mount', { absent: 'passes', set: true }),
    ),
  ),
  'read:/sys/devices/virtual/powercap': needs(readsKernelFile('/sys/devices/virtual/powercap')),

  'sysctl:kernel.unprivileged_bpf_disabled=0': needs(bpfForEverybody),
  'sysctl:kernel.perf_event_paranoid<=2': needs(perfForEverybody),
  'sysctl:kernel.unprivileged_userns_clone=1': needs(
    hostSysctl('kernel.unprivileged_userns_clone', { isNot: 0 }, { usually: 'passes' }),
  ),
  'sysctl:kernel.yama.ptrace_scope<2': needs(
    hostSysctl('kernel.yama.ptrace_scope', { below: 2 }, { usually: 'passes' }),
  ),
  'sysctl:net.ipv4.ping_group_range covers the group': needs(pingSockets),
  'sysctl:net.ipv4.tcp_sack=1': needs(hostSysctl('net.ipv4.tcp_sack', { isNot: 0 }, { usually: 'passes' })),

  'kernel-config:POSIX_CPU_TIMERS_TASK_WORK=n': needs(
    host('host.kernel-config.POSIX_CPU_TIMERS_TASK_WORK', { is: 'n' }, { usually: 'passes' }),
  ),
  'kernel-config:interface with UDP fragmentation offload': needs(
    present('udp-fragmentation-offload', 'an interface offloads the fragmentation of UDP'),
  ),

  'net:reach(any TCP socket of the host or of a container)': needs(opensSocket(AF.INET)),
  'net:reach(bridge neighbours)': needs(reaches('neighbours')),
  'net:reach(containers on other bridge networks)': needs(reaches('neighbours')),
  'net:reach(a peer that can send IGMP queries)': needs(reaches('neighbours')),
  'net:reach(admission webhook of the controller)': needs({ gate: 'network', to: 'neighbours', usually: 'passes' }),
  'net:reach(node on the same link)': needs(reaches('host')),
  'net:reach(engine API address of the desktop VM)': needs(reaches('outside')),
  'net:reach(host with a configured TIPC bearer)': needs(
    host('host.fact.tipc-bearer', { is: true }, { title: 'the host has a TIPC bearer' }),
  ),

  'engine:api-access': needs(usesEngineApi),
  'engine:authz-plugin': needs(
    fact('daemon.authorization-plugins', { matches: '.' }, 'daemon', {
      absent: 'closed',
      title: 'the daemon asks an authorization plug-in',
    }),
  ),
  'engine:build': needs(builder),
  'engine:buildah': needs(builder),
  'engine:buildkit': needs(builder),
  'engine:buildkit(custom frontend)': needs(builder),
  'engine:buildkit(git context)': needs(builder),
  'engine:checkpoint-restore': needs(
    unlessDenied('checkpoints-restored', 'checkpoints are restored from images', 'daemon'),
  ),
  'engine:classic-builder': needs(ifStated('classic-builder', 'the classic builder is in use', 'daemon')),
  'engine:compose-remote': needs(ifStated('remote-compose-files', 'compose files come from registries', 'daemon')),
  'engine:cp': needs(unlessDenied('operator-copies', 'somebody copies files out of containers or into them', 'daemon')),
  'engine:cri': asks(onKubernetes),
  'engine:cri-o': asks(onKubernetes),
  'engine:device-rules-omitted': needs(deviceAllowed('b', 'rwm')),
  'engine:docker-desktop': asks(ifStated('docker-desktop', 'Docker Desktop runs it', 'daemon')),
  'engine:fips-host': needs(hostSysctl('crypto.fips_enabled', { is: 1 })),
  'engine:firewalld': needs(present('firewalld', 'firewalld runs on the host')),
  'engine:internal-network': needs(
    fact('network.mode', { is: 'internal' }, 'namespace-net', { title: 'its network is internal' }),
  ),
  'engine:kube-play': needs(ifStated('podman-kube-play', 'podman plays Kubernetes files', 'daemon')),
  'engine:nvidia-runtime': needs(
    any(
      "NVIDIA's toolkit prepares it",
      fact('request.gpus', { matches: '.' }, 'device-policy', { absent: 'closed', title: 'asks for GPUs' }),
      fact('runtime.name', { matches: 'nvidia' }, 'device-policy', { absent: 'closed' }),
    ),
  ),
  'engine:plugin-install': needs(ifStated('hostile-plug-ins', 'plug-ins of the engine may be hostile', 'daemon')),
  'engine:podman': asks(usesEngine('podman starts it', 'podman')),
  'engine:pull': needs(unlessDenied('operator-pulls', 'somebody pulls images', 'daemon')),
  'engine:security-options': needs(present('security-options', 'its security options are relied upon')),
  'engine:tty': needs(terminal),
  'engine:tty(inherited)': needs(terminal),
  'engine:userns-remap': needs(
    fact('namespace.user', { isNot: 'host' }, 'daemon', { title: 'user namespaces are remapped' }),
  ),
  'engine:volume-export': needs(unlessDenied('operator-copies', 'somebody exports volumes', 'daemon')),

  'runtime:gvisor(kvm or ptrace platform)': asks(
    fact('host.fact.gvisor-platform', { notIn: ['systrap'] }, 'user-space-kernel', { absent: 'passes' }),
  ),
  'runtime:kata(confidential)': asks(ifStated('kata-confidential', 'Kata keeps secrets from the host', 'daemon')),
  'runtime:kata(runtime-rs)': asks(
    fact('runtime.name', { matches: '-rs$|runtime-rs|^kata$' }, 'hypervisor', { absent: 'closed' }),
  ),
  'runtime:runc(rootless)': asks(
    fact('engine.rootless', { is: true }, 'namespace-user', { absent: 'closed', title: 'the engine is rootless' }),
  ),

  'hypervisor:floppy': needs(hypervisorHas('floppy', 'the machine has a floppy controller')),
  'hypervisor:jailer started as root': needs(hypervisorHas('jailer-as-root', 'the jailer is started as root')),
  'hypervisor:nested': needs(hypervisorHas('nested', 'guests may run guests of their own')),
  'hypervisor:pcnet': needs(hypervisorHas('pcnet', 'the machine has a PCnet card')),
  'hypervisor:pit-emulation': needs(hypervisorHas('pit-emulation', 'the interval timer is emulated by QEMU')),
  'hypervisor:shadow paging or nested': needs(hypervisorHas('shadow-paging', 'the host keeps shadow page tables')),
  'hypervisor:slirp': needs(hypervisorHas('slirp', 'the machine has user-mode networking')),
  'hypervisor:untrusted-host': asks(ifStated('hostile-host', 'the host itself is the attacker', 'dac')),
  'hypervisor:usb': needs(hypervisorHas('usb', 'the machine has a USB controller')),
  'hypervisor:vhost-net': needs(present('hypervisor-vhost-net', 'vhost serves the network card')),
  'hypervisor:virtio-block with image type detection': needs(
    hypervisorHas('image-type-detection', 'the type of disk images is guessed'),
  ),
  'hypervisor:virtio-fs': needs(present('hypervisor-virtio-fs', 'files are shared by virtio-fs')),
  'hypervisor:virtio-vsock': needs(present('hypervisor-virtio-vsock', 'the machine has a vsock device')),
  'hypervisor:xen-pv': needs(hypervisorHas('xen-pv', 'the guest is paravirtualised by Xen')),

  'hardware:ACPI platform drivers': needs(present('acpi-platform-drivers', 'ACPI platform drivers are loaded')),
  'hardware:AMD Zen 2': needs(present('amd-zen-2', 'the processor is an AMD Zen 2')),
  'hardware:AMD processor': needs(present('amd-processor', 'the processor is an AMD')),
  'hardware:Intel GPU': needs(present('intel-gpu', 'the host has an Intel GPU')),
  'hardware:Intel RAPL': needs(present('intel-rapl', 'the processor counts its energy')),
  'hardware:NVIDIA GPU': needs(present('nvidia-gpu', 'the host has an NVIDIA GPU')),
  'hardware:SCSI disk': needs(present('scsi-disk', 'the host has a SCSI disk')),

  'k8s:create pods': needs(startsPods),
  'k8s:create pods and persistent volumes': needs(
    all('makes pods and volumes', startsPods, mayDo(['create'], ['persistentvolumes'])),
  ),
  'k8s:create pods with annotations': needs(startsPods),
  'k8s:create pods with hostNetwork or hostIPC': needs(startsPods),
  'k8s:create pods with hostPath': needs(startsPods),
  'k8s:create pods with user namespaces': needs(startsPods),
  'k8s:create ingresses': needs(mayUse('makes ingresses', ['create', ...CHANGE], ['ingresses'])),
  'k8s:create services': needs(mayUse('makes services', ['create', ...CHANGE], ['services'])),
  'k8s:update nodes': needs(mayUse('changes nodes', CHANGE, ['nodes'])),
  'k8s:exec, attach or portforward on a pod': needs(
    mayUse('enters pods', ['create', 'get'], ['pods/exec', 'pods/attach', 'pods/portforward']),
  ),
  'k8s:aggregated API discovery': needs(all('asks the API server', onKubernetes, ...actsWith())),
  'k8s:control of a node': needs(ifStated('node-taken', 'the attacker has taken a node', 'orchestrator')),
  'k8s:gitRepo volumes': needs(
    unlessDenied('git-repo-volumes', 'volumes of the kind gitRepo are admitted', 'orchestrator'),
  ),
  'k8s:ingress-nginx': asks(
    fact('host.fact.ingress-nginx', { is: true }, 'orchestrator', { title: 'the cluster runs ingress-nginx' }),
  ),
  'k8s:localhost seccomp profile': needs(
    unlessDenied('localhost-seccomp-profiles', 'profiles of the node are admitted', 'orchestrator'),
  ),
  'k8s:pods without runAsUser': needs(
    fact('request.user', { notMatches: '.' }, 'orchestrator', { absent: 'passes', title: 'no user is asked for' }),
  ),
  'k8s:secret, config or projected volumes': needs(
    mounted({
      types: ['secret', 'configMap', 'projected', 'downwardAPI'],
      title: 'a volume of a secret or of configuration is mounted',
    }),
  ),
  'k8s:subPath volumes': needs(
    any('uses the sub path of a volume', mounted({ subpath: true, title: 'a sub path is mounted' }), startsPods),
  ),
  'k8s:validating webhook on nodes': needs(
    fact('host.fact.webhook-on-nodes', { is: true }, 'orchestrator', { title: 'a webhook validates nodes' }),
  ),
  'k8s:Windows nodes': asks(
    fact('host.fact.windows-nodes', { is: true }, 'orchestrator', { title: 'the cluster has Windows nodes' }),
  ),
};

interface Pattern {
  /** How the name is written, for people. */
  readonly written: string;
  readonly name: RegExp;
  readonly is: (rest: string) => Expr | undefined;
}

const flat = (text: string): string => text.toLowerCase();

/** A gate on what does not exist would be closed for ever. */
const exists = (call: string): boolean =>
  (['x86_64', 'aarch64'] as const).some((arch) => syscallNumber(arch, call) !== undefined);

const withCapability = (text: string, of: (name: Capability) => Expr): Expr | undefined => {
  const name = parseCapability(text);
  return name === undefined ? undefined : of(name);
};

/** Conditions with a name in them. */
export const PATTERNS: readonly Pattern[] = [
  {
    written: 'cap:CAP_NAME@init-userns',
    name: /^cap:CAP_(\w+)@init-userns$/,
    is: (text) => withCapability(text, capable),
  },
  {
    written: 'cap:CAP_NAME@any-userns',
    name: /^cap:CAP_(\w+)@any-userns$/,
    is: (text) => withCapability(text, capableInOwn),
  },
  {
    written: 'cap:CAP_NAME@container',
    name: /^cap:CAP_(\w+)@container$/,
    is: (text) => withCapability(text, holds),
  },
  {
    written: 'syscall:NAME',
    name: /^syscall:(\w+(?:\(.*\))?)$/,
    is: (call) => (Object.hasOwn(CALLS, call) ? CALLS[call] : exists(call) ? syscall(call) : undefined),
  },
  {
    written: 'kernel-config:NAME',
    name: /^kernel-config:([A-Z0-9_]+)$/,
    is: (symbol) => kernelConfig(symbol, { usually: 'passes' }),
  },
  {
    written: 'module:NAME',
    name: /^module:([a-z0-9_]+)$/,
    is: (module) => host(`host.module.${module}`, { isNot: 'absent' }, { usually: 'passes' }),
  },
  {
    written: 'module:NAME(loaded)',
    name: /^module:([a-z0-9_]+)\(loaded\)$/,
    is: (module) => host(`host.module.${module}`, { is: 'loaded' }, { usually: 'passes' }),
  },
  { written: 'write:/proc/PATH', name: /^write:(\/proc\/\S+)$/, is: (path) => writesRootFile(path) },
  {
    written: 'hardware:vulnerable(NAME)',
    name: /^hardware:vulnerable\((\w+)\)$/,
    is: (name) =>
      host(
        `host.vulnerability.${flat(name)}`,
        { notMatches: '^(Not affected|Mitigation)' },
        { usually: 'passes', title: `the processor is open to ${name}` },
      ),
  },
];

/** Of `runtime:NAME`, the component's own row says when it is in use. */
export const OF_THE_COMPONENT = /^runtime:[a-z-]+(?:\(setuid\))?$|^runtime:crun\(krun\)$/;
