import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { stubPath } from '../agent/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { SANDBOX_COMMANDS, type SandboxCommand } from './commands.data.ts';
import { launch } from './launch.ts';
import { rootFolder } from './root-folder.ts';
import type { Availability, Runtime, Sandbox, StartRequest } from './types.ts';
import { installed } from './version.ts';

export const DEFAULT_TIMEOUT_MS = 10_000;

/** Runtimes that are one command line. */
export const commandRuntimes: readonly Runtime[] = SANDBOX_COMMANDS.map((command) => ({
  name: command.name,
  title: command.title,
  takesConfig: false,
  available: () => availability(command),
  start: (request) => cared((caretaker) => startCommand(command, request, caretaker)),
}));

/** The stub as it is, in no sandbox: what an ordinary process may do. */
export const plainProcess: Runtime = {
  name: 'process',
  title: 'no sandbox: a process like any other of this user',
  takesConfig: false,
  available: async () => ({ available: true }),
  start: (request) => cared((caretaker) => startCommand({ name: 'process', argv: ['{stub}'] }, request, caretaker)),
};

/** `exec:'bwrap … {agent}'`: any command that ends up executing the stub with our pipes on its standard streams. */
export function execRuntime(line: string): Runtime {
  const argv = line.includes('{agent}') ? line.replaceAll('{agent}', '{stub}') : `${line} {stub}`;
  return {
    name: `exec:${line}`,
    title: 'a command of the user',
    takesConfig: false,
    available: async () => ({ available: true }),
    // A shell reads it, as it would where the user tried it.
    start: (request) =>
      cared((caretaker) => startCommand({ name: 'exec', argv: ['/bin/sh', '-c', argv] }, request, caretaker)),
  };
}

async function startCommand(
  { name, argv, leaves = [] }: Pick<SandboxCommand, 'name' | 'argv' | 'leaves'>,
  { config, timeoutMs = DEFAULT_TIMEOUT_MS }: StartRequest,
  caretaker: Caretaker,
): Promise<Sandbox> {
  if (config !== undefined) throw takesNoConfiguration(name);
  const places = {
    stub: stubPath(),
    name: `cofferdam-${randomBytes(4).toString('hex')}`,
    root: argv.some((word) => word.includes('{root}')) ? rootFolder(caretaker.folder(), stubPath()) : '',
  };
  const filled = (word: string): string =>
    word.replaceAll(/\{(stub|root|name)\}/g, (_, place: keyof typeof places) => places[place]);
  for (const path of leaves.map(filled)) {
    caretaker.add(() => rmSync(path, { recursive: true, force: true }), ['rm', '-rf', '--one-file-system', '--', path]);
  }
  return launch({ runtime: name, argv: argv.map(filled), timeoutMs, caretaker, stub: readFileSync(places.stub) });
}

export function takesNoConfiguration(runtime: string): CofferdamError {
  return new CofferdamError(
    'runtime',
    `${runtime} takes no OCI configuration`,
    'choose --runtime embedded, runc, crun or runsc, or probe it as it is: cofferdam probe NAME',
  );
}

async function availability({ version, debian, needsRoot, name }: SandboxCommand): Promise<Availability> {
  const found = await installed(version, `apt-get install ${debian}`);
  if (!found.available) return found;
  if (needsRoot && process.getuid?.() !== 0) {
    return { available: false, why: `${name} needs root`, enable: `sudo cofferdam probe ${name}` };
  }
  return found;
}
