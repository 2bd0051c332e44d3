import { setTimeout as after, setImmediate as immediate } from 'node:timers/promises';
import { type ChildEnd, Session } from '../../agent/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import type { Machine, OuterStub } from '../machine.ts';
import { THIS_MACHINE } from '../this-machine.ts';
import type { Missing, OciConfig, Sandbox, StartRequest } from '../types.ts';
import { sweepLeftGroups } from './cgroup.ts';
import { parseConfig } from './config.ts';
import { DEFAULT_CONFIG } from './default.data.ts';
import { CLONE_FLAG } from './linux.ts';
import { cloneFlags, type OnStep, partsOf, performHostSteps, performParts } from './perform.ts';
import { NAMESPACE_FACT, Plan } from './plan.ts';
import { STEPS } from './steps/index.ts';
import { nameUnperformed } from './unperformed.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/** Performs the configuration; where the folder of its image cannot be a layer here, over a bare root. */
export async function startEmbedded(
  request: StartRequest,
  onStep?: OnStep,
  machine: Machine = THIS_MACHINE,
): Promise<Sandbox> {
  const omitted = omittedSteps(request.omit ?? []);
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const attempt = async (tried: OciConfig): Promise<Sandbox> =>
    (await Start.of(machine, tried, omitted, timeoutMs, onStep)).run();
  const config = request.config ?? DEFAULT_CONFIG;
  try {
    return await attempt(config);
  } catch (error) {
    if (!(error instanceof CofferdamError) || !error.message.startsWith('embedded: root: ')) throw error;
    const { root: _, ...rest } = config;
    const { readonly } = parseConfig(config).root ?? {};
    return attempt({ ...rest, root: readonly === undefined ? {} : { readonly } });
  }
}

function omittedSteps(names: readonly string[]): ReadonlySet<string> {
  for (const name of names) {
    const step = STEPS.find((one) => one.name === name);
    const known = STEPS.filter(({ vital }) => vital !== true).map((one) => one.name);
    if (step === undefined) throw usage(`there is no step \`${name}\``, `choose of ${[...new Set(known)].join(', ')}`);
    if (step.vital === true) throw usage(`the step \`${name}\` cannot be left out`, step.does);
  }
  return new Set(names);
}

function usage(message: string, hint: string): CofferdamError {
  return new CofferdamError('usage', message, hint);
}

