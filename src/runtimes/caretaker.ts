import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts something under a caretaker of its own; where that fails, what was made until then is taken away. */
export async function cared<T>(start: (caretaker: Caretaker) => Promise<T>): Promise<T> {
  const caretaker = new Caretaker();
  try {
    return await start(caretaker);
  } catch (error) {
    await caretaker.release();
    throw error;
  }
}

/**
 * What a sandbox leaves outside itself: a folder, a container in an engine's books, processes that hang. It is taken away when
 * the sandbox is closed, and by a shell that outlives us when we are killed: its input ends then.
 */
export class Caretaker {
  readonly #shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  readonly #own: (() => void | Promise<void>)[] = [];
  #released = false;

  constructor() {
    this.#shell.unref();
    this.#shell.on('error', () => undefined);
    this.#shell.stdin?.on('error', () => undefined);
  }

  /** `now` when the sandbox is closed, `afterKill` (a command and its arguments) when we are gone. Last added, first done. */
  add(now: () => void | Promise<void>, ...afterKill: readonly (readonly string[])[]): void {
    this.#own.unshift(now);
    for (const command of afterKill) this.#shell.stdin?.write(`${command.map(quoted).join(' ')}\n`);
  }

  /** A folder of our own, for as long as the sandbox lives. */
  folder(parent = tmpdir()): string {
    const path = join(parent, `cofferdam-${randomBytes(6).toString('hex')}`);
    // Told of before it is made: no kill comes between. Never across a mount: what a runtime has bound below it is not ours.
    this.add(() => rmSync(path, { recursive: true, force: true }), ['rm', '-rf', '--one-file-system', '--', path]);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  /** Does it all, once. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    for (const act of this.#own) {
      try {
        await act();
      } catch {
        // What cannot be taken away now, the shell tries again.
        this.#shell.stdin?.end();
        return;
      }
    }
    this.#shell.stdin?.end('released\n');
  }
}

/** Lines are commands for the time after us, until one says that there is nothing to do. Signals of the terminal are not for it. */
const SCRIPT = `
trap '' INT TERM HUP
while IFS= read -r line; do
  [ "$line" = released ] && exit 0
  todo="$line
$todo"
done
eval "$todo"`;

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
