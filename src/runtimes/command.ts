import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { stubPath } from '../agent/index.ts';
import { CofferdamError } from '../posture/index.ts';
import { type Caretaker, cared } from './caretaker.ts';
import { type Line, SANDBOX_COMMANDS, type SandboxCommand } from './commands.data.ts';
import { removesGroups } from './groups.ts';
import { launch } from './launch.ts';
import type { Profile, ProfileName } from './profiles.data.ts';
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
  expresses: (profile) => said(command.lines, profile),
  start: (request) => cared((caretaker) => startCommand(command, request, caretaker)),
}));

/** The stub as it is, in no sandbox: what an ordinary process may do. */
export const plainProcess: Runtime = {
  name: 'process',
  title: 'no sandbox: a process like any other of this user',
  takesConfig: false,
  available: async () => ({ available: true }),
  expresses: (profile) =>
    onlyItsDefault(profile, 'nothing is made for a plain process: there is nothing to leave out or to add'),
  start: (request) =>
    cared((caretaker) => startCommand({ name: 'process', lines: { default: ['{stub}'] } }, request, caretaker)),
};

/** `exec:'bwrap … {agent}'`: any command that ends up executing the stub with our pipes on its standard streams. */
export function execRuntime(line: string): Runtime {
  return templateRuntime({ name: `exec:${line}`, title: 'a command of the user', lines: { default: line } });
}

/** A sandbox of the user's: command lines for a shell, with `{agent}` where the program goes. */
export interface Template {
  readonly name: string;
  readonly title: string;
  readonly lines: { readonly default: string } & Readonly<Record<string, string>>;
}

export function templateRuntime({ name, title, lines }: Template): Runtime {
  // A shell reads them, as it would where the user tried them.
  const read = (line: string): Line => ['/bin/sh', '-c', withAgent(line)];
  const others = Object.entries(lines).map(([profile, line]) => [profile, read(line)] as const);
  const shell: SomeLines = { ...Object.fromEntries(others), default: read(lines.default) };
  return {
    name,
    title,
    takesConfig: false,
    available: async () => ({ available: true }),
    expresses: (profile) => said(shell, profile),
    start: (request) => cared((caretaker) => startCommand({ name, lines: shell }, request, caretaker)),
  };
}

function withAgent(line: string): string {
  return line.includes('{agent}') ? line.replaceAll('{agent}', '{stub}') : `${line} {stub}`;
}

/** Lines of some profiles; a text says why there is none. */
type SomeLines = Partial<Readonly<Record<ProfileName, Line | string>>> & { readonly default: Line };

const lineFor = (lines: SomeLines, { name }: Profile): Line | string =>
  lines[name as ProfileName] ?? `it has no command line for the profile ${name}`;

function said(lines: SomeLines, profile: Profile): true | string {
  const line = lineFor(lines, profile);
  return typeof line === 'string' ? line : true;
}

/** Of what has one way to run. */
export function onlyItsDefault({ name }: Profile, why: string): true | string {
  return name === 'default' || why;
}

/** @throws CofferdamError with the reason where it has no words for the profile. */
export function inexpressible(runtime: string, { name }: Profile, why: string): CofferdamError {
  return new CofferdamError(
    'runtime',
    `${runtime} has no words for the profile ${name}: ${why}`,
    'choose another profile',
  );
}

async function startCommand(
  {
    name,
    lines,
    leaves = [],
    groups = [],
  }: Pick<SandboxCommand, 'name' | 'leaves' | 'groups'> & { readonly lines: SomeLines },
  { config, profile, timeoutMs = DEFAULT_TIMEOUT_MS }: StartRequest,
  caretaker: Caretaker,
): Promise<Sandbox> {
  if (config !== undefined) throw takesNoConfiguration(name);
  const argv = profile === undefined ? lines.default : lineFor(lines, profile);
  if (typeof argv === 'string') throw inexpressible(name, profile as Profile, argv);
  const places = {
    stub: stubPath(),
    name: `cofferdam-${randomBytes(4).toString('hex')}`,
    folder: argv.some((word) => word.includes('{folder}')) ? openFolder(caretaker) : '',
    root: argv.some((word) => word.includes('{root}')) ? rootFolder(caretaker.folder(), stubPath()) : '',
  };
  const filled = (word: string): string =>
    word.replaceAll(/\{(stub|root|folder|name)\}/g, (_, place: keyof typeof places) => places[place]);
  for (const path of leaves.map(filled)) {
    caretaker.add(() => rmSync(path, { recursive: true, force: true }), ['rm', '-rf', '--one-file-system', '--', path]);
  }
  removesGroups(caretaker, groups.map(filled));
  return launch({ runtime: name, argv: argv.map(filled), timeoutMs, caretaker, stub: readFileSync(places.stub) });
}

/** Root of another user namespace goes through it, and may not look into it. */
export function openFolder(caretaker: Caretaker): string {
  const folder = caretaker.folder();
  chmodSync(folder, 0o711);
  return folder;
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