/** One start: from the outer stub to a container that is ready, or to nothing at all. */
class Start {
  readonly #plan: Plan;
  readonly #stub: Promise<OuterStub>;
  readonly #timeoutMs: number;
  readonly #onStep: OnStep | undefined;
  #outer: Session | undefined;
  /** The container's process, and what ends when it does. */
  #pid: number | undefined;
  #life: Promise<unknown> = Promise.resolve();
  #alive = false;
  #letGo: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  private constructor(plan: Plan, stub: Promise<OuterStub>, timeoutMs: number, onStep: OnStep | undefined) {
    this.#plan = plan;
    this.#stub = stub;
    this.#timeoutMs = timeoutMs;
    this.#onStep = onStep;
  }

  static async of(
    machine: Machine,
    config: OciConfig,
    omitted: ReadonlySet<string>,
    timeoutMs: number,
    onStep: OnStep | undefined,
  ): Promise<Start> {
    const stub = machine.startStub(environmentOf(config));
    // It is waited for below and in `run`. What it asks for leaves in this turn: the plan is made meanwhile.
    stub.catch(() => undefined);
    await immediate();
    try {
      const plan = new Plan(parseConfig(config), machine, omitted);
      nameUnperformed(plan);
      return new Start(plan, stub, timeoutMs, onStep);
    } catch (error) {
      await (await stub).end();
      throw error;
    }
  }

  async run(): Promise<Sandbox> {
    try {
      const plan = this.#plan;
      sweepLeftGroups(plan.machine, plan.cgroups.hierarchies);
      const outside = partsOf('outside', plan);
      this.#outer = await Session.open((await this.#stub).channel, { timeoutMs: this.#timeoutMs });
      await performParts(outside, this.#outer, plan, this.#onStep);
      const session = await this.#container(this.#outer);
      const missing: readonly Missing[] = plan.missing;
      const { machine } = plan;
      return { runtime: 'embedded', session, pid: this.#pid, machine, missing, close: () => this.#close() };
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  async #container(outer: Session): Promise<Session> {
    try {
      return await this.#fork(outer, cloneFlags(this.#plan, CLONE_FLAG));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await this.#dropRefused(outer);
      return this.#fork(outer, cloneFlags(this.#plan, CLONE_FLAG));
    }
  }

  /** Resolves when the container's process is furnished; it then lives until `#letGo`. */
  #fork(outer: Session, flags: bigint): Promise<Session> {
    const released = new Promise<void>((resolve) => {
      this.#letGo = resolve;
    });
    return new Promise((resolve, reject) => {
      const body = async (inner: Session, pid: number): Promise<void> => {
        this.#pid = pid;
        this.#alive = true;
        await this.#furnish(inner, pid);
        resolve(inner);
        await released;
      };
      this.#life = outer
        .child(body, { flags, seconds: 0 })
        .then((end) => reject(endedEarly(end)), reject)
        .finally(() => {
          this.#alive = false;
        });
    });
  }

  async #furnish(inner: Session, pid: number): Promise<void> {
    await performHostSteps('private', this.#plan, pid, this.#onStep);
    const joining = performHostSteps('inside', this.#plan, pid, this.#onStep);
    // Its end is asked for below, whatever happens before.
    joining.catch(() => undefined);
    const take = (parts: ReturnType<typeof partsOf>): Promise<void> =>
      performParts(parts, inner, this.#plan, this.#onStep);
    const first = take(partsOf('private', this.#plan));
    // It is waited for below; until then what comes next is worked out.
    first.catch(() => undefined);
    const [root, inside] = [partsOf('root', this.#plan), partsOf('inside', this.#plan)];
    await first;
    await take(root);
    await joining;
    await take(inside);
  }

  /** clone(2) says that something is refused, not what: each namespace is tried alone, and those that are refused are named. */
  async #dropRefused(outer: Session): Promise<void> {
    const plan = this.#plan;
    const needs = plan.privileged ? 0n : CLONE_FLAG.user;
    for (const namespace of [...plan.own]) {
      if (namespace === 'time' || namespace === 'cgroup') continue;
      const errno = await this.#refusal(outer, CLONE_FLAG[namespace] | needs);
      if (errno === undefined) continue;
      if (namespace === 'mount' || (namespace === 'user' && !plan.privileged)) throw refused(namespace, errno);
      plan.own.delete(namespace);
      plan.lacks(`namespace-${namespace}`, `clone(2) is refused: ${errno}`, NAMESPACE_FACT[namespace]);
    }
  }

  async #refusal(outer: Session, flags: bigint): Promise<string | undefined> {
    const end = await outer.child(async () => undefined, { flags });
    return end.kind === 'refused' ? end.errno : undefined;
  }

  #close(): Promise<void> {
    this.#closing ??= this.#end().catch(() => undefined);
    return this.#closing;
  }

  async #end(): Promise<void> {
    // While the outer stub waits for it the number is its own; with process 1 of a PID namespace all others in it end.
    if (this.#alive && this.#pid !== undefined) this.#plan.machine.kill(this.#pid);
    this.#letGo();
    await Promise.race([this.#life.catch(() => undefined), after(GRACE_MS, undefined, { ref: false })]);
    this.#outer?.end();
    await (await this.#stub).end();
    if (await this.#removeGroups(HASTY)) return;
    // What is busy for longer is tried beside other work, and by the guard once this process has ended.
    void this.#removeGroups(PATIENT);
  }

  /** Whether all are gone; then nobody needs to watch over them. */
  async #removeGroups({ tries, ref, pauseMs }: Patience): Promise<boolean> {
    const { machine, cgroups, guard } = this.#plan;
    let left = cgroups.groups.map(({ folder }) => folder);
    for (let i = 0; i <= tries; i++) {
      if (i > 0) await after(pauseMs(i), undefined, { ref });
      left = left.filter((folder) => !machine.removeFolder(folder));
      if (left.length > 0) continue;
      if (guard !== undefined) machine.kill(guard);
      return true;
    }
    return false;
  }
}

interface Patience {
  readonly tries: number;
  readonly pauseMs: (attempt: number) => number;
  /** Whether this process waits for it. */
  readonly ref: boolean;
}

const HASTY: Patience = { tries: 100, pauseMs: (attempt) => 1 + attempt / 4, ref: true };
const PATIENT: Patience = { tries: 300, pauseMs: () => 100, ref: false };

const GRACE_MS = 2000;

/**
 * Of several lines for one name the last holds, as in runc (libcontainer/env.go). Looked up before the configuration is parsed, which
 * says what is wrong with it where it has another form.
 */
function environmentOf({ process: section }: OciConfig): readonly string[] {
  const env = typeof section === 'object' && section !== null && 'env' in section ? section.env : [];
  const lines = Array.isArray(env) ? env.filter((line) => typeof line === 'string') : [];
  return [...new Map(lines.map((line) => [line.split('=', 1)[0], line.includes('=') ? line : `${line}=`])).values()];
}

/** clone(2) refused the whole of the namespaces. */
class Refused extends CofferdamError {}

function endedEarly(end: ChildEnd<void>): CofferdamError {
  if (end.kind === 'refused')
    return new Refused('sandbox', `embedded: clone(2) is refused: ${end.errno}`, 'run it as root');
  const how = end.kind === 'died' ? `it died of signal ${end.signal}, status ${end.status}` : 'it ended';
  return new CofferdamError(
    'sandbox',
    `embedded: the container's process could not be started: ${how}`,
    'choose another runtime, such as --runtime runc',
  );
}

function refused(namespace: string, errno: string): CofferdamError {
  return new CofferdamError(
    'sandbox',
    `embedded: a ${namespace} namespace is refused: ${errno}`,
    'run it as root, or permit unprivileged user namespaces: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  );
}
