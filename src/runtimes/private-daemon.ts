import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CofferdamError } from '../posture/index.ts';
import { Caretaker } from './caretaker.ts';
import { removesGroups } from './groups.ts';

/** Where a daemon of our own has its things. */
export interface DaemonPlaces {
  /** Its folder; it goes with the daemon. */
  readonly folder: string;
  readonly socket: string;
  /** A control group for its containers, as a path from the root of each hierarchy; what is in it is ended with the daemon. */
  readonly groups: string;
}

interface DaemonProgram {
  readonly name: string;
  /** Files that it wants, made before it starts; then its command. */
  readonly command: (places: DaemonPlaces) => readonly string[];
  /** Whether it answers. */
  readonly answers: (places: DaemonPlaces) => Promise<boolean>;
}

/**
 * A daemon for those who have none running: in a folder, a mount namespace and control groups of its own, started with the first sandbox
 * that needs it, shared by all, ended a while after the last. Nothing of it is left then, nor when this program was killed.
 */
export class PrivateDaemon {
  readonly #program: DaemonProgram;
  #running: Promise<Running> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(program: DaemonProgram) {
    this.#program = program;
  }

  /** For as long as the caretaker's sandbox lives. */
  async hold(caretaker: Caretaker): Promise<DaemonPlaces> {
    clearTimeout(this.#idle);
    this.#users++;
    caretaker.add(() => this.#leave());
    this.#running ??= startDaemon(this.#program);
    const running = await this.#running.catch((error: unknown) => {
      this.#running = undefined;
      throw error;
    });
    return running.places;
  }

  #leave(): void {
    this.#users--;
    if (this.#users > 0) return;
    // Another sandbox often follows at once. Where this program ends first, the caretaker's shell does it.
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS);
    this.#idle.unref();
  }

  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await (await running?.catch(() => undefined))?.caretaker.release();
  }
}

const IDLE_MS = 2000;
const START_MS = 30_000;

interface Running {
  readonly places: DaemonPlaces;
  readonly caretaker: Caretaker;
}

async function startDaemon({ name, command, answers }: DaemonProgram): Promise<Running> {
  const caretaker = new Caretaker();
  try {
    const folder = caretaker.folder();
    const group = `cofferdam-${randomBytes(4).toString('hex')}`;
    const places = { folder, socket: join(folder, 'socket'), groups: `/${group}` };
    removesGroups(caretaker, [group]);
    const child = spawn('/bin/sh', ['-c', ENTER, 'sh', group, ...command(places)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = listen(child);
    const until = Date.now() + START_MS;
    while (!(await answers(places))) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > until) {
        throw new CofferdamError('sandbox', `${name} of our own does not answer: ${said()}`, `try: ${name}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { places, caretaker };
  } catch (error) {
    await caretaker.release();
    throw error;
  }
}

/**
 * The first hierarchy that takes it holds the daemon's processes, whatever becomes of their parents. Over /run lies something empty that
 * only they see: sockets and mounts that daemons make at fixed places there go with their mount namespace, and no daemon of the machine
 * is found there.
 */
const ENTER = `
group=$1
shift
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/pids /sys/fs/cgroup/systemd /sys/fs/cgroup/*; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  mkdir -p "$hierarchy/$group/daemon" 2>/dev/null && echo $$ > "$hierarchy/$group/daemon/cgroup.procs" && break
done
exec unshare --mount /bin/sh -c 'mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"' sh "$@"`;

function listen(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-MOST_SAID);
    });
    (stream as unknown as { unref?: () => void } | null)?.unref?.();
  }
  child.on('error', (error) => {
    said += error.message;
  });
  child.unref();
  return () => said.trim().split('\n').slice(-3).join('; ');
}

const MOST_SAID = 4096;
