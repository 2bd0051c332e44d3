import type { FlagUse, OpenUse } from './arguments.ts';
import { parseArguments } from './arguments.ts';
import { globalTable, type RunEngine } from './flags.ts';
import type { SourceText } from './source-text.ts';
import { type Argument, HOLE } from './words.ts';

/** A command that starts a container: what stands between the engine's name and `run`, and what stands behind it. */
export interface RunCommand {
  readonly engine: RunEngine;
  /** False where the engine stands in a variable whose name does not tell it. */
  readonly certain: boolean;
  readonly name: Argument;
  readonly globals: readonly (FlagUse | OpenUse)[];
  readonly args: readonly Argument[];
}

/** Programs that start the command behind their own options; letters of those options that take a value, and words of their own. */
const WRAPPERS: Readonly<Record<string, { readonly values?: string; readonly words?: number }>> = {
  sudo: { values: 'ugpCrtTUDRh' },
  doas: { values: 'uC' },
  env: { values: 'uCS' },
  exec: { values: 'a' },
  nice: { values: 'n' },
  ionice: { values: 'cnpPu' },
  timeout: { values: 'ks', words: 1 },
  stdbuf: { values: 'ioe' },
  xargs: { values: 'IiLnPsEda' },
  command: {},
  builtin: {},
  nohup: {},
  setsid: {},
  time: {},
  unbuffer: {},
  winpty: {},
  lima: {},
};

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'su', 'runuser']);
const ENGINES: readonly RunEngine[] = ['docker', 'podman', 'nerdctl'];

/** Index of the word that names the program which really runs. */
export function programAt(args: readonly Argument[]): number {
  let at = 0;
  for (;;) {
    const wrapper = wrapperOf(args[at]);
    if (wrapper === undefined) return at;
    at = skipOptions(args, at + 1, wrapper.values ?? '') + (wrapper.words ?? 0);
  }
}

function wrapperOf(argument: Argument | undefined): { values?: string; words?: number } | undefined {
  if (argument === undefined) return undefined;
  const name = baseName(argument);
  if (Object.hasOwn(WRAPPERS, name)) return WRAPPERS[name];
  // `$SUDO docker run`
  return argument.text === HOLE && !/docker|podman|nerdctl|engine|runtime|container/i.test(argument.raw)
    ? {}
    : undefined;
}

function skipOptions(args: readonly Argument[], from: number, values: string): number {
  let at = from;
  for (;;) {
    const text = args[at]?.text;
    if (text === undefined) return at;
    if (/^[A-Za-z_]\w*=/.test(text)) at++;
    else if (text === '--') return at + 1;
    else if (text.startsWith('-') && text.length > 1) {
      const takesNext = !text.startsWith('--') && values.includes(text.at(-1) as string);
      at += takesNext ? 2 : 1;
    } else return at;
  }
}

function baseName({ text }: Argument): string {
  return text.slice(text.lastIndexOf('/') + 1).replace(/\.exe$/, '');
}

/** `docker`, `/usr/bin/podman`, `podman-remote`, `nerdctl.lima`, `$DOCKER`, `${ENGINE:-podman}`. */
function engineOf(argument: Argument): RunEngine | undefined {
  const name = baseName(argument);
  const known = ENGINES.find((engine) => name === engine || name === `${engine}-remote` || name === `${engine}.lima`);
  if (known !== undefined || argument.text !== HOLE) return known;
  return ENGINES.find((engine) => argument.raw.toLowerCase().includes(engine)) ?? 'docker';
}

/** The container that the command starts, or undefined where it does something else. */
export function runCommand(args: readonly Argument[], source: SourceText): RunCommand | undefined {
  const at = programAt(args);
  const name = args[at];
  const engine = name === undefined ? undefined : engineOf(name);
  if (name === undefined || engine === undefined) return undefined;
  const { uses, image, rest } = parseArguments(args.slice(at + 1), globalTable(engine), source);
  const words = [image, ...rest];
  const verb = words[0]?.text === 'container' ? 1 : 0;
  const starts = words[verb]?.text === 'run' || words[verb]?.text === 'create';
  const certain = name.text !== HOLE || name.raw.toLowerCase().includes(engine);
  return starts ? { engine, certain, name, globals: uses, args: rest.slice(verb) } : undefined;
}

/** Whether the command is an engine's, whatever it asks it to do. */
export function isEngineCommand(args: readonly Argument[]): boolean {
  const name = args[programAt(args)];
  return name !== undefined && name.text !== HOLE && engineOf(name) !== undefined;
}

/** Index of the argument that is a shell script itself: `sh -c SCRIPT`, `su user -c SCRIPT`, `eval SCRIPT`. */
export function nestedScriptAt(args: readonly Argument[]): number | undefined {
  const at = programAt(args);
  const program = args[at];
  if (program === undefined) return undefined;
  const name = baseName(program);
  if (name === 'eval') return args.length === at + 2 ? at + 1 : undefined;
  if (!SHELLS.has(name)) return undefined;
  const option = args.findIndex((argument, i) => i > at && /^-[a-zA-Z]*c$/.test(argument.text));
  return option < 0 || option + 1 >= args.length ? undefined : option + 1;
}
