import { Unknown, type Value } from '../../posture/index.ts';
import type { Facts, StageState } from './build-state.ts';
import { evaluate, listOf } from './configure.ts';
import { fileChanges, looksSecret, modeOf } from './image-files.ts';
import { baseName, resolvePath } from './paths.ts';
import type { Instruction } from './scan.ts';
import { type Command, programOf, shellCommands, type Word } from './shell-commands.ts';
import { findStage, mountOptions } from './stages.ts';
import type { Flag } from './words.ts';
import { jsonList } from './words.ts';

/** Instructions that run programs or bring files: RUN, COPY, ADD. */
const MOUNT_TYPES: ReadonlySet<string> = new Set(['bind', 'cache', 'tmpfs', 'secret', 'ssh']);
/** Longest word of a script that variables are put into. */
const MAX_WORD = 1000;
const SHELL = /^(ba|da|a|z|k)?sh$/;
const SHEBANG = /^#![^\n]{0,40}\b(ba|da|a|z|k)?sh\b/;
/** Only then the commands of a RUN are looked at. */
const RELEVANT = /useradd|adduser|usermod|\/etc\/passwd|chmod|setcap|(^|[\s;&|/])install\s+-/;

export function run(state: StageState, instruction: Instruction): Facts {
  const facts: Facts = {};
  for (const flag of instruction.flags) RUN_FLAGS.get(flag.name)?.(state, flag, facts, instruction);
  for (const text of scriptsOf(instruction)) {
    if (!RELEVANT.test(text)) continue;
    const script = { text, words: bareWords(text) };
    for (const command of commandsOf(text)) runCommand(state, command, script, facts);
  }
  return facts;
}

/** The line itself, and its here-documents where it is the shell that gets them: alone, or `bash <<EOF`. */
function scriptsOf({ rest, heredocs }: Instruction): string[] {
  const program = rest.trimStart().startsWith('<<') ? '' : programOf(shellCommands(rest.slice(0, MAX_WORD))[0] ?? []);
  const toShell = heredocs.length > 0 && (program === '' || SHELL.test(program));
  const bodies = heredocs.map((doc) => doc.content).filter((body) => !body.startsWith('#!') || SHEBANG.test(body));
  return toShell ? [rest, ...bodies] : [rest];
}

interface Script {
  readonly text: string;
  /** Words that stand without a `$`: a variable among them may be given a value by the script. */
  readonly words: ReadonlySet<string>;
}

