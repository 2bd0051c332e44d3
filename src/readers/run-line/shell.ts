import type { ArrayValue, Command, ParseError, Script, SyntaxNode, Word, WordPart } from 'unbash';
import { forEachChild, parse } from 'unbash';
import { nestedScriptAt, programAt } from './command-line.ts';
import { type Block, type Region, Scope } from './scope.ts';
import { type Argument, expandWord, type Lookup, type Span } from './words.ts';

/** A simple command with its words expanded. */
export interface ShellCommand {
  readonly args: readonly Argument[];
  readonly span: Span;
}

export interface ShellCommands {
  readonly commands: readonly ShellCommand[];
  /** The first syntax error, by its offset in the file. */
  readonly error?: { readonly message: string; readonly at: number };
}

const DEEPEST_SCRIPT = 4;
/** A hundred substitutions within each other; the stack has room for several times as many. */
const DEEPEST_NODE = 600;
const COMPOUND_LOOPS = new Set(['For', 'Select', 'ArithmeticFor', 'While']);
/** What is assigned in them stays in them. */
const SUBSHELLS = new Set(['Subshell', 'CommandExpansion', 'ProcessSubstitution', 'Coproc']);

/** Every simple command of a script, those in functions, substitutions and `sh -c` texts too; here-documents are not looked into. */
export function shellCommands(text: string, environment: Readonly<Record<string, string>>): ShellCommands {
  return new ShellReader({ text, shift: (at) => at }, environment, 0, undefined).read();
}

interface Pending {
  readonly command: Command;
  readonly block: Block;
}

class ShellReader {
  readonly #region: Region;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #depth: number;
  readonly #scope: Scope;
  readonly #pending: Pending[] = [];
  readonly #deferred: Region[] = [];
  #errors: ParseError[] = [];
  #level = 0;
  readonly #nested: ShellCommands[] = [];

  constructor(region: Region, environment: Readonly<Record<string, string>>, depth: number, outer: Lookup | undefined) {
    this.#region = region;
    this.#environment = environment;
    this.#depth = depth;
    this.#scope = new Scope(region, environment, outer);
  }

  read(): ShellCommands {
    const script = parse(this.#region.text);
    this.#errors = [...(script.errors ?? [])];
    this.#visitChildren(script, { repeated: false });
    const own = this.#pending.flatMap((pending) => this.#expand(pending));
    const commands = [...own, ...this.#deferred.flatMap((region) => this.#readNested(region, NOTHING))];
    const [first] = this.#errors;
    const error = first === undefined ? this.#nested.find((one) => one.error)?.error : this.#errorOf(first);
    return { commands, ...(error && { error }) };
  }

  #errorOf({ message, pos }: ParseError): { message: string; at: number } {
    return { message, at: this.#region.shift(pos) };
  }

  #visitChildren(node: SyntaxNode, block: Block): void {
    forEachChild(node, (child) => this.#visit(child, block));
  }

  /** Keeps track of what certainly runs before what. */
  #visit(node: SyntaxNode, block: Block): void {
    if (this.#level >= DEEPEST_NODE) {
      this.#errors.push({ message: 'nested too deeply', pos: node.pos });
      return;
    }
    this.#level++;
    this.#visitNode(node, block);
    this.#level--;
  }

  #visitNode(node: SyntaxNode, block: Block): void {
    switch (node.type) {
      case 'HereDoc':
        return;
      case 'Command':
        this.#command(node, block);
        return;
      case 'AndOr':
        // Each part runs only after the one before it has run.
        node.commands.reduce((before, part) => {
          this.#visit(part, before);
          return inside(before);
        }, block);
        return;
      case 'If':
        this.#visit(node.clause, block);
        for (const branch of [node.then, ...node.elif, node.else]) if (branch) this.#visit(branch, inside(block));
        return;
      case 'Function':
        this.#visit(node.body, { parent: block, inFunction: node, repeated: true });
        return;
      case 'Pipeline':
        for (const part of node.commands) this.#visit(part, node.commands.length > 1 ? inside(block) : block);
        return;
      case 'Script':
        this.#substituted(node, block);
        return;
      default:
        this.#compound(node, block);
    }
  }

