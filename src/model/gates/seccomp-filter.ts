import { type BpfProgram, judgeUnnamed, returnedActions } from '../../kernel/index.ts';
import type { Posture, SeccompSetting } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, type Outcome, passes, unknown } from './kind.ts';
import { installedPrograms } from './seccomp.ts';

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
    '__secure_computing(), kernel/seccomp.c (filters since 3.5): without a filter every call is served; SECCOMP_RET_USER_NOTIF (5.0)',
  describe: (p) => TITLES[p.is],
  evaluate(p, posture) {
    const setting = posture.get('seccomp');
    if (setting === undefined) return unknown('nothing states the seccomp filter', ['seccomp']);
    if (setting.value instanceof Unknown) return unknown(setting.value.why, ['seccomp'], setting);
    if (setting.value.kind === 'filter') return { ...ofInstalled(p.is, setting.value, posture), fact: setting };
    return holds(p.is, setting.value) ? passes(TITLES[p.is], setting) : closed(describeSetting(setting.value), setting);
  },
  close(_, posture) {
    const withdraw = withdrawable(posture, 'seccomp');
    return withdraw ? [[withdraw]] : [];
  },
};

const PERMISSIVE = new Set(['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG']);

type Written = Extract<SeccompSetting, { kind: 'policy' | 'profile' }>;
type Installed = Extract<SeccompSetting, { kind: 'filter' }>;

function holds(is: SeccompFilterParams['is'], setting: Written | { readonly kind: 'unconfined' }): boolean {
  if (setting.kind === 'unconfined') return is === 'absent';
  const { defaultAction, actions } = actionsOf(setting);
  if (is === 'permissive') return PERMISSIVE.has(defaultAction);
  if (is === 'delegating')
    return defaultAction === 'SCMP_ACT_NOTIFY' || actions.some((action) => action === 'SCMP_ACT_NOTIFY');
  return is === 'present';
}

function actionsOf(setting: Written): { defaultAction: string; actions: readonly string[] } {
  const rules = setting.kind === 'policy' ? (setting.policy.syscalls ?? []) : setting.profile.groups;
  const { defaultAction } = setting.kind === 'policy' ? setting.policy : setting.profile;
  return { defaultAction, actions: rules.map((rule) => rule.action) };
}

function describeSetting(setting: Written | { readonly kind: 'unconfined' }): string {
  if (setting.kind === 'unconfined') return 'no seccomp filter is installed';
  return `a seccomp filter is installed, its default action is ${actionsOf(setting).defaultAction}`;
}

/** Of filters that are installed there are the programs alone. */
function ofInstalled(is: SeccompFilterParams['is'], setting: Installed, posture: Posture): Outcome {
  if (is === 'absent') return closed('a seccomp filter is installed');
  if (is === 'present') return passes(TITLES.present);
  const programs = installedPrograms(setting);
  return is === 'permissive' ? lettingUnnamed(programs, posture) : handingOver(programs);
}

/** What they answer to a call that no table has stands for their default action. */
function lettingUnnamed(programs: readonly BpfProgram[], posture: Posture): Outcome {
  const stated = posture.known('host.arch');
  const arches = stated === undefined ? (['x86_64', 'aarch64'] as const) : [stated];
  const [first, ...others] = arches.map((arch) => judgeUnnamed(programs, arch));
  if (first === undefined || others.some(({ verdict }) => verdict !== first.verdict)) {
    return unknown('the default action depends on the architecture', ['host.arch']);
  }
  if (first.verdict === 'allowed') return passes(TITLES.permissive);
  const why = `the seccomp filter answers what no rule names with ${first.action}`;
  return first.verdict === 'refused' ? closed(why) : unknown(why, ['seccomp']);
}

function handingOver(programs: readonly BpfProgram[]): Outcome {
  const actions = programs.flatMap(returnedActions);
  if (actions.includes('SCMP_ACT_NOTIFY')) return passes(TITLES.delegating);
  if (actions.includes('computed')) return unknown('the seccomp filter computes its answers', ['seccomp']);
  return closed('no answer of the seccomp filter goes to a supervisor');
}
