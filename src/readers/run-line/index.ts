/**
 * The reader of command lines: `docker run`, `podman run`, `nerdctl run` and `create`, given as they are or found in a shell script.
 * The shell's grammar is unbash's; what the flags mean is data (flags.data.ts), and which facts they state stands in the emitters.
 */
import { CofferdamError } from '../../posture/index.ts';
import type { ReadOptions, ReadResult, Subject } from '../subject.ts';
import { isEngineCommand, type RunCommand, runCommand } from './command-line.ts';
import type { RunEngine } from './flags.ts';
import { subjectOf } from './run-line.ts';
import { type ShellCommand, shellCommands } from './shell.ts';
import { SourceText } from './source-text.ts';

export { type Flag, type FlagKind, RUN_FLAGS, type RunEngine } from './flags.ts';

export interface RunLine {
  /** The path that places name; `<docker-run>` for an argument of the command line. */
  readonly path: string;
  /** Which engine's flags are meant where the line does not say. */
  readonly engine: RunEngine;
}

/** One line: with the engine's name in front, without it, or nothing but flags, image and arguments. */
export function readRunLine(written: string, { path, engine }: RunLine, options: ReadOptions): ReadResult {
  const line = plain(written);
  const source = new SourceText(path, line);
  const { commands, error } = shellCommands(line, options.environment);
  const found = commands.flatMap((command) => startsOf(command, source));
  const [first] = commands;
  if (found.length === 0 && first !== undefined && !isEngineCommand(first.args)) {
    found.push({ command: first, run: bareLine(first, engine) });
  }
  const result = readAll(found, source, options);
  const problems = [...result.problems];
  if (error !== undefined) problems.push(syntaxError(error, source));
  else if (found.length === 0) {
    const place = source.place({ start: 0, end: line.length });
    problems.push(new CofferdamError('no-run-line', 'no container is started here', 'write docker run IMAGE', place));
  }
  return { subjects: result.subjects, problems, skipped: [] };
}

/** Every container that a script starts. */
export function readShellScript(written: string, path: string, options: ReadOptions): ReadResult {
  // Most scripts start none: nothing is parsed for them.
  if (!/\b(?:run|create)\b/.test(written)) return { subjects: [], problems: [], skipped: [] };
  const text = plain(written);
  const source = new SourceText(path, text);
  const { commands, error } = shellCommands(text, options.environment);
  const found = commands.flatMap((command) => startsOf(command, source));
  const { subjects, problems } = readAll(found, source, options);
  const errors = error === undefined ? [] : [syntaxError(error, source)];
  return { subjects, problems: [...problems, ...errors], skipped: [] };
}

/** Without the carriage returns of Windows and the byte order mark; lines and columns stay. */
function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, ' ');
}

/** Nobody reads more. */
const MOST_PROBLEMS = 100;

interface Start {
  readonly command: ShellCommand;
  readonly run: RunCommand;
}

function startsOf(command: ShellCommand, source: SourceText): Start[] {
  const run = runCommand(command.args, source);
  return run === undefined ? [] : [{ command, run }];
}

/** `run --privileged img`, `container create img`, `--privileged img`. */
function bareLine({ args }: ShellCommand, engine: RunEngine): RunCommand {
  const verb = args[0]?.text === 'container' ? 1 : 0;
  const named = args[verb]?.text === 'run' || args[verb]?.text === 'create';
  const name = args[0] as RunCommand['name'];
  return { engine, certain: true, name, globals: [], args: named ? args.slice(verb + 1) : args };
}

function readAll(
  found: readonly Start[],
  source: SourceText,
  options: ReadOptions,
): Pick<ReadResult, 'subjects' | 'problems'> {
  const taken = new Map<string, number>();
  const subjects: Subject[] = [];
  const problems: CofferdamError[] = [];
  for (const { command, run } of found) {
    const read = subjectOf(run, command.span, source, options, taken);
    if (read.subject) subjects.push(read.subject);
    problems.push(...read.problems);
  }
  return { subjects, problems: problems.slice(0, MOST_PROBLEMS) };
}

function syntaxError(error: { message: string; at: number }, source: SourceText): CofferdamError {
  const place = source.place({ start: error.at, end: error.at });
  const message = `this is not read as shell: ${error.message}`;
  return new CofferdamError('shell-syntax', message, 'check the quotes; containers behind it may be missed', place);
}
