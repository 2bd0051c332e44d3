import { any, type Expr, fact, type Gate, sharedKernel } from '../model/words.ts';
import { onKubernetes } from '../model/words-of-kubernetes.ts';
import type { Family } from './entry.ts';

/** A component by the beginning of its name; the longest that fits counts. */
export interface Component {
  readonly name: string;
  readonly family: Family;
  /** Whether it has a part in the container at all; absent: always. */
  readonly inUse?: Expr;
  /** Of a kubelet's node, the engine beneath it. */
  readonly beneath?: 'containerd' | 'crio';
  /** What every way to its flaws leads through. */
  readonly through?: Expr;
  /** Facts that name the release in use. `engine.version` where the engine itself is the component. */
  readonly releases?: readonly string[];
}

const engineIs = (title: string, ...names: readonly string[]): Gate =>
  fact('engine.name', { in: names }, 'daemon', { absent: 'closed', title });

/** By the runtime that the engine calls, or the one that is called directly. */
const runtimeIs = (title: string, pattern: string): Expr =>
  any(
    title,
    fact('runtime.name', { matches: pattern }, 'runtime', { absent: 'closed', title: 'as the runtime of an engine' }),
    fact('engine.name', { matches: pattern }, 'runtime', { absent: 'closed', title: 'called directly' }),
  );

const inVirtualMachine = fact('sandbox.kind', { is: 'hypervisor' }, 'hypervisor', {
  title: 'it runs in a virtual machine of its own',
});

/** Which hypervisor a runtime class means is told by its name at most; QEMU is Kata's own default. */
const hypervisorIs = (title: string, test: { matches: string } | { notMatches: string }): Expr => ({
  title,
  all: [inVirtualMachine, fact('runtime.name', test, 'hypervisor', { title })],
});

const OTHER_HYPERVISORS = '(^|-)(fc|clh|xen|dragonball|stratovirt)(-|$)|firecracker|cloud-hypervisor|runhcs';
const qemu = hypervisorIs('QEMU runs the machine', { notMatches: OTHER_HYPERVISORS });

const tool = (name: string, pattern = `^${name}$`): Component => ({
  name,
  family: 'runtime',
  inUse: runtimeIs(`${name} starts it`, pattern),
  releases: [`host.fact.${name}-version`],
});

const VERSION_OF_RUNTIME = 'runtime.version';

export const COMPONENTS: readonly Component[] = [
  { name: 'kernel:', family: 'kernel', through: sharedKernel, releases: ['host.kernel'] },
  // Guests reach these, too.
  { name: 'kernel:kvm', family: 'kernel', releases: ['host.kernel'] },
  { name: 'kernel:vhost', family: 'kernel', releases: ['host.kernel'] },

  {
    name: 'runc',
    family: 'runtime',
    inUse: runtimeIs('runc starts it', '^(runc|nvidia.*)$'),
    releases: ['host.fact.runc-version', VERSION_OF_RUNTIME],
  },
  {
    name: 'crun',
    family: 'runtime',
    inUse: runtimeIs('crun starts it', '^(crun|krun)'),
    releases: ['host.fact.crun-version', VERSION_OF_RUNTIME],
  },
  tool('youki'),
  tool('lxc'),
  tool('incus'),
  tool('systemd-nspawn'),
  tool('bubblewrap', '^(bubblewrap|bwrap)$'),
  tool('flatpak'),
  tool('firejail'),
  tool('snapd', '^snapd?$'),
  tool('apptainer'),

  { name: 'docker', family: 'engine', inUse: engineIs('Docker starts it', 'docker'), releases: ['engine.version'] },
  {
    name: 'docker-desktop',
    family: 'engine',
    inUse: engineIs('Docker starts it', 'docker'),
    releases: ['host.fact.docker-desktop-version'],
  },
  {
    name: 'docker-compose',
    family: 'engine',
    inUse: engineIs('Docker starts it', 'docker'),
    releases: ['host.fact.docker-compose-version'],
  },
  {
    name: 'buildkit',
    family: 'engine',
    inUse: engineIs('Docker starts it', 'docker'),
    releases: ['host.fact.buildkit-version'],
  },
  {
    name: 'containerd',
    family: 'engine',
    inUse: engineIs('containerd is beneath it', 'docker', 'containerd', 'kubernetes'),
    beneath: 'containerd',
    releases: ['host.fact.containerd-version'],
  },
  {
    name: 'cri-o',
    family: 'engine',
    inUse: engineIs('CRI-O is beneath it', 'crio', 'kubernetes'),
    beneath: 'crio',
    releases: ['host.fact.crio-version'],
  },
  { name: 'podman', family: 'engine', inUse: engineIs('podman starts it', 'podman'), releases: ['engine.version'] },
  {
    name: 'buildah',
    family: 'engine',
    inUse: engineIs('podman starts it', 'podman'),
    releases: ['host.fact.buildah-version'],
  },
  {
    name: 'containers-common',
    family: 'engine',
    inUse: engineIs('podman or CRI-O starts it', 'podman', 'crio', 'kubernetes'),
    beneath: 'crio',
    releases: ['host.fact.containers-common-version'],
  },
  { name: 'nvidia-container-toolkit', family: 'engine', releases: ['host.fact.nvidia-container-toolkit-version'] },

  { name: 'kubernetes:', family: 'orchestrator', inUse: onKubernetes, releases: ['engine.version'] },
  {
    name: 'ingress-nginx',
    family: 'orchestrator',
    inUse: onKubernetes,
    releases: ['host.fact.ingress-nginx-version'],
  },
  { name: 'cni-plugins', family: 'orchestrator', inUse: onKubernetes, releases: ['host.fact.cni-plugins-version'] },

  {
    name: 'kata',
    family: 'hypervisor',
    inUse: hypervisorIs('Kata runs the machine', { notMatches: 'runhcs' }),
    releases: ['host.fact.kata-version'],
  },
  { name: 'qemu', family: 'hypervisor', inUse: qemu, releases: ['host.fact.qemu-version'] },
  { name: 'virtiofsd', family: 'hypervisor', inUse: qemu, releases: ['host.fact.virtiofsd-version'] },
  {
    name: 'xen',
    family: 'hypervisor',
    inUse: hypervisorIs('Xen runs the machine', { matches: 'xen' }),
    releases: ['host.fact.xen-version'],
  },
  {
    name: 'firecracker',
    family: 'hypervisor',
    inUse: hypervisorIs('Firecracker runs the machine', { matches: '(^|-)fc(-|$)|firecracker' }),
    releases: ['host.fact.firecracker-version'],
  },
  {
    name: 'cloud-hypervisor',
    family: 'hypervisor',
    inUse: hypervisorIs('Cloud Hypervisor runs the machine', { matches: '(^|-)clh(-|$)|cloud-hypervisor' }),
    releases: ['host.fact.cloud-hypervisor-version'],
  },

  {
    name: 'gvisor',
    family: 'user-space-kernel',
    inUse: fact('sandbox.kind', { is: 'user-space-kernel' }, 'user-space-kernel', { title: 'gVisor serves its calls' }),
    releases: ['host.fact.runsc-version'],
  },
  { name: 'cpu', family: 'processor' },
];

/** The row of a component: of `kernel:kvm` that of KVM, of `kernel:tls` that of the kernel. */
export function componentOf(name: string): Component | undefined {
  let best: Component | undefined;
  for (const row of COMPONENTS) {
    const fits = row.name.endsWith(':') ? name.startsWith(row.name) : name === row.name;
    if (fits && row.name.length > (best?.name.length ?? 0)) best = row;
  }
  return best;
}
