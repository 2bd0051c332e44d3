import { call, resultOf } from '../../../kernel/index.ts';
import { AT_FDCWD, MNT_DETACH, MS, O } from '../linux.ts';
import { may, must, type Operation } from '../operation.ts';
import type { Plan } from '../plan.ts';
import { SKELETON, SKELETON_FILES } from '../skeleton.data.ts';
import { type Step, shifted } from './step.ts';

export const PRIVATE_STEPS: readonly Step[] = [
  {
    name: 'builder',
    does: 'the process takes the ids by which the container is furnished: root of its user namespace',
    stage: 'private',
    tasks: (plan) =>
      plan.idMaps === undefined ? [] : [{ what: 'setresuid', facts: ['process.uid'], operations: becomeBuilder(plan) }],
  },
  {
    name: 'private-mounts',
    does: 'mounts made from now on do not appear on the host; the first is memory for the root',
    stage: 'private',
    vital: true,
    tasks: (plan) => [{ what: 'make every mount a slave, or private', facts: [], operations: becomePrivate(plan) }],
  },
];

function becomeBuilder({ idMaps, builder }: Plan): readonly Operation[] {
  const { uid, gid } = builder;
  const groups = idMaps?.single ? [] : [may(call('setgroups', 0, 0))];
  return [...groups, must(call('setresgid', gid, gid, gid)), must(call('setresuid', uid, uid, uid))];
}

function becomePrivate({ config, joinsMounts, scaffold }: Plan): readonly Operation[] {
  const spread = config.linux?.rootfsPropagation === 'rprivate' ? MS.PRIVATE : MS.SLAVE;
  return [
    must(call('mount', 'none', '/', 0, spread | MS.REC, 0)),
    // For the modes of what is made next; and a session of its own, as runc's (nsexec.c).
    may(call('umask', 0)),
    may(call('setsid')),
    // Its options are the result of the first call: where that is an error, they lie nowhere, and nothing is mounted (EFAULT).
    ...(joinsMounts ? [] : [must(call('mount', 'tmpfs', scaffold, 'tmpfs', 0, resultOf(0)))]),
  ];
}

/**
 * The new root becomes the root before anything is mounted into it, where runc mounts first (rootfs_linux.go, prepareRootfs): so the
 * kernel itself finds every destination inside the container, whatever links an image holds, and runc's own search is not needed.
 * The old root stays the working folder until `old-root`: sources are paths relative to it. A bare root needs no more than the
 * memory; over the folder of an image a layer is made in it, which is an exchange more.
 */
export const ROOT_STEPS: readonly Step[] = [
  {
    name: 'root',
    does: 'the folder of the image, where there is one, with a layer in memory over it',
    stage: 'root',
    vital: true,
    tasks: ({ joinsMounts, lower, scaffold, inOwnUserNamespace }) =>
      joinsMounts || lower === undefined
        ? []
        : [{ what: 'mount it', facts: [], operations: layer(lower, scaffold, inOwnUserNamespace) }],
  },
  pivotStep('private', (plan) => plan.lower === undefined),
  pivotStep('root', (plan) => plan.lower !== undefined),
];

function pivotStep(stage: 'private' | 'root', here: (plan: Plan) => boolean): Step {
  return {
    name: 'pivot-root',
    does: 'it becomes the root; the old one becomes the working folder',
    stage,
    vital: true,
    tasks: (plan) =>
      plan.joinsMounts || !here(plan) ? [] : [{ what: 'pivot_root', facts: [], operations: pivot(plan) }],
  };
}

function layer(lower: string, at: string, inUserNamespace: boolean): readonly Operation[] {
  const escaped = lower.replaceAll(/[\\,:]/g, (character) => `\\${character}`);
  // In a user namespace overlayfs keeps its marks in user.overlay.* (Documentation/filesystems/overlayfs.rst, userxattr).
  const options = `lowerdir=${escaped},upperdir=${at}/upper,workdir=${at}/work${inUserNamespace ? ',userxattr' : ''}`;
  return [
    ...['upper', 'work', 'root'].map((name) => must(call('mkdirat', AT_FDCWD, `${at}/${name}`, 0o755))),
    must(call('mount', 'overlay', `${at}/root`, 'overlay', 0, options)),
  ];
}

function pivot({ lower, scaffold }: Plan): readonly Operation[] {
  return [
    must(call('openat', AT_FDCWD, '/', O.RDONLY | O.CLOEXEC)),
    must(call('chdir', lower === undefined ? scaffold : `${scaffold}/root`)),
    must(call('pivot_root', '.', '.')),
    must(call('fchdir', resultOf(0))),
    may(call('close', resultOf(0))),
    // The layer holds by itself; the place of its memory is the old root's again.
    ...(lower === undefined ? [] : [may(call('umount2', `.${scaffold}`, MNT_DETACH))]),
  ];
}

export const FURNISH_STEPS: readonly Step[] = [
  {
    name: 'skeleton',
    does: 'the folders and files that any root file system has',
    stage: 'inside',
    tasks: (plan) =>
      plan.joinsMounts || plan.lower !== undefined ? [] : [{ what: 'make it', facts: [], operations: skeleton() }],
  },
];

function skeleton(): readonly Operation[] {
  const folders = [
    must(call('fchmodat', AT_FDCWD, '/', 0o755)),
    ...SKELETON.map(({ path, mode }) => must(call('mkdirat', AT_FDCWD, path, mode), 'EEXIST')),
  ];
  const files = SKELETON_FILES.flatMap(({ path, text }, i) =>
    [
      must(call('openat', AT_FDCWD, path, O.WRONLY | O.CREAT | O.CLOEXEC, 0o644)),
      must(call('write', resultOf(0), Buffer.from(text), Buffer.byteLength(text))),
      may(call('close', resultOf(0))),
    ].map((operation) => shifted(operation, folders.length + 3 * i)),
  );
  return [...folders, ...files];
}

/** After the last mount. */
export const OLD_ROOT_STEP: Step = {
  name: 'old-root',
  does: 'the old root is taken away',
  stage: 'inside',
  vital: true,
  tasks: (plan) =>
    plan.joinsMounts
      ? []
      : [
          {
            what: 'unmount it',
            facts: [],
            operations: [
              must(call('mount', 'none', '.', 0, MS.SLAVE | MS.REC, 0)),
              must(call('umount2', '.', MNT_DETACH)),
              must(call('chdir', '/')),
            ],
          },
        ],
};
