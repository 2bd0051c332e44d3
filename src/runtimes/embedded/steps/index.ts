import type { Namespace } from '../plan.ts';
import { BOUNDING_STEP, CAPABILITIES_STEP, KEPT_CAPABILITIES_STEP, LIFE_STEP, USER_STEP } from './credentials.ts';
import { DEVICE_LINKS_STEP, DEVICES_STEP } from './devices.ts';
import { LABEL_STEPS, NO_NEW_PRIVILEGES_STEP, SECCOMP_STEP } from './filters.ts';
import { HOST_STEPS } from './host-side.ts';
import { MOUNTS_STEP, READONLY_MEMORY_STEP } from './mounts.ts';
import { OUTSIDE_STEPS } from './outside.ts';
import { MASKED_PATHS_STEP, READONLY_PATHS_STEP, READONLY_ROOT_STEP } from './paths.ts';
import { RLIMITS_STEP } from './rlimits.ts';
import { FURNISH_STEPS, OLD_ROOT_STEP, PRIVATE_STEPS, ROOT_STEPS } from './root.ts';
import {
  CGROUP_NAMESPACE_STEP,
  PERSONALITY_STEP,
  ROOT_PROPAGATION_STEP,
  SETTINGS_STEPS,
  UMASK_STEP,
  WORKING_FOLDER_STEP,
} from './settings.ts';
import type { Step } from './step.ts';

const CLONED: readonly (readonly [Namespace, string])[] = [
  ['user', 'a user namespace, which owns those made with it'],
  ['mount', 'a mount namespace'],
  ['pid', 'a PID namespace, of which it is process 1'],
  ['network', 'a network namespace'],
  ['uts', 'a UTS namespace'],
  ['ipc', 'an IPC namespace'],
];

/**
 * Everything that this runtime does, in the order in which it is done: that of runc (nsexec.c, standard_init_linux.go,
 * rootfs_linux.go, init_linux.go of 1.4), but for the root, which comes before the mounts, and what stands in for execve(2).
 */
export const STEPS: readonly Step[] = [
  ...OUTSIDE_STEPS,
  ...CLONED.map(
    ([namespace, does]): Step => ({
      name: `namespace-${namespace}`,
      does,
      stage: 'clone',
      namespace,
      vital: namespace === 'mount',
    }),
  ),
  ...HOST_STEPS,
  ...PRIVATE_STEPS,
  ...ROOT_STEPS,
  ...FURNISH_STEPS,
  CGROUP_NAMESPACE_STEP,
  MOUNTS_STEP,
  DEVICES_STEP,
  DEVICE_LINKS_STEP,
  OLD_ROOT_STEP,
  ROOT_PROPAGATION_STEP,
  READONLY_MEMORY_STEP,
  WORKING_FOLDER_STEP,
  READONLY_ROOT_STEP,
  UMASK_STEP,
  ...SETTINGS_STEPS,
  READONLY_PATHS_STEP,
  MASKED_PATHS_STEP,
  PERSONALITY_STEP,
  NO_NEW_PRIVILEGES_STEP,
  BOUNDING_STEP,
  USER_STEP,
  KEPT_CAPABILITIES_STEP,
  LIFE_STEP,
  ...LABEL_STEPS,
  RLIMITS_STEP,
  // Without no_new_privs the filter needs a capability that the next step may take (standard_init_linux.go says the same).
  onlyWhere(SECCOMP_STEP, false),
  CAPABILITIES_STEP,
  onlyWhere(SECCOMP_STEP, true),
];

function onlyWhere(step: Step, noNewPrivileges: boolean): Step {
  if (!('tasks' in step)) return step;
  return {
    ...step,
    tasks: (plan) => {
      const last = plan.config.process?.noNewPrivileges === true && plan.performs('no-new-privileges');
      return last === noNewPrivileges ? step.tasks(plan) : [];
    },
  };
}
