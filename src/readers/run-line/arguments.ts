import { CofferdamError } from '../../posture/index.ts';
import type { Flag, FlagTable } from './flags.ts';
import type { SourceText } from './source-text.ts';
import { type Argument, HOLE, isKnown, type Span } from './words.ts';

/** One flag as it is used. `value` of a switch is `true` unless the line says otherwise. */
export interface FlagUse {
  readonly kind: 'flag';
  readonly flag: Flag;
  readonly value: string;
  readonly holes: readonly string[];
  readonly span: Span;
  readonly via?: Span;
  /** As it is written, on one line. */
  readonly text: string;
}

/** A place where any flag may stand: the shell decides, or the flag is not one that the engine knows. */
export interface OpenUse {
  readonly kind: 'open';
  readonly why: string;
  /** The flag that it probably is; absent where it may be any. */
  readonly nearest?: Flag;
  readonly harmless: boolean;
  readonly span: Span;
  readonly via?: Span;
  readonly text: string;
}

export interface ParsedArguments {
  readonly uses: readonly (FlagUse | OpenUse)[];
  readonly image?: Argument;
  readonly rest: readonly Argument[];
  readonly problems: readonly CofferdamError[];
}

/** A variable of such a name holds an image, not options: the one guess that is made, and only of what a single word means. */
const IMAGE_NAME = /ima?ge?|tag|repo|container/i;
const LOOKS_LIKE_ISOLATION =
  /priv|cap|sec|user|uid|gid|ns$|pid|ipc|uts|net|mount|vol|dev|cgroup|host|root|limit|mem|label|armor|selinux|runtime|sandbox/;

/** Reads arguments the way pflag does with interspersed flags off: the first word that is no flag is the image. */
export function parseArguments(args: readonly Argument[], table: FlagTable, source: SourceText): ParsedArguments {
  const reader = new ArgumentReader(args, table, source);
  reader.read();
  return reader.result();
}

class ArgumentReader {
  readonly #args: readonly Argument[];
  readonly #table: FlagTable;
  readonly #source: SourceText;
  readonly #uses: (FlagUse | OpenUse)[] = [];
  readonly #problems: CofferdamError[] = [];
  #at = 0;

  constructor(args: readonly Argument[], table: FlagTable, source: SourceText) {
    this.#args = args;
    this.#table = table;
    this.#source = source;
  }

