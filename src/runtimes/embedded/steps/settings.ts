import { call, resultOf } from '../../../kernel/index.ts';
import { CLONE_FLAG, MS } from '../linux.ts';
import { may, must, type Operation, type Task } from '../operation.ts';
import type { Namespace, Plan } from '../plan.ts';
import { type Step, writes } from './step.ts';

export const CGROUP_NAMESPACE_STEP: Step = {
  name: 'namespace-cgroup',
  does: 'a cgroup namespace whose root is the group that it is in by now',
  stage: 'inside',
  tasks: ({ own }) =>
    own.has('cgroup')
      ? [{ what: 'unshare', facts: ['namespace.cgroup'], operations: [must(call('unshare', CLONE_FLAG.cgroup))] }]
      : [],
};

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;

export const SETTINGS_STEPS: readonly Step[] = [
  {
    name: 'session-keyring',
    does: "a session keyring of its own, so that it does not hold the user's keys",
    stage: 'inside',
    tasks: () => [
      { what: 'keyctl', facts: [], operations: [may(call('keyctl', KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0))] },
    ],
  },
  {
    name: 'loopback',
    does: 'the loopback interface of its own network namespace comes up',
    stage: 'inside',
    tasks: ({ own }) =>
      own.has('network') ? [{ what: 'ioctl SIOCSIFFLAGS', facts: ['network.mode'], operations: loopback() }] : [],
  },
  {
    name: 'hostname',
    does: 'host and domain name of its own UTS namespace',
    stage: 'inside',
    tasks: (plan) => {
      const { hostname, domainname } = plan.config;
      const name = (which: string, value: string | undefined): Task[] =>
        value === undefined || value === '' ? [] : [named(which, value)];
      if (!plan.own.has('uts')) return [];
      return [...name('sethostname', hostname), ...name('setdomainname', domainname)];
    },
  },
  {
    name: 'sysctls',
    does: 'settings of its own namespaces below /proc/sys',
    stage: 'inside',
    tasks: (plan) =>
      Object.entries(plan.config.linux?.sysctl ?? {}).flatMap(([key, value]): Task[] => {
        const facts = [`sysctl.${key}`];
        const namespace = namespaceOf(key);
        if (namespace !== undefined && plan.own.has(namespace)) {
          const path = `/proc/sys/${pathOf(key)}`;
          return [{ what: `write ${value} to ${path}`, facts, operations: writes(path, value) }];
        }
        plan.lacks(
          'sysctls',
          `${key} is not a setting of a namespace of its own: it would be changed for others`,
          ...facts,
        );
        return [];
      }),
  },
];

const KEYCTL_JOIN_SESSION_KEYRING = 1;

function named(name: string, value: string): Task {
  return {
    what: `${name} ${value}`,
    facts: [],
    operations: [must(call(name, Buffer.from(value), Buffer.byteLength(value)))],
  };
}

/** struct ifreq: the name in 16 bytes, then the flags, in 40. */
function loopback(): readonly Operation[] {
  const request = Buffer.alloc(40);
  request.write('lo');
  request.writeUInt16LE(IFF_UP, 16);
  return [
    must(call('socket', AF_INET, SOCK_DGRAM, 0)),
    must(call('ioctl', resultOf(0), SIOCSIFFLAGS, request)),
    may(call('close', resultOf(0))),
  ];
}

/** Which namespace a setting belongs to: runc libcontainer/configs/validate, sysctl. */
function namespaceOf(key: string): Namespace | undefined {
  const dotted = key.replaceAll('/', '.');
  if (dotted.startsWith('net.')) return 'network';
  if (/^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)$|fs\.mqueue\.)/.test(dotted))
    return 'ipc';
  return dotted === 'kernel.domainname' || dotted === 'kernel.hostname' ? 'uts' : undefined;
}

/** sysctl(8): the first separator decides what the others mean, since names of interfaces hold dots. */
function pathOf(key: string): string {
  const first = /[./]/.exec(key)?.[0];
  if (first !== '.') return key;
  return key.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}

export const ROOT_PROPAGATION_STEP: Step = {
  name: 'root-propagation',
  does: 'how mounts made below its root spread: between its own namespaces, never to the host',
  stage: 'inside',
  tasks: (plan) => {
    const change = propagationOf(plan);
    return change === undefined || plan.joinsMounts
      ? []
      : [
          {
            what: 'mount',
            facts: ['rootfs.propagation'],
            operations: [must(call('mount', 'none', '/', 0, change, 0))],
          },
        ];
  },
};

/** runc prepareRootfs: private and slave were there before. */
function propagationOf({ config }: Plan): number | undefined {
  const word = config.linux?.rootfsPropagation?.replace(/^r/, '');
  const recursive = config.linux?.rootfsPropagation?.startsWith('r') ? MS.REC : 0;
  if (word === 'shared') return MS.SHARED | recursive;
  return word === 'unbindable' ? MS.UNBINDABLE | recursive : undefined;
}

export const WORKING_FOLDER_STEP: Step = {
  name: 'cwd',
  does: 'the working folder',
  stage: 'inside',
  tasks: (plan) => {
    const cwd = plan.tree.resolve(plan.config.process?.cwd ?? '/');
    const made = plan.joinsMounts ? [] : plan.tree.make(cwd, 'folder');
    if (made === undefined) {
      plan.lacks('cwd', `${cwd} is not there, and is not made on the host`, 'process.cwd');
      return [];
    }
    return [{ what: `chdir ${cwd}`, facts: ['process.cwd'], operations: [...made, must(call('chdir', cwd))] }];
  },
};

/** runc finalizeRootfs: 022 where nothing is said. */
export const UMASK_STEP: Step = {
  name: 'umask',
  does: 'the mask for modes of new files',
  stage: 'inside',
  tasks: ({ config }) => [
    { what: 'umask', facts: [], operations: [may(call('umask', config.process?.user?.umask ?? 0o022))] },
  ],
};

/** include/uapi/linux/personality.h; runtime-spec names these two. */
const DOMAINS: Readonly<Record<string, number>> = { LINUX: 0, LINUX32: 8 };

export const PERSONALITY_STEP: Step = {
  name: 'personality',
  does: 'the execution domain',
  stage: 'inside',
  tasks: (plan) => {
    const word = plan.config.linux?.personality?.domain;
    const domain = word === undefined ? undefined : DOMAINS[word];
    if (word !== undefined && domain === undefined) plan.lacks('personality', `${word} is not known here`);
    return domain === undefined
      ? []
      : [{ what: `personality ${word}`, facts: [], operations: [must(call('personality', domain))] }];
  },
};
