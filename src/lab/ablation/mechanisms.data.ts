import type { Mechanism } from '../../model/index.ts';
import type { Part } from './parts.ts';

/** A mechanism, or a part of one that can be had alone, and what of a configuration it is. */
export interface Removable {
  /** A mechanism of the model, or `mechanism/part`. */
  readonly name: string;
  readonly mechanism: Mechanism;
  readonly parts: readonly Part[];
}

/** In the order in which a kernel comes to ask them. What belongs to one mechanism is left out together when that is. */
export const PARTS: readonly Removable[] = [
  { name: 'namespace-user', mechanism: 'namespace-user', parts: [{ namespace: 'user' }] },
  { name: 'namespace-pid', mechanism: 'namespace-pid', parts: [{ namespace: 'pid' }] },
  { name: 'namespace-net', mechanism: 'namespace-net', parts: [{ namespace: 'network' }] },
  { name: 'namespace-ipc', mechanism: 'namespace-ipc', parts: [{ namespace: 'ipc' }] },
  { name: 'namespace-uts', mechanism: 'namespace-uts', parts: [{ namespace: 'uts' }] },
  { name: 'namespace-cgroup', mechanism: 'namespace-cgroup', parts: [{ namespace: 'cgroup' }] },
  { name: 'namespace-time', mechanism: 'namespace-time', parts: [{ namespace: 'time' }] },
  { name: 'mount/own-tree', mechanism: 'mount', parts: [{ mounts: 'which' }] },
  { name: 'mount/flags', mechanism: 'mount', parts: [{ mounts: 'options' }] },
  { name: 'mount/masked-paths', mechanism: 'mount', parts: ['maskedPaths'] },
  { name: 'mount/read-only-paths', mechanism: 'mount', parts: ['readonlyPaths'] },
  { name: 'mount/read-only-root', mechanism: 'mount', parts: ['readonlyRoot'] },
  { name: 'mount/propagation', mechanism: 'mount', parts: ['rootfsPropagation'] },
  { name: 'dac', mechanism: 'dac', parts: ['user'] },
  { name: 'device-policy/rules', mechanism: 'device-policy', parts: ['deviceRules'] },
  { name: 'device-policy/nodes', mechanism: 'device-policy', parts: ['devices'] },
  { name: 'cgroup-limit/groups', mechanism: 'cgroup-limit', parts: ['limits'] },
  { name: 'cgroup-limit/rlimits', mechanism: 'cgroup-limit', parts: ['rlimits'] },
  { name: 'cgroup-limit/oom-score', mechanism: 'cgroup-limit', parts: ['oomScoreAdj'] },
  { name: 'capability', mechanism: 'capability', parts: ['capabilities'] },
  { name: 'no-new-privileges', mechanism: 'no-new-privileges', parts: ['noNewPrivileges'] },
  { name: 'seccomp', mechanism: 'seccomp', parts: ['seccomp'] },
  { name: 'lsm', mechanism: 'lsm', parts: ['apparmorProfile'] },
];

/** What is no part of a configuration, and so can be neither left out nor added. */
export const OUT_OF_REACH: Readonly<Partial<Record<Mechanism, string>>> = {
  kernel: 'what the kernel lacks or has switched off is the same for every container on it',
  hypervisor: 'no part of a configuration: another runtime',
  'user-space-kernel': 'no part of a configuration: another runtime',
  'namespace-mnt':
    'a copy of the mounts stays, so that nothing done in it reaches the host; what else it keeps apart is left out with `mount`',
  'network-policy': 'rules of a network that no engine attaches it to here',
  image: 'what lies in the image is no part of a configuration',
  registry: 'where the image came from is no part of a configuration',
  daemon: 'no engine has started it',
  runtime: 'what the runtime itself does or keeps from doing is no part of a configuration',
  orchestrator: 'no orchestrator has started it',
};

/** The groups of Lin et al. (ACSAC 2018), whose control groups include those of devices, and what they do not count. */
export const GROUPS: readonly { readonly group: string; readonly mechanisms: readonly Mechanism[] }[] = [
  { group: 'capability, seccomp, LSM', mechanisms: ['capability', 'seccomp', 'lsm'] },
  {
    group: 'namespaces, cgroups',
    mechanisms: [
      'namespace-user',
      'namespace-mnt',
      'namespace-pid',
      'namespace-net',
      'namespace-ipc',
      'namespace-uts',
      'namespace-cgroup',
      'namespace-time',
      'cgroup-limit',
    ],
  },
  { group: 'device control group', mechanisms: ['device-policy'] },
  { group: 'mounts and masks', mechanisms: ['mount'] },
  { group: 'user and no_new_privs', mechanisms: ['dac', 'no-new-privileges'] },
];

/** Goals that stand for what that study calls privilege escalation. */
export const ESCALATION: readonly string[] = ['host-root', 'host-kernel', 'privilege-in-container'];
