import { call, resultOf, struct, u16, u32, u64 } from '../../../kernel/index.ts';
import { attachDevices } from '../cgroup-devices.ts';
import { AT_FDCWD, CLONE_FLAG, O, PR, RLIM_INFINITY, RLIMITS, SIGKILL } from '../linux.ts';
import { may, must, type Operation, type Task } from '../operation.ts';
import { NAMESPACE_FACT, type Plan } from '../plan.ts';
import { isBind } from './mounts.ts';
import { ownLimits } from './rlimits.ts';
import { socketDescriptor, socketsFor } from './stand-ins.ts';
import { type Step, shifted, writes } from './step.ts';

/** Steps of the outer stub, which is still in this process's namespaces. It stays there and waits for the container's process. */
export const OUTSIDE_STEPS: readonly Step[] = [
  {
    name: 'parent-death',
    does: 'the outer stub ends when this process does',
    stage: 'outside',
    vital: true,
    tasks: () => [{ what: 'prctl', facts: [], operations: [must(call('prctl', PR.SET_PDEATHSIG, SIGKILL, 0, 0, 0))] }],
  },
  {
    name: 'cgroup-guard',
    does: 'a process that takes the control groups away when this one is killed',
    stage: 'outside',
    vital: true,
    tasks: (plan) => (plan.cgroups.groups.length === 0 ? [] : [startGuard(plan)]),
  },
  {
    name: 'cgroup',
    does: 'a control group of its own in each hierarchy that is needed',
    stage: 'outside',
    tasks: (plan) => plan.cgroups.groups.map(({ folder, first }) => makeGroup(plan, folder, first)),
  },
  ...(['cgroup-memory', 'cgroup-pids', 'cgroup-cpu', 'cgroup-io', 'cgroup-devices'] as const).map(
    (name): Step => ({
      name,
      does: `limits of the ${name.slice('cgroup-'.length)} controller`,
      stage: 'outside',
      tasks: (plan) => plan.cgroups.limits.filter(({ step }) => step === name).flatMap(limitTasks),
    }),
  ),
  {
    name: 'oom-score-adj',
    does: 'how readily the kernel kills it when memory runs out',
    stage: 'outside',
    tasks: (plan) => {
      const value = plan.config.process?.oomScoreAdj;
      if (value === undefined) return [];
      const operations = writes('/proc/self/oom_score_adj', String(value));
      return [{ what: `oom_score_adj ${value}`, facts: ['process.oom-score-adj'], operations }];
    },
  },
  {
    name: 'stand-in-sockets',
    does: 'sockets that will listen in the place of those that this machine lacks; they stay open here',
    stage: 'outside',
    tasks: ({ config, machine }) => {
      const sources = (config.mounts ?? []).filter(isBind).map(({ source = '' }) => source);
      const operations = Array.from({ length: socketsFor(machine.files, sources) }, (_, i) => openSocket(i));
      return operations.length === 0
        ? []
        : operations.map((each) => ({ what: 'open a socket', facts: [], operations: each }));
    },
  },
  {
    name: 'rlimits-raise',
    does: 'hard limits above its own, which a user namespace cannot raise',
    stage: 'outside',
    tasks: (plan) => (plan.config.process?.rlimits ?? []).flatMap(({ type, hard }) => raise(plan, type, hard)),
  },
  {
    name: 'namespace-join',
    does: 'namespaces of others, by path; a user namespace last, since that gives up the rights to the rest',
    stage: 'outside',
    tasks: (plan) =>
      [...plan.joined]
        .filter(([type]) => plan.performs(`namespace-${type}`))
        .sort(([a], [b]) => Number(a === 'user') - Number(b === 'user'))
        .map(([type, path]) => ({
          what: `join ${path}`,
          facts: [NAMESPACE_FACT[type]],
          operations: [
            must(call('openat', AT_FDCWD, path, O.RDONLY | O.CLOEXEC)),
            must(call('setns', resultOf(0), CLONE_FLAG[type])),
            may(call('close', resultOf(0))),
          ],
        })),
  },
  {
    name: 'namespace-time',
    does: 'a time namespace, with its offsets, which the next child enters (time_namespaces(7))',
    stage: 'outside',
    tasks: (plan) =>
      plan.own.has('time') ? [{ what: 'unshare', facts: ['namespace.time'], operations: newTime(plan) }] : [],
  },
];

const AF_UNIX = 1;
const SOCK_STREAM = 1;

