import { encodeBpf } from '../../../kernel/bpf.ts';
import { call, pointer, struct, u16 } from '../../../kernel/index.ts';
import { compileSeccomp } from '../../../kernel/seccomp-bpf.ts';
import type { SeccompPolicy } from '../../../kernel/seccomp-policy.ts';
import { hasAppArmor, hasSelinux } from '../host.ts';
import { PR } from '../linux.ts';
import { must, type Operation, type Task } from '../operation.ts';
import type { Plan } from '../plan.ts';
import { type Step, writes } from './step.ts';

export const NO_NEW_PRIVILEGES_STEP: Step = {
  name: 'no-new-privileges',
  does: 'nothing that it executes gains privileges',
  stage: 'inside',
  tasks: ({ config }) =>
    config.process?.noNewPrivileges === true
      ? [
          {
            what: 'prctl',
            facts: ['process.no-new-privileges'],
            operations: [must(call('prctl', PR.SET_NO_NEW_PRIVS, 1, 0, 0, 0))],
          },
        ]
      : [],
};

/** Labels at once rather than at the next execve(2), which does not come (attr/exec in apparmor and selinux; here attr/current). */
export const LABEL_STEPS: readonly Step[] = [
  {
    name: 'apparmor',
    does: 'the AppArmor profile',
    stage: 'inside',
    tasks: (plan) => {
      const profile = plan.config.process?.apparmorProfile;
      if (profile === undefined || profile === '' || profile === 'unconfined') return [];
      return label(
        plan,
        'apparmor',
        hasAppArmor(plan.machine.files),
        '/proc/self/attr/current',
        `changeprofile ${profile}`,
        'lsm.apparmor',
      );
    },
  },
  {
    name: 'selinux',
    does: 'the SELinux label',
    stage: 'inside',
    tasks: (plan) => {
      const text = plan.config.process?.selinuxLabel;
      return text === undefined || text === ''
        ? []
        : label(plan, 'selinux', hasSelinux(plan.machine.files), '/proc/self/attr/current', text, 'lsm.selinux');
    },
  },
];

function label(plan: Plan, step: string, active: boolean, path: string, value: string, fact: string): readonly Task[] {
  if (active) return [{ what: `write ${value} to ${path}`, facts: [fact], operations: writes(path, value) }];
  plan.lacks(step, `the kernel has no ${step === 'apparmor' ? 'AppArmor' : 'SELinux'} to take \`${value}\``, fact);
  return [];
}

export const SECCOMP_STEP: Step = {
  name: 'seccomp',
  does: 'the filter, compiled to classic BPF: with no_new_privs the very last step',
  stage: 'inside',
  tasks: (plan) => {
    const policy = plan.config.linux?.seccomp;
    if (policy === undefined) return [];
    const filter = compiled(plan, policy as unknown as SeccompPolicy);
    return filter === undefined ? [] : [{ what: 'install the filter', facts: ['seccomp'], operations: filter }];
  },
};

/** include/uapi/linux/seccomp.h: struct sock_fprog, and the flags that runtimes pass on. */
const SET_MODE_FILTER = 1;
const FLAGS: Readonly<Record<string, number>> = { SECCOMP_FILTER_FLAG_LOG: 2, SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4 };

function compiled(plan: Plan, policy: SeccompPolicy): readonly Operation[] | undefined {
  const actions = [policy.defaultAction, ...(policy.syscalls ?? []).map(({ action }) => action)];
  if (actions.includes('SCMP_ACT_NOTIFY')) {
    plan.lacks('seccomp', 'a listener decides on some calls, and none is here', 'seccomp');
    return undefined;
  }
  try {
    const program = encodeBpf(compileSeccomp(policy, plan.machine.arch));
    const flags = (policy.flags ?? []).reduce((bits, name) => bits | (FLAGS[name] ?? 0), 0);
    return [must(call('seccomp', SET_MODE_FILTER, flags, struct([u16(program.length / 8), pointer(program)])))];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    plan.lacks('seccomp', `libseccomp would refuse it: ${error.message}`, 'seccomp');
    return undefined;
  }
}
