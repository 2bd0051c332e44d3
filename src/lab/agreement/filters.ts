/** Seccomp filters, and changes to them. */
import fc from 'fast-check';
import type { SeccompPolicy } from '../../kernel/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import type { Probe } from '../../vectors/index.ts';
import type { Change } from './draft.ts';
import type { Here } from './here.ts';
import { ARCHITECTURES, CONDITIONS, KILLABLE, RUNTIME_CALLS, SPARED_CONDITIONS, STUB_CALLS } from './seccomp.data.ts';

/** The calls that probes ask about, but for those without which nothing runs. */
const ASKED: readonly string[] = (() => {
  const names = new Set(CATALOGUE.flatMap(({ probe }) => (probe === undefined ? [] : callsOf(probe))));
  for (const name of [...STUB_CALLS, ...RUNTIME_CALLS]) names.delete(name);
  return [...names].sort();
})();

function callsOf(probe: Probe): readonly string[] {
  if (probe.probe === 'any' || probe.probe === 'all') return probe.of.flatMap(callsOf);
  return probe.probe === 'attempt' || probe.probe === 'passes' ? probe.calls.map(({ name }) => name) : [];
}

const allows = (policy: SeccompPolicy): boolean => ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG'].includes(policy.defaultAction);

/** Without any rule for these calls: libseccomp takes no second one that says otherwise. */
function without(policy: SeccompPolicy, names: readonly string[]): SeccompPolicy {
  const syscalls = (policy.syscalls ?? []).flatMap((rule) => {
    const left = rule.names.filter((name) => !names.includes(name));
    return left.length === 0 ? [] : [{ ...rule, names: left }];
  });
  return { ...policy, syscalls };
}

export function letThrough(policy: SeccompPolicy, names: readonly string[]): SeccompPolicy {
  const rest = without(policy, names);
  if (policy.defaultAction === 'SCMP_ACT_ALLOW') return rest;
  return { ...rest, syscalls: [...(rest.syscalls ?? []), { names, action: 'SCMP_ACT_ALLOW' }] };
}

interface Refusal {
  readonly action: string;
  readonly errnoRet?: number;
}

export function refuse(policy: SeccompPolicy, names: readonly string[], refusal: Refusal): SeccompPolicy {
  const rest = without(policy, names);
  // A rule that says what is said anyway is no rule (runc libcontainer/seccomp `matchCall`).
  if (policy.defaultAction === refusal.action) return rest;
  return { ...rest, syscalls: [...(rest.syscalls ?? []), { names, ...refusal }] };
}

/** Some calls of the name, by their arguments: where all are refused anyway, it stays so. */
export function refuseSome(
  policy: SeccompPolicy,
  name: string,
  args: NonNullable<NonNullable<SeccompPolicy['syscalls']>[number]['args']>,
  refusal: Refusal,
): SeccompPolicy {
  if (!allows(policy)) return refuse(policy, [name], refusal);
  const rest = without(policy, [name]);
  return { ...rest, syscalls: [...(rest.syscalls ?? []), { names: [name], ...refusal, args }] };
}

/** What is made before the filter is there, where it is put on last (runc libcontainer/standard_init_linux.go, with no_new_privs). */
export const MADE_BEFORE: readonly string[] = ['capset', 'setgid', 'setgroups', 'setresgid', 'setresuid', 'setuid'];

/** Without these nothing starts, or nothing can be asked. */
export const SPARED: ReadonlySet<string> = new Set([
  ...STUB_CALLS,
  ...RUNTIME_CALLS.filter((name) => !MADE_BEFORE.includes(name)),
]);

/** EPERM, ENOSYS, EACCES, and one that nobody expects. */
const ERRNOS = [1, 38, 13, 22] as const;
const errno: fc.Arbitrary<Refusal> = fc
  .constantFrom(...ERRNOS)
  .map((errnoRet) => ({ action: 'SCMP_ACT_ERRNO', errnoRet }));
const harsh: fc.Arbitrary<Refusal> = fc
  .constantFrom('SCMP_ACT_KILL', 'SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_KILL_THREAD', 'SCMP_ACT_TRAP')
  .map((action) => ({ action }));

/** Applies to the filter that there is; where there is none, to one that lets everything through. */
function edit(change: (policy: SeccompPolicy) => SeccompPolicy, here: Here): Change {
  const open = { defaultAction: 'SCMP_ACT_ALLOW', architectures: ARCHITECTURES[here.arch][0] };
  return (draft) => ({ ...draft, seccomp: change(draft.seccomp ?? open) });
}

