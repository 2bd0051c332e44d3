/**
 * The `linux.seccomp` section of an OCI configuration (runtime-spec 1.2, config-linux.md), the actions it names, and how the runtimes
 * turn it into a filter.
 */
export interface SeccompPolicy {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly flags?: readonly string[];
  readonly listenerPath?: string;
  readonly syscalls?: readonly SeccompRule[];
}

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly SeccompArg[];
}

/** A `number` must be a safe integer: whoever reads JSON passes larger values as `bigint`, otherwise the rule is judged as not known. */
export interface SeccompArg {
  readonly index: number;
  readonly value: bigint | number;
  /** For SCMP_CMP_MASKED_EQ: `value` is the mask and this is what the masked argument must equal. */
  readonly valueTwo?: bigint | number;
  readonly op: string;
}

/** What an action means for the caller: the kernel does the call, or it does not, or a supervisor decides (ptrace, a notify listener). */
export type SeccompEffect = 'allowed' | 'refused' | 'unknown';

/** include/uapi/linux/seccomp.h. A traced process whose tracer is gone gets ENOSYS, one that has a tracer depends on it. */
const EFFECTS: Readonly<Record<string, SeccompEffect>> = {
  SCMP_ACT_KILL_PROCESS: 'refused',
  SCMP_ACT_KILL_THREAD: 'refused',
  SCMP_ACT_TRAP: 'refused',
  SCMP_ACT_ERRNO: 'refused',
  SCMP_ACT_TRACE: 'unknown',
  SCMP_ACT_NOTIFY: 'unknown',
  SCMP_ACT_LOG: 'allowed',
  SCMP_ACT_ALLOW: 'allowed',
};

/** An action with its return value, as libseccomp knows it. */
export interface ActionOutcome {
  readonly action: string;
  readonly errno?: number;
  readonly effect: SeccompEffect;
}

const EPERM = 1;

/** runc `getAction` and crun `get_seccomp_action`: KILL is KILL_THREAD; ERRNO and TRACE carry EPERM where nothing is said. */
export function actionOutcome(name: string, errnoRet: number | undefined): ActionOutcome {
  const action = name === 'SCMP_ACT_KILL' ? 'SCMP_ACT_KILL_THREAD' : name;
  const effect = Object.hasOwn(EFFECTS, action) ? (EFFECTS[action] ?? 'unknown') : 'unknown';
  const returns = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
  return returns ? { action, errno: errnoRet ?? EPERM, effect } : { action, effect };
}

export function sameOutcome(a: ActionOutcome, b: ActionOutcome): boolean {
  return a.action === b.action && a.errno === b.errno;
}

/** How a runtime makes a filter of the section. The engines (Docker, containerd, Podman, CRI-O) only write the section. */
export interface FilterSemantics {
  /**
   * How the conditions of one rule combine. libseccomp takes each argument once in a rule (db.c, `db_col_rule_add`: EINVAL), so no runtime
   * can require two conditions on one argument together. `and-unless-repeated`: all are required, but where an index occurs twice
   * every condition of the rule becomes a rule of its own, so that any one suffices. `each-alone`: always so.
   */
  readonly conditions: 'and-unless-repeated' | 'each-alone';
  /** Calls above the highest number that the section names are answered ENOSYS before the filter is asked (runc libcontainer/seccomp/patchbpf). */
  readonly enosysStub: boolean;
}

/*
 * runc: seccomp_linux.go `matchCall` ("old behavior" since 1.0.0-rc5, PR 1616; issue 2735 is open), stub since 1.0.0-rc93.
 * crun: seccomp.c `libcrun_generate_seccomp` (1.28), documented by crun PR 2237. Older than PR 2220 (2026-09) it reads six conditions at most.
 * youki: follows runc since 0.7.0 (PR 3489).
 */
export const FILTER_SEMANTICS = {
  runc: { conditions: 'and-unless-repeated', enosysStub: true },
  crun: { conditions: 'and-unless-repeated', enosysStub: false },
  youki: { conditions: 'and-unless-repeated', enosysStub: false },
} as const satisfies Readonly<Record<string, FilterSemantics>>;
