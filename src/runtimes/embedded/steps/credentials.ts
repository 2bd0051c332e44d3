import { CAPABILITIES, call, capabilitiesOfMask, struct, u32 } from '../../../kernel/index.ts';
import { CAP_AMBIENT, PR, SIGKILL } from '../linux.ts';
import { may, must, type Operation, type Task } from '../operation.ts';
import { maskOf, type Plan } from '../plan.ts';
import type { Step } from './step.ts';

interface CapabilitySets {
  readonly bounding: bigint;
  readonly permitted: bigint;
  readonly effective: bigint;
  readonly inheritable: bigint;
  readonly ambient: bigint;
}

/**
 * The sets as they are when the container's program runs. The stub does not execute anything, so what execve(2) would make of
 * the configured sets is made here: cap_bprm_creds_from_file, security/commoncap.c of Linux 6.12, for a program without file
 * capabilities and set-id bits. Root gains what is bounded or inheritable (handle_privileged_root), less what it did not hold
 * where no_new_privs is set (`__cap_gained` beside LSM_UNSAFE_NO_NEW_PRIVS); anybody else keeps what is ambient.
 */
function setsAfterExec(given: CapabilitySets, uid: number, noNewPrivileges: boolean): CapabilitySets {
  const { bounding, inheritable } = given;
  // PR_CAP_AMBIENT_RAISE wants both (cap_task_prctl); runc goes on without those that lack one.
  const ambient = given.ambient & given.permitted & inheritable;
  const gained = uid === 0 ? bounding | inheritable : 0n;
  const kept = noNewPrivileges && (gained & ~given.permitted) !== 0n ? gained & given.permitted : gained;
  const permitted = kept | ambient;
  return { bounding, inheritable, ambient, permitted, effective: uid === 0 ? permitted : ambient };
}

const EVERY = (1n << BigInt(CAPABILITIES.length)) - 1n;

/** What the configuration asks for, as far as this process has it to give. Nothing stated: nothing is taken away (runc capabilities.New). */
function asked(plan: Plan): CapabilitySets {
  const held = plan.available & EVERY;
  const bound = (plan.inNewUser ? EVERY : plan.host.bounding) & EVERY;
  const sets = plan.performs('capabilities') ? plan.config.process?.capabilities : undefined;
  if (sets === undefined) return { bounding: bound, permitted: held, effective: held, inheritable: 0n, ambient: 0n };
  const permitted = maskOf(sets.permitted) & held;
  return {
    bounding: plan.performs('capability-bounding') ? maskOf(sets.bounding) & bound : bound,
    permitted,
    effective: maskOf(sets.effective) & permitted,
    inheritable: maskOf(sets.inheritable) & bound & held,
    ambient: maskOf(sets.ambient) & held,
  };
}

function finalSets(plan: Plan): CapabilitySets {
  const { user, noNewPrivileges = false } = plan.config.process ?? {};
  const uid = plan.performs('user') ? (user?.uid ?? 0) : plan.builder.uid;
  return setsAfterExec(asked(plan), uid, noNewPrivileges && plan.performs('no-new-privileges'));
}

export const BOUNDING_STEP: Step = {
  name: 'capability-bounding',
  does: 'what is not in the bounding set can never be gained again',
  stage: 'inside',
  tasks: (plan) => {
    const { bounding } = finalSets(plan);
    const dropped = CAPABILITIES.filter((_, number) => ((bounding >> BigInt(number)) & 1n) === 0n);
    nameUnavailable(plan);
    return dropped.map((name): Task => {
      const number = CAPABILITIES.indexOf(name);
      // EINVAL: the kernel is older than the capability.
      const operations = [must(call('prctl', PR.CAPBSET_DROP, number, 0, 0, 0), 'EINVAL')];
      return { what: `drop ${name} from the bounding set`, facts: [`capability.bounding.${name}`], operations };
    });
  },
};

function nameUnavailable(plan: Plan): void {
  const sets = plan.config.process?.capabilities;
  if (sets === undefined || !plan.performs('capabilities')) return;
  for (const [set, names] of Object.entries(sets)) {
    if (set === 'effective' || set === 'permitted') continue;
    const lacking = capabilitiesOfMask(maskOf(names) & ~plan.available);
    if (lacking.length === 0) continue;
    plan.lacks(
      'capabilities',
      `this process does not hold ${lacking.join(', ')} itself`,
      ...lacking.map((name) => `capability.${set}.${name}`),
    );
  }
}