  result(): ParsedArguments {
    const [image, ...rest] = this.#args.slice(this.#at);
    return { uses: this.#uses, ...(image && { image }), rest, problems: this.#problems };
  }

  read(): void {
    for (;;) {
      const argument = this.#args[this.#at];
      if (argument === undefined) return;
      const { text } = argument;
      if (isOpen(argument)) {
        if (!this.#open(argument)) return;
      } else if (text === '--') {
        this.#at++;
        return;
      } else if (text.startsWith('--')) this.#long(argument);
      else if (text.startsWith('-') && text.length > 1) this.#cluster(argument);
      else return;
    }
  }

  /** A word that the shell may turn into any number of words. False where it is the image. */
  #open(argument: Argument): boolean {
    const last = this.#at === this.#args.length - 1;
    const list = argument.raw.includes('@') || argument.raw.includes('*');
    if (!list && IMAGE_NAME.test(argument.raw)) return false;
    this.#uses.push({
      kind: 'open',
      why: `${argument.holes.join(' ')} may hold any flag; its value is not known before the script runs`,
      harmless: false,
      ...where(argument, argument),
      text: argument.raw,
    });
    this.#report(
      argument,
      'flags-not-known',
      `what ${argument.raw} holds is not known, so any flag may be among the options`,
      'write the flags out in the line, or assign the variable a constant in the same script',
    );
    if (last) return false;
    this.#at++;
    return true;
  }

  #long(argument: Argument): void {
    const equals = argument.text.indexOf('=');
    const name = argument.text.slice(2, equals < 0 ? undefined : equals);
    const attached = equals < 0 ? undefined : argument.text.slice(equals + 1);
    const flag = this.#table.long(name);
    this.#at++;
    if (flag === undefined) this.#unknown(argument, name, attached !== undefined);
    else if (flag.kind === 'switch') this.#use(flag, argument, attached ?? 'true');
    else if (attached !== undefined) this.#use(flag, argument, attached);
    else this.#takeValue(flag, argument);
  }

  /** `-itd`, `-p80:80`, `-v=/a:/b`, `-itv /a:/b`: switches, up to the first that takes a value. */
  #cluster(argument: Argument): void {
    this.#at++;
    const { text } = argument;
    for (let i = 1; i < text.length; i++) {
      const letter = text[i] as string;
      const flag = this.#table.short(letter);
      const attached = text[i + 1] === '=' ? text.slice(i + 2) : undefined;
      if (flag === undefined) {
        this.#unknown(argument, letter, true);
        return;
      }
      if (flag.kind === 'switch') {
        this.#use(flag, argument, attached ?? 'true');
        if (attached !== undefined) return;
        continue;
      }
      const rest = attached ?? text.slice(i + 1);
      if (rest === '' && attached === undefined) this.#takeValue(flag, argument);
      else this.#use(flag, argument, rest);
      return;
    }
  }

  #takeValue(flag: Flag, argument: Argument): void {
    const next = this.#args[this.#at];
    if (next === undefined) {
      this.#report(
        argument,
        'missing-value',
        `${argument.raw} has no value`,
        `give --${flag.name} a value before the image`,
      );
      return;
    }
    this.#at++;
    this.#use(flag, argument, next.text, next);
  }

  #use(flag: Flag, argument: Argument, value: string, valueArgument: Argument = argument): void {
    this.#uses.push({
      kind: 'flag',
      flag,
      value,
      holes: valueArgument.holes,
      ...where(argument, valueArgument),
      text: oneLine(argument === valueArgument ? argument.raw : `${argument.raw} ${valueArgument.raw}`),
    });
  }

  #unknown(argument: Argument, name: string, complete: boolean): void {
    const nearest = name.length > 1 ? this.#table.nearest(name) : undefined;
    const shown = name.length > 1 ? `--${name.replaceAll(HOLE, '…')}` : `-${name}`;
    this.#report(
      argument,
      'unknown-flag',
      `${shown} is no flag of this command${complete ? '' : '; whether it takes a value is not known, so the words after it are uncertain'}`,
      nearest === undefined ? 'check the spelling, or remove the flag' : `did you mean --${nearest.name}?`,
    );
    this.#uses.push({
      kind: 'open',
      why: `${shown} is no flag of this command`,
      ...(nearest && { nearest }),
      harmless: isKnown(name) && nearest?.emit === undefined && !LOOKS_LIKE_ISOLATION.test(name),
      ...where(argument, argument),
      text: oneLine(argument.raw),
    });
    if (!complete && this.#valueFollows(nearest)) this.#at++;
  }

  #valueFollows(nearest: Flag | undefined): boolean {
    const next = this.#args[this.#at];
    if (next === undefined || next.text.startsWith('-')) return false;
    return nearest === undefined ? this.#at + 1 < this.#args.length : nearest.kind !== 'switch';
  }

  #report(argument: Argument, code: string, message: string, hint: string): void {
    this.#problems.push(new CofferdamError(code, message, hint, this.#source.place(argument.span)));
  }
}

function isOpen({ text, splits }: Argument): boolean {
  return splits && text !== '' && text.replaceAll(HOLE, '') === '';
}

function where(first: Argument, last: Argument): { span: Span; via?: Span } {
  const inText = first.via === undefined && last.via === undefined;
  const span = { start: first.span.start, end: inText ? Math.max(first.span.end, last.span.end) : first.span.end };
  return { span, ...(first.via && { via: first.via }) };
}

const LONGEST_TEXT = 160;

export function oneLine(text: string): string {
  const line = text.replaceAll(/\\?\s*\n\s*/g, ' ');
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
}