  #compound(node: SyntaxNode, block: Block): void {
    if (node.type === 'For' || node.type === 'Select') this.#sets(node.name.value, node.pos, block);
    if (COMPOUND_LOOPS.has(node.type)) this.#visitChildren(node, { ...inside(block), repeated: true });
    else if (SUBSHELLS.has(node.type) || node.type === 'CaseItem') this.#visitChildren(node, inside(block));
    else if (node.type === 'Statement' && node.background) this.#visitChildren(node, inside(block));
    else this.#visitChildren(node, block);
  }

  /** A script in old backticks with escapes has a text of its own, whose places are not those of the file. */
  #substituted(script: Script, block: Block): void {
    const { source } = script;
    if (source === undefined) this.#visitChildren(script, block);
    else this.#deferred.push({ text: source, shift: () => this.#region.shift(script.pos) });
  }

  #command(node: Command, block: Block): void {
    for (const prefix of node.prefix) {
      if (prefix.type !== 'Assignment') continue;
      // `X=1 command` sets X for the command alone.
      if (node.name === undefined) this.#assignment(prefix, block);
    }
    for (const argument of node.suffix) if (argument.type === 'Assignment') this.#assignment(argument, block);
    this.#builtin(node, block);
    if (node.name !== undefined) this.#pending.push({ command: node, block });
    this.#visitChildren(node, inside(block));
  }

  #assignment(
    node: { name: string; pos: number; value: Word | ArrayValue; append: boolean | undefined; index: Word | undefined },
    block: Block,
  ): void {
    const { name, pos: at, value, append } = node;
    // One element of an array: what the whole holds is then not told.
    if (node.index !== undefined) this.#sets(name, at, block);
    else this.#scope.assign({ name, at, block, value, append: append === true });
  }

  /** Builtins that set variables in ways that are not followed. */
  #builtin(node: Command, block: Block): void {
    const name = node.name?.value;
    const words = node.args.filter((argument) => argument.type === 'Word').map((word) => word.value);
    if (name === '.' || name === 'source' || name === 'eval') this.#scope.barrier(node.pos);
    else if (name === 'read' || name === 'unset' || name === 'mapfile' || name === 'readarray' || name === 'getopts') {
      for (const word of words) this.#sets(word, node.pos, block);
    } else if (name === 'printf' && words[0] === '-v') this.#sets(words[1] ?? '', node.pos, block);
  }

  #sets(name: string, at: number, block: Block): void {
    this.#scope.assign({ name, at, block, append: false });
  }

  #expand({ command, block }: Pending): ShellCommand[] {
    const { text, shift } = this.#region;
    const lookup = this.#scope.lookup(command.pos, block);
    const words = [command.name, ...command.args].filter((word) => word?.type === 'Word');
    const expanded = words.map((word) => ({ word, args: expandWord(word, text, lookup, shift) }));
    const args = expanded.flatMap((one) => one.args);
    const nestedAt = nestedScriptAt(args);
    if (nestedAt !== undefined) {
      const script = args[nestedAt];
      const origin = expanded.find((one) => script !== undefined && one.args.includes(script))?.word;
      if (origin === undefined) return [];
      return this.#readNested(innerScript(origin, this.#region), expandsFirst(origin, text) ? lookup : NOTHING);
    }
    const ends = words.map((word) => word.end);
    const span = { start: shift(command.pos), end: shift(Math.max(command.pos, ...ends)) };
    return programAt(args) < args.length ? [{ args, span }] : [];
  }

  #readNested(region: Region, outer: Lookup): ShellCommand[] {
    if (this.#depth >= DEEPEST_SCRIPT) return [];
    const result = new ShellReader(region, this.#environment, this.#depth + 1, outer).read();
    this.#nested.push(result);
    return [...result.commands];
  }
}

/** What an inner shell knows of the outer one's variables, which only it would know if they are exported. */
const NOTHING: Lookup = () => undefined;

/** Whether the outer shell fills in every variable of the text: all of it in double quotes, no `$` protected. */
function expandsFirst(word: Word, source: string): boolean {
  const quoted = word.parts?.every((part) => part.type === 'DoubleQuoted') ?? false;
  return quoted && !source.slice(word.pos, word.end).includes('\\$');
}

function inside(block: Block): Block {
  return { ...block, parent: block };
}

/** The text that an inner shell is given, with the place of each of its characters. Expansions stay as they are written. */
function innerScript(word: Word, region: Region): Region {
  const out: Characters = { text: '', at: [] };
  if (word.parts === undefined) append(out, word.value, word.pos, word.value === word.text ? 1 : 0);
  else for (const part of word.parts) appendPart(out, part, region.text);
  const end = word.end;
  return { text: out.text, shift: (at) => region.shift(out.at[at] ?? end) };
}

interface Characters {
  text: string;
  at: number[];
}

function append(out: Characters, text: string, from: number, step: 0 | 1): void {
  out.text += text;
  for (let i = 0; i < text.length; i++) out.at.push(from + i * step);
}

function appendPart(out: Characters, part: WordPart, source: string): void {
  if (part.type === 'SingleQuoted') append(out, part.value, part.pos + 1, 1);
  else if (part.type === 'DoubleQuoted') appendDoubleQuoted(out, source, part.pos + 1, part.end - 1);
  else if (part.type === 'Literal' || part.type === 'AnsiCQuoted') append(out, part.value, part.pos, 0);
  else append(out, part.text, part.pos, 1);
}

/** In double quotes a backslash protects `$`, a backtick, `"` and itself, and joins lines. */
function appendDoubleQuoted(out: Characters, source: string, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const escaped = source[i] === '\\' && i + 1 < to && '$`"\\\n'.includes(source[i + 1] as string);
    if (escaped) i++;
    if (!escaped || source[i] !== '\n') append(out, source[i] as string, i, 1);
  }
}
