import { accessSync, constants } from 'node:fs';
import { CofferdamError, type SandboxKind } from '../posture/index.ts';
import type { Runtime } from './types.ts';
import { installed } from './version.ts';

/** Known, and not started by this version: what they need is told, and nothing is claimed of them. */
interface Listed {
  readonly name: string;
  readonly title: string;
  readonly kind: SandboxKind;
  readonly version: readonly string[];
  readonly enable: string;
  readonly kvm: boolean;
}

const LISTED: readonly Listed[] = [
  {
    name: 'firecracker',
    title: 'Firecracker: a small virtual machine monitor',
    kind: 'hypervisor',
    version: ['firecracker', '--version'],
    enable: 'install firecracker, and use a machine with hardware virtualization',
    kvm: true,
  },
  {
    name: 'cloud-hypervisor',
    title: 'Cloud Hypervisor: a virtual machine monitor',
    kind: 'hypervisor',
    version: ['cloud-hypervisor', '--version'],
    enable: 'install cloud-hypervisor, and use a machine with hardware virtualization',
    kvm: true,
  },
  {
    name: 'kata',
    title: 'Kata Containers: each container in a virtual machine (qemu-container has the same arrangement)',
    kind: 'hypervisor',
    version: ['kata-runtime', '--version'],
    enable: 'install kata-containers, and use a machine with hardware virtualization',
    kvm: true,
  },
  {
    name: 'nerdctl',
    title: "nerdctl: containerd with Docker's command line",
    kind: 'os',
    version: ['nerdctl', '--version'],
    enable: 'install nerdctl from its releases',
    kvm: false,
  },
];

export const listedRuntimes: readonly Runtime[] = LISTED.map(({ name, title, kind, version, enable, kvm }) => ({
  name,
  title,
  takesConfig: false,
  ...(kind !== 'os' && { kind }),
  available: async () => {
    const found = await installed(version, enable);
    if (!found.available) return found;
    if (kvm && !mayUse('/dev/kvm')) return { available: false, why: '/dev/kvm cannot be used here', enable };
    const why = `${name} ${found.version ?? ''} is here, but this version of cofferdam does not start it`;
    return { available: false, why, enable: "say how: runtimes in cofferdam.yaml, or exec:'COMMAND {agent}'" };
  },
  expresses: () => 'this version of cofferdam does not start it',
  start: async () => {
    throw new CofferdamError('runtime', `${name} is not started by this version`, enable);
  },
}));

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