function openSocket(index: number): readonly Operation[] {
  return [
    must(call('socket', AF_UNIX, SOCK_STREAM, 0)),
    must(call('dup3', resultOf(0), socketDescriptor(index), 0)),
    may(call('close', resultOf(0))),
  ];
}

const SIGCHLD = 17;
/** include/uapi/asm-generic/poll.h: the other end was closed, of a socket; of a pipe POLLHUP says it unasked. */
const POLLRDHUP = 0x2000;
const MILLISECONDS_TO_WAIT = [1, 5, 20, 50, 100, 250, 500, 1000, 2000];

function startGuard(plan: Plan): Task {
  return {
    what: 'clone',
    facts: [],
    operations: guard(plan),
    // What came behind it in the exchange the copy would do as well, when it has taken the groups away: make them anew.
    last: true,
    learn: ([clone]) => {
      plan.guard = clone?.value;
    },
  };
}

/**
 * A copy of the outer stub that sleeps until nobody holds the other end of its input, and removes the groups then: the kernel tells it
 * that this process is gone, however it went. Both copies make the calls that follow the clone; what is meant for one fails in
 * the other by the value that clone returned, 0 or a process id. The copy closes its input, so that it never takes
 * part in the conversation.
 */
function guard(plan: Plan): readonly Operation[] {
  const input = struct([u32(0), u16(POLLRDHUP), u16(0)]);
  const removals = plan.cgroups.groups.map(({ folder }) => may(call('unlinkat', AT_FDCWD, folder, AT_REMOVEDIR)));
  return [
    must(call('clone', SIGCHLD, 0, 0, 0, 0)),
    // The time to wait is a pointer: none is for ever, and a process id is no address.
    may(call('ppoll', input, 1, resultOf(0), 0, 0)),
    may(call('close', resultOf(0))),
    ...MILLISECONDS_TO_WAIT.flatMap((milliseconds) => [
      // The first argument is a clock: 0 is one, a process id is none. Processes are still ending, and a group that has some stays.
      may(call('clock_nanosleep', resultOf(0), 0, duration(milliseconds), 0)),
      ...removals,
    ]),
  ];
}

const AT_REMOVEDIR = 0x200;

function duration(milliseconds: number): ReturnType<typeof struct> {
  return struct([u64(Math.trunc(milliseconds / 1000)), u64((milliseconds % 1000) * 1_000_000)]);
}

function makeGroup(
  plan: Plan,
  folder: string,
  first: readonly { readonly file: string; readonly value: string }[],
): Task {
  const inside = plan.cgroups.limits.filter((limit) => limit.folder === folder);
  const settings = first.flatMap(({ file, value }, i) =>
    writes(`${folder}/${file}`, value).map((operation) => shifted(operation, 1 + 3 * i)),
  );
  return {
    what: `make ${folder}`,
    facts: inside.flatMap(({ facts }) => facts),
    operations: [must(call('mkdirat', AT_FDCWD, folder, 0o755)), ...settings],
  };
}

function limitTasks({ facts, folder, settings, program }: Plan['cgroups']['limits'][number]): readonly Task[] {
  const tasks = settings.map(({ file, value }) => ({
    what: `write ${value} to ${file}`,
    facts,
    operations: writes(file, value),
  }));
  if (program === undefined) return tasks;
  return [...tasks, { what: `tie a program to ${folder}`, facts, operations: attachDevices(program, folder) }];
}

function raise({ machine }: Plan, type: string, hard: number | bigint): readonly Task[] {
  const resource = RLIMITS[type];
  const own = resource === undefined ? undefined : ownLimits(machine.files).get(resource);
  if (resource === undefined || own === undefined || BigInt(hard) <= own.hard) return [];
  const value = BigInt(hard) > RLIM_INFINITY ? RLIM_INFINITY : BigInt(hard);
  const limit = struct([u64(own.soft), u64(value)]);
  return [
    {
      what: `raise ${type} to ${hard}`,
      facts: [`rlimit.${type.replace('RLIMIT_', '').toLowerCase()}`],
      operations: [must(call('prlimit64', 0, resource, limit, 0))],
    },
  ];
}

function newTime(plan: Plan): readonly Operation[] {
  const offsets = Object.entries(plan.config.linux?.timeOffsets ?? {}).map(
    ([clock, { secs, nanosecs }]) => `${clock} ${secs} ${nanosecs}\n`,
  );
  const writing =
    offsets.length === 0 ? [] : writes('/proc/self/timens_offsets', offsets.join('')).map((one) => shifted(one, 1));
  return [must(call('unshare', CLONE_FLAG.time)), ...writing];
}