export const USER_STEP: Step = {
  name: 'user',
  does: 'groups, group and user id; capabilities are kept over it for the next steps',
  stage: 'inside',
  tasks: (plan) => {
    const { uid = 0, gid = 0, additionalGids = [] } = plan.config.process?.user ?? {};
    return [
      ...(plan.idMaps?.single ? noGroups(plan, additionalGids) : [groups(additionalGids)]),
      { what: `setresgid ${gid}`, facts: ['process.gid'], operations: [must(call('setresgid', gid, gid, gid))] },
      {
        what: `setresuid ${uid}`,
        facts: ['process.uid'],
        operations: [
          must(call('prctl', PR.SET_KEEPCAPS, 1, 0, 0, 0)),
          must(call('setresuid', uid, uid, uid)),
          must(call('prctl', PR.SET_KEEPCAPS, 0, 0, 0, 0)),
        ],
      },
    ];
  },
};

/** user_namespaces(7): where one id is mapped without privilege, setgroups(2) is given up. */
function noGroups(plan: Plan, gids: readonly number[]): readonly Task[] {
  if (gids.length > 0) plan.lacks('user', 'supplementary groups cannot be set without CAP_SETGID', 'process.groups');
  return [];
}

function groups(gids: readonly number[]): Task {
  const list = Buffer.alloc(4 * Math.max(gids.length, 1));
  gids.forEach((gid, i) => {
    list.writeUInt32LE(gid, 4 * i);
  });
  return { what: 'setgroups', facts: ['process.groups'], operations: [must(call('setgroups', gids.length, list))] };
}

const VERSION_3 = 0x20080522;

function capset(sets: Pick<CapabilitySets, 'effective' | 'permitted' | 'inheritable'>): ReturnType<typeof call> {
  const half = (mask: bigint, shift: bigint): number => Number((mask >> shift) & 0xffffffffn);
  const words = [0n, 32n].flatMap((shift) => [
    half(sets.effective, shift),
    half(sets.permitted, shift),
    half(sets.inheritable, shift),
  ]);
  return call('capset', struct([u32(VERSION_3), u32(0)]), struct(words.map(u32)));
}

const FACTS = ['capability.permitted.', 'capability.inheritable.', 'capability.ambient.'];

/** Whatever the sets end as: a filter without no_new_privs needs CAP_SYS_ADMIN until it is in place (seccomp(2)). */
export const KEPT_CAPABILITIES_STEP: Step = {
  name: 'capabilities-kept',
  does: 'capabilities are in effect again after the change of user',
  stage: 'inside',
  tasks: (plan) => {
    const held = plan.available & EVERY;
    const operations = [may(capset({ effective: held, permitted: held, inheritable: 0n }))];
    return [{ what: 'capset', facts: [], operations }];
  },
};

export const CAPABILITIES_STEP: Step = {
  name: 'capabilities',
  does: 'the permitted, effective, inheritable and ambient sets, as execve(2) would leave them',
  stage: 'inside',
  tasks: (plan) => {
    const sets = finalSets(plan);
    const ambient = capabilitiesOfMask(sets.ambient);
    const raise = ambient.map((name) =>
      must(call('prctl', PR.CAP_AMBIENT, CAP_AMBIENT.RAISE, CAPABILITIES.indexOf(name), 0, 0)),
    );
    const operations: Operation[] = [
      may(call('prctl', PR.CAP_AMBIENT, CAP_AMBIENT.CLEAR_ALL, 0, 0, 0)),
      must(capset(sets)),
      ...raise,
    ];
    return [{ what: 'capset', facts: FACTS, operations }];
  },
};

/** A change of ids takes both away (commit_creds, kernel/cred.c); execve(2) makes a program dumpable again. */
export const LIFE_STEP: Step = {
  name: 'life',
  does: 'it dies with the outer stub, and belongs to its user in /proc',
  stage: 'inside',
  tasks: () => [
    {
      what: 'prctl',
      facts: [],
      operations: [
        must(call('prctl', PR.SET_PDEATHSIG, SIGKILL, 0, 0, 0)),
        must(call('prctl', PR.SET_DUMPABLE, 1, 0, 0, 0)),
        may(call('close_range', 3, 0xffffffff, 0)),
      ],
    },
  ],
};
