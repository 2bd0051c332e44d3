import { CofferdamError, type DeviceRule, factOf, type Statement, Unknown, type Value } from '../posture/index.ts';
import { deviceController, Groups, limitStatements, oomStatement, parseDeviceList, parseMembership } from './cgroup.ts';
import { descriptorStatement } from './descriptors.ts';
import { readDeviceFilter } from './device-filter.ts';
import { deviceStatements } from './devices.ts';
import { environmentStatements } from './environment.ts';
import { type Files, isMissing, MACHINE } from './files.ts';
import { type HostView, viewHost } from './host-view.ts';
import { capabilityStatements, identityStatements, privilegeStatement, readUserSpace } from './identity.ts';
import { labelStatements } from './labels.ts';
import { rlimitStatement } from './limits.ts';
import { type MountEntry, parseMountinfo } from './mountinfo.ts';
import { mountFacts, shmLimit } from './mounts.ts';
import {
  findNeighbours,
  isHostNamespace,
  type NamespaceNumbers,
  namespaceNumbers,
  namespaceStatements,
} from './namespaces.ts';
import { networkStatement } from './network.ts';
import { readSandboxKind } from './sandbox-kind.ts';
import { seccompStatement, type Tracer } from './seccomp.ts';
import { parseStat, parseStatus, type Status } from './status.ts';
import { failedWith, type LiveResult } from './types.ts';

export interface ProcessOptions {
  /** Default: the machine's own. */
  readonly files?: Files;
  /** Default: read anew. */
  readonly host?: HostView;
  /** A stub on the host, to read installed filters through. Without it they stay unknown. */
  readonly tracer?: Tracer;
  /** Whoever asked knows already what started it and from which image. Default: said as far as the process shows it. */
  readonly origin?: 'known';
}

/** The posture of a running process, as the kernel shows it. Nothing lies beneath: every fact is observed, or unknown with why. */
export async function readProcess(pid: number, options: ProcessOptions = {}): Promise<LiveResult> {
  const observed = await observeProcess(pid, options);
  if (observed instanceof CofferdamError) return failedWith(observed);
  const { name, statements } = observed;
  const subject = {
    id: `pid:${pid}`,
    kind: 'workload',
    name,
    artifact: 'process',
    place: { path: `pid:${pid}`, line: 1, column: 1 },
    layers: [{ phase: 'run', statements }],
    assembled: {},
    process: pid,
    suppressions: [],
  } as const;
  return { subjects: [subject], problems: [], skipped: [] };
}