function conditionEdit(here: Here): fc.Arbitrary<Change> {
  return fc.tuple(several(CONDITIONS, 3), errno).map(([conditions, refusal]) =>
    edit((policy) => {
      const rest = without(
        policy,
        conditions.flatMap(({ names }) => names),
      );
      const action = allows(policy) ? refusal : { action: 'SCMP_ACT_ALLOW' };
      const rules = conditions.map(({ names, args }) => ({ names, ...action, args }));
      return { ...rest, syscalls: [...(rest.syscalls ?? []), ...rules] };
    }, here),
  );
}

function several<T>(values: readonly T[], most: number): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most });
}

function sparedEdit(here: Here): fc.Arbitrary<Change> {
  return fc
    .tuple(fc.constantFrom(...SPARED_CONDITIONS), errno)
    .map(([part, refusal]) => edit((policy) => refusePart(policy, part, refusal), here));
}

/** Of a call without which nothing runs, what none of those who need it makes. */
export function refusePart(
  policy: SeccompPolicy,
  { name, refused, passed }: (typeof SPARED_CONDITIONS)[number],
  refusal: Refusal,
): SeccompPolicy {
  const rest = without(policy, [name]);
  const rule = allows(policy)
    ? { names: [name], ...refusal, args: [refused] }
    : { names: [name], action: 'SCMP_ACT_ALLOW', args: [passed] };
  return { ...rest, syscalls: [...(rest.syscalls ?? []), rule] };
}

function architecturesEdit(here: Here): fc.Arbitrary<Change> {
  return fc
    .constantFrom<readonly string[]>(...ARCHITECTURES[here.arch])
    .map((architectures) => edit((policy) => ({ ...policy, architectures }), here));
}

/** One more thing about the filter that is there. */
export function filterEdits(here: Here): fc.Arbitrary<Change> {
  return fc.oneof(
    { weight: 3, arbitrary: several(ASKED, 12).map((names) => edit((policy) => letThrough(policy, names), here)) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(several(ASKED, 12), errno)
        .map(([names, refusal]) => edit((policy) => refuse(policy, names, refusal), here)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(several(KILLABLE, 4), harsh)
        .map(([names, refusal]) => edit((policy) => refuse(policy, names, refusal), here)),
    },
    {
      weight: 2,
      arbitrary: several(ASKED, 4).map((names) =>
        edit((policy) => refuse(policy, names, { action: 'SCMP_ACT_LOG' }), here),
      ),
    },
    { weight: 6, arbitrary: conditionEdit(here) },
    { weight: 2, arbitrary: sparedEdit(here) },
    { weight: 2, arbitrary: architecturesEdit(here) },
  );
}

/** A whole filter of its own. */
export function filters(here: Here, ofEngines: readonly SeccompPolicy[]): fc.Arbitrary<Change> {
  const architectures = fc.constantFrom<readonly string[]>(...ARCHITECTURES[here.arch]);
  const set =
    (seccomp: SeccompPolicy | undefined): Change =>
    (draft) => ({ ...draft, seccomp });
  const allowList = fc
    .tuple(architectures, fc.subarray([...ASKED]), errno)
    .map(([archs, names, { action, errnoRet }]) =>
      set({
        defaultAction: action,
        ...(errnoRet !== undefined && { defaultErrnoRet: errnoRet }),
        architectures: archs,
        syscalls: [{ names: [...STUB_CALLS, ...RUNTIME_CALLS, ...names], action: 'SCMP_ACT_ALLOW' }],
      }),
    );
  const denyList = fc
    .tuple(architectures, several(ASKED, 40), errno)
    .map(([archs, names, refusal]) =>
      set({ defaultAction: 'SCMP_ACT_ALLOW', architectures: archs, syscalls: [{ names, ...refusal }] }),
    );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(set(undefined)) },
    { weight: 5, arbitrary: fc.constantFrom(...ofEngines).map(set) },
    { weight: 4, arbitrary: allowList },
    { weight: 3, arbitrary: denyList },
    { weight: 1, arbitrary: architectures.map(strict) },
  );
}

/** Nothing but what the stub makes, and the execve(2) that brings it there. It is put on last, so that the start itself is done. */
function strict(architectures: readonly string[]): Change {
  const start = [
    'execve',
    'openat',
    'close',
    'futex',
    'rt_sigreturn',
    'nanosleep',
    'rt_sigprocmask',
    'mmap',
    'munmap',
    'fcntl',
  ];
  const names = [
    ...STUB_CALLS,
    ...start,
    'madvise',
    'sched_yield',
    'fstatfs',
    'getdents64',
    'newfstatat',
    'fstat',
    'epoll_pwait',
    'tgkill',
    'gettid',
  ];
  return (draft) => ({
    ...draft,
    noNewPrivileges: true,
    seccomp: { defaultAction: 'SCMP_ACT_ERRNO', architectures, syscalls: [{ names, action: 'SCMP_ACT_ALLOW' }] },
  });
}