const bareWords = (text: string): ReadonlySet<string> => new Set(text.match(/(?<![\w$]|\$\{)[A-Za-z_]\w{0,80}(?!\w)/g));

type FlagHandler = (state: StageState, flag: Flag, facts: Facts, instruction: Instruction) => void;

const RUN_FLAGS: ReadonlyMap<string, FlagHandler> = new Map<string, FlagHandler>([
  ['network', network],
  ['security', security],
  ['device', (state, _flag, facts) => entitle(state, facts, 'device')],
  ['mount', mount],
]);

function network(state: StageState, { value }: Flag, facts: Facts, instruction: Instruction): void {
  if (value === 'host') {
    facts['build.network'] = 'host';
    entitle(state, facts, 'network.host');
  } else if (value !== 'none' && value !== 'default') {
    facts['build.network'] = misunderstood(state, `network \`${value ?? ''}\``, 'default, none or host', instruction);
  }
}

function security(state: StageState, { value }: Flag, facts: Facts, instruction: Instruction): void {
  if (value === 'insecure') entitle(state, facts, 'security.insecure');
  else if (value !== 'sandbox') {
    facts['build.entitlements'] = misunderstood(
      state,
      `security \`${value ?? ''}\``,
      'sandbox or insecure',
      instruction,
    );
  }
}

function mount(state: StageState, { value }: Flag, facts: Facts, instruction: Instruction): void {
  const type = evaluate(state, mountOptions(value ?? '').get('type') ?? 'bind');
  if (type instanceof Unknown) facts['build.ssh-or-secret-mounts'] = type;
  else if (type === 'ssh' || type === 'secret') facts['build.ssh-or-secret-mounts'] = true;
  else if (!MOUNT_TYPES.has(type)) {
    const allowed = 'bind, cache, tmpfs, secret or ssh';
    facts['build.ssh-or-secret-mounts'] = misunderstood(state, `mount type \`${type}\``, allowed, instruction);
  }
}

function entitle(state: StageState, facts: Facts, entitlement: string): void {
  state.build.entitlements.add(entitlement);
  facts['build.entitlements'] = [...state.build.entitlements];
}

function misunderstood(state: StageState, what: string, allowed: string, instruction: Instruction): Unknown {
  state.build.problems.report(
    'unknown-value',
    `${what.slice(0, 60)} of RUN is not understood`,
    `use ${allowed}`,
    instruction.place,
  );
  return new Unknown(`${what} is not understood`);
}

function commandsOf(script: string): Command[] {
  const list = jsonList(script);
  if (list === 'mixed') return [];
  const commands = list ? [list.map((text): Word => ({ raw: text, text }))] : shellCommands(script);
  return commands.flatMap((command) => {
    const inner = SHELL.test(programOf(command)) ? innerScript(command) : undefined;
    return inner === undefined ? [command] : shellCommands(inner);
  });
}

/** The script of `sh -c SCRIPT`, `bash -eux -c SCRIPT`. */
function innerScript(command: Command): string | undefined {
  const at = command.findIndex(({ text }) => /^-[a-z]*c$/.test(text));
  return at < 0 ? undefined : command[at + 1]?.text;
}

function runCommand(state: StageState, command: Command, script: Script, facts: Facts): void {
  state.accounts.run(command, (word) => shellWord(state, word, script));
  for (const { path, change } of fileChanges(command)) {
    const value = shellWord(state, { raw: path, text: path }, script);
    fileFact(state, facts, value instanceof Unknown ? path : resolvePath(state.cwd, value), change, path);
  }
}

/** A word with the variables of the build; unknown where the script itself gives them a value. */
function shellWord(state: StageState, word: Word, script: Script): Value<string> {
  if (word.raw.length > MAX_WORD) return new Unknown('the word is too long to be evaluated');
  for (const [, name = ''] of word.raw.matchAll(/\$\{?(\w+)/g)) {
    if (script.words.has(name)) return new Unknown(`\`${name}\` is set by the RUN instruction itself`);
  }
  return evaluate(state, word.raw);
}

function fileFact(state: StageState, facts: Facts, at: Value<string>, change: object, written: string): void {
  const path = at instanceof Unknown ? written : at;
  const file = { ...state.files.get(path), ...change };
  state.files.set(path, file);
  facts[`image.file.${path}`] = file;
}

export function copy(state: StageState, instruction: Instruction): Facts {
  const words = listOf(state, instruction);
  const destination = words.at(-1);
  if (words.length + instruction.heredocs.length < 2 || destination === undefined) {
    const message = `${instruction.name} needs a source and a destination`;
    state.build.problems.report(
      'copy-form',
      message,
      `write ${instruction.name} SOURCE DESTINATION`,
      instruction.place,
    );
    return {};
  }
  const facts: Facts = {};
  const sources = words.slice(0, -1).filter((word) => !word.startsWith('<<'));
  const into = evaluate(state, destination);
  for (const source of sources)
    copyOne(state, instruction, facts, { source, destination, into, several: words.length > 2 });
  return facts;
}

interface Copied {
  readonly source: string;
  readonly destination: string;
  readonly into: Value<string>;
  readonly several: boolean;
}

function copyOne(state: StageState, instruction: Instruction, facts: Facts, copied: Copied): void {
  const source = evaluate(state, copied.source);
  const path = copied.into instanceof Unknown ? copied.into : resolvePath(state.cwd, copied.into);
  const folder = copied.several || copied.into instanceof Unknown || /(^|\/)\.?$/.test(copied.into);
  const whole = source instanceof Unknown || /(^|\/)\.?$/.test(source);
  const at = folder && !whole && typeof path === 'string' ? resolvePath(path, baseName(source)) : path;
  copyAccounts(state, instruction, source, at, path);
  const change = {
    ...(source instanceof Unknown || !looksSecret(source) ? {} : { secret: true }),
    ...modeOf(flagValue(instruction, 'chmod') ?? ''),
    ...ownerOf(flagValue(instruction, 'chown')),
  };
  if (Object.keys(change).length > 0) fileFact(state, facts, at, change, copied.destination);
}

/** A copy may bring another /etc/passwd: that of an own stage is known, any other is not. */
function copyAccounts(
  state: StageState,
  instruction: Instruction,
  source: Value<string>,
  at: Value<string>,
  into: Value<string>,
): void {
  const from = flagValue(instruction, 'from');
  if (at === '/etc/passwd') {
    const stage = from === undefined ? undefined : findStage(state.build.stages.all, from);
    const accounts = source === '/etc/passwd' && stage ? state.build.states.get(stage)?.accounts : undefined;
    if (accounts) state.accounts = accounts.copy();
    else state.accounts.replace(`${instruction.name} brings an /etc/passwd that this file does not show`);
  } else if (mayHoldPasswd(instruction, source, into)) {
    state.accounts.replace(`${instruction.name} may bring another /etc/passwd`);
  }
}

/** Something that may be a folder, or an archive that ADD unpacks, laid over `/` or `/etc`. */
function mayHoldPasswd(instruction: Instruction, source: Value<string>, into: Value<string>): boolean {
  if (into instanceof Unknown || source instanceof Unknown) return true;
  // A single entry of another /etc is not the user data base; that one was looked at by name.
  if ((into !== '/' && into !== '/etc') || /^\/etc\/[^/]/.test(source)) return false;
  const name = baseName(source);
  return !/[^.]\.[\w-]+$/.test(name) || (instruction.name === 'ADD' && /\.(tar|t?gz|tgz|bz2|t?xz|zst)$/.test(name));
}

const flagValue = (instruction: Instruction, name: string): string | undefined =>
  instruction.flags.find((flag) => flag.name === name)?.value;

function ownerOf(chown: string | undefined): { uid?: number } {
  const owner = chown?.split(':', 1)[0];
  if (owner === 'root') return { uid: 0 };
  return owner !== undefined && /^\d{1,10}$/.test(owner) ? { uid: Number(owner) } : {};
}