export interface ObservedProcess {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What is seen of a process, or why there is nothing to see. */
export async function observeProcess(pid: number, options: ProcessOptions): Promise<ObservedProcess | CofferdamError> {
  const files = options.files ?? MACHINE;
  const started = startOf(files, pid);
  const text = files.text(`/proc/${pid}/status`);
  if (text instanceof Unknown) return unseen(files, pid, text);
  const status = parseStatus(text);
  const unfit = unfitness(pid, status);
  if (unfit !== undefined) return unfit;
  const look = new Look(files, pid, status, options);
  const sandbox = readSandboxKind(files, pid);
  const statements = [
    sandbox.statement,
    ...(sandbox.title === undefined
      ? [...(await look.statements()), await seccompStatement(pid, status, options.tracer)]
      : look.fromOutside(sandbox.title)),
  ];
  // Its number may have been given to another process meanwhile.
  if (startOf(files, pid) !== started) return ended(pid);
  return { name: status.name, statements };
}

/** When a process began, in ticks since boot: together with its number it is the same process. */
function startOf(files: Files, pid: number): string | undefined {
  const text = files.text(`/proc/${pid}/stat`);
  return text instanceof Unknown ? undefined : parseStat(text)?.started;
}

function unseen(files: Files, pid: number, why: Unknown): CofferdamError {
  if (!isMissing(why))
    return new CofferdamError('process-unreadable', why.why, 'run as root of the host', { path: `pid:${pid}` });
  if (files.text('/proc/self/status') instanceof Unknown)
    return new CofferdamError('no-proc', 'there is no procfs at /proc', 'mount it: mount -t proc proc /proc', {
      path: `pid:${pid}`,
    });
  const mounts = files.text('/proc/self/mountinfo');
  const hides =
    !(mounts instanceof Unknown) && parseMountinfo(mounts).some((mount) => mount.point === '/proc' && isHiding(mount));
  return hides
    ? new CofferdamError(
        'process-hidden',
        `there is no process ${pid}, or /proc hides it (hidepid)`,
        'run as root of the host',
        { path: `pid:${pid}` },
      )
    : new CofferdamError('no-such-process', `there is no process ${pid}`, 'give the number of one that runs: ps -e', {
        path: `pid:${pid}`,
      });
}

function isHiding(mount: MountEntry): boolean {
  return mount.superOptions.some((option) => /^hidepid=(?!0$|off$)/.test(option));
}

function ended(pid: number): CofferdamError {
  return new CofferdamError(
    'process-ended',
    `process ${pid} ended while it was looked at`,
    'give one that goes on running',
    { path: `pid:${pid}` },
  );
}

function unfitness(pid: number, status: Status): CofferdamError | undefined {
  const at = { path: `pid:${pid}` };
  if (status.state === 'Z' || status.state === 'X')
    return new CofferdamError(
      'process-ended',
      `process ${pid} (${status.name}) has ended and waits for its parent`,
      'give one that goes on running',
      at,
    );
  if (status.kernelThread ?? !status.hasMemory)
    return new CofferdamError(
      'kernel-thread',
      `process ${pid} (${status.name}) is a thread of the kernel`,
      'give a process of user space',
      at,
    );
  return undefined;
}

/** Engines whose containers are known by the names of their control groups (systemd scopes and plain folders). */
const ENGINE_GROUPS: readonly (readonly [RegExp, string])[] = [
  [/\/kubepods/, 'kubernetes'],
  [/\/(?:docker[-/])[0-9a-f]{64}/, 'docker'],
  [/\/libpod-[0-9a-f]{64}/, 'podman'],
];

/** One look at one process. */
class Look {
  readonly #files: Files;
  readonly #pid: number;
  readonly #status: Status;
  readonly #host: HostView;
  readonly #numbers: NamespaceNumbers;
  readonly #mounts: Value<readonly MountEntry[]>;
  readonly #membership: Value<string>;

  readonly #originKnown: boolean;
  readonly #tracer: Tracer | undefined;

  constructor(files: Files, pid: number, status: Status, options: ProcessOptions) {
    this.#files = files;
    this.#pid = pid;
    this.#status = status;
    this.#host = options.host ?? viewHost(files);
    this.#originKnown = options.origin === 'known';
    this.#tracer = options.tracer;
    this.#numbers = namespaceNumbers(files, pid);
    const mountinfo = files.text(`/proc/${pid}/mountinfo`);
    this.#mounts = mountinfo instanceof Unknown ? mountinfo : parseMountinfo(mountinfo);
    this.#membership = files.text(`/proc/${pid}/cgroup`);
  }

