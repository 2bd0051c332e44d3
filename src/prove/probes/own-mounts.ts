import type { CallResult, ChildEnd, Session } from '../../agent/index.ts';
import { type Arg, type Call, CLONE, call } from '../../kernel/index.ts';
import type { Stage } from '../observation.ts';
import { credentialsOf, has } from './credentials.ts';
import { AT_FDCWD } from './file-calls.ts';
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
 * mount(2) without a type (EINVAL: do_new_mount(), fs/namespace.c), and other calls with arguments that cannot be: who gets as far as
 * their errors may mount (may_mount(), fs/namespace.c). Some look at their arguments first: there the capability is looked at too.
 */
async function hasOtherWays(stage: Stage): Promise<boolean> {
  if (!has((await credentialsOf(stage)).permitted, 'SYS_ADMIN')) return false;
  for (const [one, errno] of OTHER_WAYS) if ((await alone(stage, one))?.errno === errno) return true;
  return false;
}

const OTHER_WAYS: readonly (readonly [Call, string])[] = [
  [call('mount', 0, '/', 0, 0, 0), 'EINVAL'],
  [call('fsopen', 0, 0), 'EFAULT'],
  [call('mount_setattr', -1, '', 0, 0, 0), 'EINVAL'],
  [call('move_mount', -1, 0, -1, 0, 0x40000000), 'EINVAL'],
  [call('umount2', '', 0x1000), 'EINVAL'],
  [call('pivot_root', '', ''), 'ENOENT'],
];

/** In a child: a filter may end whoever makes the call. Undefined then. */
async function alone({ sandbox }: Stage, one: Call): Promise<CallResult | undefined> {
  const end = await sandbox.guarded(['cannot-succeed']).child((child) => child.call(one));
  return end.kind === 'returned' ? end.value : undefined;
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
  const flags = CLONE.NEWNS | (network ? CLONE.NEWNET : 0n);
  const guarded = sandbox.guarded(EFFECTS);
  let isMade = false;
  const first = endOf(
    await guarded.child(async (child): Promise<InOwnMounts<T>> => {
      const unshared = await child.call(call('unshare', flags));
      isMade = unshared.ok;
      return isMade ? cutOff(child, body) : refusedBy(unshared);
    }),
  );
  if (isMade) return first;
  // A filter may end whoever asks clone(2) for a namespace: that is a child too.
  const second = endOf(
    await guarded.child(async (child) => endOf(await child.child((inner) => cutOff(inner, body), { flags }))),
  );
  return second.kind === 'done' ? second : first;
}

function endOf<T>(end: ChildEnd<InOwnMounts<T>>): InOwnMounts<T> {
  if (end.kind === 'returned') return end.value;
  const what = end.kind === 'refused' ? `clone = ${end.errno}` : `the child died of signal ${end.signal}`;
  return { kind: 'refused', evidence: what, untried: false };
}

/** From where nothing propagates any more. */
async function cutOff<T>(child: Session, body: (child: Session) => Promise<T>): Promise<InOwnMounts<T>> {
  const cut = await child.call(call('mount', 'none', '/', 0, MS.REC | MS.PRIVATE, 0));
  if (cut.ok) return { kind: 'done', value: await body(child) };
  const anew = await child.call(setattr(AT_FDCWD, '/', AT_RECURSIVE, { propagation: MS.PRIVATE }));
  return anew.ok ? { kind: 'done', value: await body(child) } : refusedBy(cut);
}

const AT_RECURSIVE = 0x8000;

/**
 * Takes a flag of a mount away. mount(2) takes all others too, of which one may be locked (can_change_locked_flags(),
 * fs/namespace.c); mount_setattr(2) that one alone.
 */
export const clearReadonly = (child: Session, point: string): Promise<CallResult> =>
  clearFlag(child, point, MOUNT_ATTR_RDONLY);

export async function clearFlag(child: Session, point: string, flag: number): Promise<CallResult> {
  const remounted = await child.call(call('mount', 'none', point, 0, MS.REMOUNT | MS.BIND, 0));
  return remounted.ok ? remounted : child.call(setattr(AT_FDCWD, point, 0, { clear: flag }));
}

export const MOUNT_ATTR_RDONLY = 1;
export const MOUNT_ATTR_NODEV = 4;

/** mount_setattr(2) with struct mount_attr, include/uapi/linux/mount.h */
export function setattr(folder: Arg, path: string, flags: number, { clear = 0, propagation = 0 }): Call {
  const attributes = new DataView(new ArrayBuffer(32));
  attributes.setBigUint64(8, BigInt(clear), true);
  attributes.setBigUint64(16, BigInt(propagation), true);
  return call('mount_setattr', folder, path, flags, new Uint8Array(attributes.buffer), 32);
}

const refusedBy = (result: CallResult) => ({ kind: 'refused', evidence: `${result}`, untried: false }) as const;
