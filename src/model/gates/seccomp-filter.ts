import type { SeccompSetting } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';

export interface SeccompFilterParams {
  /** `absent`: none is installed. `present`: one is. `permissive`: calls that no rule names are let through. `delegating`: some calls go to a supervisor. */
  readonly is: 'absent' | 'present' | 'permissive' | 'delegating';
}

const TITLES = {
  absent: 'no seccomp filter is installed',
  present: 'a seccomp filter is installed',
  permissive: 'the seccomp filter lets through what no rule names',
  delegating: 'the seccomp filter hands calls to a supervisor',
} as const;

/** What kind of filter there is, apart from any one call. */
export const seccompFilter: GateKind<SeccompFilterParams> = {
  mechanism: () => 'seccomp',
  models:
    '__secure_computing(), kernel/seccomp.c (3.17): without a filter every call is served; SECCOMP_RET_USER_NOTIF (5.0)',
  describe: (p) => TITLES[p.is],
  evaluate(p, posture) {
    const setting = posture.get('seccomp');
    if (setting === undefined) return unknown('nothing states the seccomp filter', ['seccomp']);
    if (setting.value instanceof Unknown) return unknown(setting.value.why, ['seccomp'], setting);
    return holds(p.is, setting.value) ? passes(TITLES[p.is], setting) : closed(describeSetting(setting.value), setting);
  },
  close(_, posture) {
    const withdraw = withdrawable(posture, 'seccomp');
    return withdraw ? [[withdraw]] : [];
  },
};

const PERMISSIVE = new Set(['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG']);

function holds(is: SeccompFilterParams['is'], setting: SeccompSetting): boolean {
  if (setting.kind === 'unconfined') return is === 'absent';
  const { defaultAction, actions } = actionsOf(setting);
  if (is === 'permissive') return PERMISSIVE.has(defaultAction);
  if (is === 'delegating')
    return defaultAction === 'SCMP_ACT_NOTIFY' || actions.some((action) => action === 'SCMP_ACT_NOTIFY');
  return is === 'present';
}

function actionsOf(setting: Exclude<SeccompSetting, { kind: 'unconfined' }>): {
  defaultAction: string;
  actions: readonly string[];
} {
  const rules = setting.kind === 'policy' ? (setting.policy.syscalls ?? []) : setting.profile.groups;
  const { defaultAction } = setting.kind === 'policy' ? setting.policy : setting.profile;
  return { defaultAction, actions: rules.map((rule) => rule.action) };
}

function describeSetting(setting: SeccompSetting): string {
  if (setting.kind === 'unconfined') return 'no seccomp filter is installed';
  return `a seccomp filter is installed, its default action is ${actionsOf(setting).defaultAction}`;
}
