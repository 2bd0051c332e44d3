import type { Session } from '../agent/index.ts';
import { type Call, CLONE, type Effect } from '../kernel/index.ts';
import type { Mechanism } from '../model/index.ts';
import type { AttemptProbe } from '../vectors/index.ts';
import { askFilter } from './filter-question.ts';
import type { Stage } from './observation.ts';
import { credentialsOf, has } from './probes/credentials.ts';
import { readText } from './probes/file-calls.ts';
import { INITIAL_USER_NAMESPACE, namespaceLinks } from './probes/namespace-links.ts';
import { perStage } from './probes/per-stage.ts';
import { observeSharesKernel } from './probes/shares-kernel.ts';

export interface Refusal {
  readonly call: Call;
  readonly effects: readonly Effect[];
  /** `EPERM`, `SIGSYS`. */
  readonly outcome: string;
  readonly needs?: AttemptProbe['needs'];
  /** The same calls made outside, as far as they may be made there. */
  readonly control?: (host: Session) => Promise<string | undefined>;
}

export interface Attribution {
  readonly by: Mechanism | null;
  readonly evidence: readonly string[];
}

/** Errors of limits on namespaces: create_user_ns() and inc_ucount(), kernel/ucount.c. */
const LIMITS = new Set(['ENOSPC', 'EUSERS']);
const NOT_THERE = new Set([
  'ENOSYS',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
  'ESOCKTNOSUPPORT',
  'EOPNOTSUPP',
  'ENODEV',
  'ENXIO',
]);

/**
 * Which mechanism gave an error, in the order in which the kernel asks them: the filter before the call is made, then the capability,
 * then the security module; what is left is told by the same call made outside.
 */
export async function attribute(refusal: Refusal, stage: Stage): Promise<Attribution> {
  const { call, outcome, effects } = refusal;
  if (outcome === 'SIGSYS') return { by: 'seccomp', evidence: [] };
  const kernel = await observeSharesKernel(stage);
  if (kernel.verdict === 'blocked') return { by: kernel.by, evidence: kernel.evidence };
  if (outcome === 'SIGSEGV') return { by: 'kernel', evidence: [] };
  const filter = await askFilter(stage, call, effects);
  if (filter.answer === 'refuses') return { by: 'seccomp', evidence: filter.evidence };
  const by =
    NOT_THERE.has(outcome) || LIMITS.has(outcome)
      ? 'kernel'
      : ((await byCapability(refusal, stage)) ??
        ((await confinementOf(stage)) === undefined ? undefined : 'lsm') ??
        (await byKernel(refusal, stage)));
  return { by, evidence: filter.evidence };
}

async function byCapability({ needs, call }: Refusal, stage: Stage): Promise<Mechanism | undefined> {
  const { user } = await namespaceLinks(stage);
  if (asksForUserNamespace(call)) {
    // create_user_ns(), kernel/user_namespace.c: whose ids its own user namespace does not map, makes no other.
    return user !== undefined && user !== INITIAL_USER_NAMESPACE ? 'namespace-user' : undefined;
  }
  if (needs === undefined) return undefined;
  const { permitted } = await credentialsOf(stage);
  if (!needs.some((name) => has(permitted, name))) return 'capability';
  // What it holds counts over objects of its own user namespace and those below it (cap_capable(), security/commoncap.c).
  return user !== undefined && user !== INITIAL_USER_NAMESPACE ? 'namespace-user' : undefined;
}

function asksForUserNamespace({ name, args }: Call): boolean {
  const [flags] = args;
  return name === 'unshare' && typeof flags === 'bigint' && (flags & CLONE.NEWUSER) !== 0n;
}

/** The label by which AppArmor or SELinux confines it; undefined where none does. Landlock shows itself nowhere. */
export const confinementOf = perStage(async ({ sandbox }: Stage): Promise<string | undefined> => {
  const label = await readText(sandbox.guarded(['looks']), '/proc/self/attr/current');
  const confined = 'text' in label && !/^(?:unconfined|kernel|_)?\0?\s*$|unconfined_t|spc_t/.test(label.text);
  return confined ? label.text.replace(/[\0\s]+$/, '') : undefined;
});

async function byKernel({ control, outcome }: Refusal, { host }: Stage): Promise<Mechanism | null> {
  const outside = await control?.(host);
  return outside === outcome ? 'kernel' : null;
}