  async statements(): Promise<Statement[]> {
    const [files, pid, status] = [this.#files, this.#pid, this.#status];
    const neighbours = findNeighbours(files, pid, this.#numbers, this.#host.namespaces);
    return [
      ...this.#origin(),
      ...namespaceStatements(pid, this.#numbers, this.#host.namespaces, neighbours),
      ...identityStatements(pid, status, readUserSpace(files, pid, this.#userSpace()), files),
      ...capabilityStatements(pid, status),
      privilegeStatement(pid, status),
      this.#fileSystem(),
      ...this.#groupStatements(),
      ...deviceStatements(files, pid, await this.#deviceRules()),
      ...labelStatements(files, pid),
      rlimitStatement(files, pid),
      networkStatement(files, pid, this.#isHost('net')),
      descriptorStatement(files, pid, this.#mounts),
      ...environmentStatements(files, pid),
      ...this.#clock(),
    ];
  }

  /**
   * A program that serves system calls itself, or runs a machine: its namespaces, mounts and credentials are not those of the
   * code inside. Its control group holds for both.
   */
  fromOutside(title: string): Statement[] {
    const hidden = new Unknown(`${title} runs it: what is inside is not seen from the host`);
    return [
      ...this.#origin(),
      this.#observed('mountinfo', {
        ...factOf('mount./', hidden),
        ...factOf('device./dev', hidden),
        ...factOf('env.(all)', hidden),
      }),
      ...this.#groupStatements(),
    ];
  }

  #observed(name: string, facts: Statement['facts']): Statement {
    return { phase: 'run', source: { kind: 'observed', from: `/proc/${this.#pid}/${name}` }, facts };
  }

  #origin(): Statement[] {
    if (this.#originKnown) return [];
    const path = this.#membership instanceof Unknown ? '' : this.#membership;
    const engine = ENGINE_GROUPS.find(([pattern]) => pattern.test(path))?.[1];
    return [
      this.#observed('cgroup', { platform: 'linux', ...(engine !== undefined && { 'engine.name': engine }) }),
      this.#observed('root', { 'image.files-known': false }),
    ];
  }

  #isHost(type: 'net' | 'user'): boolean | undefined {
    const number = this.#numbers[type];
    return number instanceof Unknown ? undefined : isHostNamespace(type, number, this.#host.namespaces);
  }

  #userSpace(): { initial: boolean; own: boolean } {
    const [user, own] = [this.#numbers.user, this.#host.own.user];
    return { initial: this.#isHost('user') === true, own: !(user instanceof Unknown) && user === own };
  }

  #fileSystem(): Statement {
    const mounts = this.#mounts;
    if (mounts instanceof Unknown) {
      const facts = {
        ...factOf('mount./', mounts),
        'masked.*': mounts,
        'readonly-path.*': mounts,
        'rootfs.readonly': mounts,
      };
      return this.#observed('mountinfo', facts);
    }
    const shm = shmLimit(mounts);
    const facts = mountFacts({ own: mounts, host: this.#host.mounts });
    return this.#observed('mountinfo', { ...facts, ...(shm !== undefined && { 'limit.shm': shm }) });
  }

  #groups(): Value<Groups> {
    const text = this.#membership;
    return text instanceof Unknown ? text : new Groups(parseMembership(text), this.#host.ownMounts);
  }

  #groupStatements(): Statement[] {
    const groups = this.#groups();
    if (groups instanceof Unknown) {
      const facts = (['memory', 'memory-swap', 'pids', 'cpu', 'io'] as const).map((name) =>
        factOf(`limit.${name}`, groups),
      );
      return [this.#observed('cgroup', Object.assign({}, ...facts) as Statement['facts'])];
    }
    const oom = oomStatement(this.#files, groups);
    return [
      ...limitStatements(this.#files, groups),
      ...(oom === undefined ? [] : [oom]),
      this.#observed('mountinfo', { 'limit.storage': new Unknown('quotas of file systems are not read') }),
    ];
  }

  async #deviceRules(): Promise<{ from: string; rules: Value<readonly DeviceRule[]> }> {
    const groups = this.#groups();
    const controller = groups instanceof Unknown ? groups : deviceController(groups);
    if (controller instanceof Unknown) return { from: `/proc/${this.#pid}/cgroup`, rules: controller };
    if (controller.version === 2)
      return {
        from: `bpf(BPF_PROG_QUERY, ${controller.folder})`,
        rules: await readDeviceFilter(controller.folder, this.#tracer),
      };
    const from = `${controller.folder}/devices.list`;
    const text = this.#files.text(from);
    return { from, rules: text instanceof Unknown ? text : parseDeviceList(text) };
  }

  /** Offsets of its time namespace (5.6): without any, boot time is the host's. */
  #clock(): Statement[] {
    const text = this.#files.text(`/proc/${this.#pid}/timens_offsets`);
    if (text instanceof Unknown) return [];
    return [this.#observed('timens_offsets', { 'host.fact.time-offsets': /[1-9]/.test(text) })];
  }
}
