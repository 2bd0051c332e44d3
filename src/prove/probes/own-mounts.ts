import type { CallResult, Session } from '../../agent/index.ts';
import { CLONE, call } from '../../kernel/index.ts';
import type { Stage } from '../observation.ts';
import { credentialsOf, has } from './credentials.ts';
import { perStage } from './per-stage.ts';

/** include/uapi/linux/mount.h */
export const MS = { RDONLY: 1, REMOUNT: 32, BIND: 4096, REC: 16384, PRIVATE: 1 << 18 } as const;
export const MNT_DETACH = 2;

const EFFECTS = [
  'looks',
  'opens-for-writing',
  'makes-namespaces',
  'mounts-in-own-namespace',
  'makes-own-files',
] as const;

export const NOT_TRIED =
  'it may change its mounts, but not in a copy of them: that is not tried in the mounts that it has';

export type InOwnMounts<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** By which call, as evidence. `untried`: it may change mounts by other calls, in a namespace that is not its own to try in. */
  | { readonly kind: 'refused'; readonly evidence: string; readonly untried: boolean };

/** Whether there can be such a child at all: asked once. */
const refusal = perStage(async (stage: Stage): Promise<Refused | undefined> => {
  const tried = await enter(stage, false, async () => undefined);
  return tried.kind === 'refused' ? { ...tried, untried: await hasOtherWays(stage) } : undefined;
});

type Refused = Extract<InOwnMounts<never>, { readonly kind: 'refused' }>;

/**
 * mount(2) without a type (EINVAL: do_new_mount(), fs/namespace.c), and calls of the new API without arguments: who gets as far as their errors may
 * mount (may_mount(), fs/namespace.c). mount_setattr(2) looks at its arguments first, so the capability is looked at beside it.
 */
async function hasOtherWays(stage: Stage): Promise<boolean> {
  const [mount, fsopen, setattr] = await stage.sandbox
    .guarded(['cannot-succeed'])
    .batch([call('mount', 0, '/', 0, 0, 0), call('fsopen', 0, 0), call('mount_setattr', -1, '', 0, 0, 0)]);
  const mayMount = has((await credentialsOf(stage)).permitted, 'SYS_ADMIN');
  return mount?.errno === 'EINVAL' || fsopen?.errno === 'EFAULT' || (mayMount && setattr?.errno === 'EINVAL');
}

/**
 * Carries `body` out in a throw-away child with a mount namespace that is a copy of the sandbox's, from which nothing propagates:
 * what the process may do to its own mounts it may do to these. `network`: in a network namespace of its own too, of which a new
 * sysfs is.
 */
export async function inOwnMounts<T>(
  stage: Stage,
  body: (child: Session) => Promise<T>,
  { network = false } = {},
): Promise<InOwnMounts<T>> {
  const refused = await refusal(stage);
  return refused ?? enter(stage, network, body);
}

async function enter<T>(
  { sandbox }: Stage,
  network: boolean,
  body: (child: Session) => Promise<T>,
): Promise<InOwnMounts<T>> {
  const end = await sandbox.guarded(EFFECTS).child(async (child): Promise<InOwnMounts<T>> => {
    const flags = CLONE.NEWNS | (network ? CLONE.NEWNET : 0n);
    const unshared = await child.call(call('unshare', flags));
    if (!unshared.ok) return refusedBy(unshared);
    const cut = await child.call(call('mount', 'none', '/', 0, MS.REC | MS.PRIVATE, 0));
    if (!cut.ok) return refusedBy(cut);
    return { kind: 'done', value: await body(child) };
  });
  if (end.kind === 'returned') return end.value;
  const what = end.kind === 'refused' ? `fork = ${end.errno}` : `the child died of signal ${end.signal}`;
  return { kind: 'refused', evidence: what, untried: false };
}

const refusedBy = (result: CallResult) => ({ kind: 'refused', evidence: `${result}`, untried: false }) as const;
