import type { Place } from '../../posture/index.ts';
import type { Problems } from '../problems.ts';
import type { Comment } from '../suppressions.ts';
import { extractFlags, type Flag, splitWords } from './words.ts';

/**
 * Text → instructions and comments, as BuildKit's scanner reads it (frontend/dockerfile/parser/parser.go at 73ed682):
 * continuation lines, comments and empty lines inside them, the `escape` directive, here-documents. One pass, no
 * regular expression on unbounded text: the time is linear in the input.
 */
export interface Instruction {
  /** Upper case, as written otherwise: `RUN`, or a word that is no instruction. */
  readonly name: string;
  readonly place: Place;
  /** All after the instruction word, continuations joined, comments left out, here-documents appended. */
  readonly text: string;
  readonly flags: readonly Flag[];
  /** What follows the flags, without here-documents. */
  readonly rest: string;
  readonly heredocs: readonly Heredoc[];
  /** The instruction inside an ONBUILD. */
  readonly trigger?: Instruction;
}

interface Heredoc {
  readonly name: string;
  readonly content: string;
}

export interface Scanned {
  readonly escape: string;
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Comment[];
}

const HEREDOC_INSTRUCTIONS: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);
/** Longest word looked at as the start of a here-document. */
const MAX_HEREDOC_WORD = 300;
const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]{0,20})\s*=\s*(\S.*)$/;
const DIRECTIVES: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

export function scan(text: string, path: string, problems: Problems): Scanned {
  return new Scanner(text, path, problems).run();
}

class Scanner {
  readonly #lines: string[];
  readonly #path: string;
  readonly #instructions: Instruction[] = [];
  readonly #comments: Comment[] = [];
  readonly #problems: Problems;
  #escape = '\\';
  /** Index of the next line. */
  #next = 0;

  constructor(text: string, path: string, problems: Problems) {
    this.#problems = problems;
    this.#lines = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).split('\n');
    this.#path = path;
  }

  run(): Scanned {
    this.#directives();
    while (this.#next < this.#lines.length) this.#statement();
    return {
      escape: this.#escape,
      instructions: this.#instructions,
      comments: this.#comments,
    };
  }

  /** `# escape=` counts only before the first other line, and once. The lines are comments all the same. */
  #directives(): void {
    const seen = new Set<string>();
    for (let i = 0; i < this.#lines.length; i++) {
      const match = DIRECTIVE.exec((this.#lines[i] as string).slice(0, 1000).trim());
      const name = match?.[1]?.toLowerCase();
      if (name === undefined || !DIRECTIVES.has(name) || seen.has(name)) return;
      seen.add(name);
      if (name === 'escape') this.#setEscape((match?.[2] ?? '').trim(), i);
    }
  }

  #setEscape(value: string, index: number): void {
    if (value === '\\' || value === '`') this.#escape = value;
    else this.#report('escape-directive', `escape \`${value.slice(0, 20)}\` is not allowed`, 'use \\ or `', index);
  }

  #statement(): void {
    const first = this.#next++;
    const line = this.#lines[first] as string;
    if (this.#comment(line, first)) return;
    const parts: string[] = [];
    let ended = this.#continuation(line.trimStart(), parts);
    while (!ended && this.#next < this.#lines.length) {
      const more = this.#lines[this.#next] as string;
      if (!this.#comment(more, this.#next) && more.trim() !== '') ended = this.#continuation(more, parts);
      this.#next++;
    }
    const logical = parts.join('').trim();
    if (logical !== '') this.#instructions.push(this.#instruction(logical, first));
  }

  #comment(line: string, index: number): boolean {
    const text = line.trimStart();
    if (!text.startsWith('#')) return false;
    const column = line.length - text.length + 1;
    const place = { path: this.#path, line: index + 1, column, endColumn: column + text.trimEnd().length };
    this.#comments.push({ text: text.slice(1).trim(), place });
    return true;
  }

  /** Adds a physical line; true when the logical line ends with it. An escape before the last one makes it plain text. */
  #continuation(line: string, parts: string[]): boolean {
    const trimmed = trimBlank(line);
    const continues = trimmed.endsWith(this.#escape) && trimmed.at(-2) !== this.#escape;
    parts.push(continues ? trimmed.slice(0, -1) : line.endsWith('\r') ? line.slice(0, -1) : line);
    return !continues;
  }

  #instruction(logical: string, first: number): Instruction {
    const place = this.#place(logical, first);
    const parsed = this.#parse(logical, place);
    const target = parsed.trigger ?? parsed;
    if (!HEREDOC_INSTRUCTIONS.has(target.name) || !target.rest.includes('<<') || target.rest.startsWith('[')) {
      return parsed;
    }
    const heredocs = this.#heredocs(target.rest, first);
    return heredocs.length === 0 ? parsed : withHeredocs(parsed, heredocs);
  }

  #place(logical: string, first: number): Place {
    const line = this.#lines[first] as string;
    const column = line.length - line.trimStart().length + 1;
    const place = { path: this.#path, line: first + 1, column };
    const onOneLine = line.startsWith(logical, column - 1);
    return onOneLine ? { ...place, endColumn: column + logical.length } : place;
  }

  #parse(logical: string, place: Place): Instruction {
    const space = logical.search(/\s/);
    const name = (space < 0 ? logical : logical.slice(0, space)).toUpperCase();
    const text = space < 0 ? '' : logical.slice(space + 1).trim();
    const { flags, rest } = extractFlags(text, this.#escape);
    const instruction = { name, place, text, flags, rest, heredocs: [] };
    // A trigger inside a trigger is refused by the builder: one level is enough.
    if (name !== 'ONBUILD' || rest === '' || /^onbuild(\s|$)/i.test(rest)) return instruction;
    return { ...instruction, trigger: this.#parse(rest, place) };
  }

  #heredocs(rest: string, first: number): Heredoc[] {
    const found: Heredoc[] = [];
    for (const { name, chomp } of heredocStarts(rest, this.#escape)) {
      const content: string[] = [];
      let terminated = false;
      while (!terminated && this.#next < this.#lines.length) {
        const line = trimReturn(this.#lines[this.#next++] as string);
        const stripped = chomp ? line.replace(/^\t+/, '') : line;
        terminated = stripped === name;
        if (!terminated) content.push(stripped);
      }
      found.push({ name, content: content.join('\n') });
      if (terminated) continue;
      this.#report(
        'unterminated-heredoc',
        `here-document \`${name}\` is never ended`,
        `end it with a line \`${name}\``,
        first,
      );
      break;
    }
    return found;
  }

  #report(code: string, message: string, hint: string, index: number): void {
    this.#problems.report(code, message, hint, { path: this.#path, line: index + 1, column: 1 });
  }
}

function withHeredocs(instruction: Instruction, heredocs: readonly Heredoc[]): Instruction {
  const text = [instruction.text, ...heredocs.map((doc) => `${doc.content}\n${doc.name}`)].join('\n');
  const trigger = instruction.trigger && withHeredocs(instruction.trigger, heredocs);
  return trigger ? { ...instruction, text, heredocs, trigger } : { ...instruction, text, heredocs };
}

function heredocStarts(rest: string, escapeChar: string): { name: string; chomp: boolean }[] {
  const starts: { name: string; chomp: boolean }[] = [];
  const words = splitWords(rest, escapeChar);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word.length > MAX_HEREDOC_WORD) continue;
    const match = /^\d*<<(-?)([^<]*)$/.exec(word);
    if (!match) continue;
    // `<< EOF`: the name may stand apart.
    const raw = match[2] === '' ? (words[++i] ?? '') : (match[2] as string);
    const name = raw.replace(/["'\\]/g, '');
    if (name !== '' && name.length <= MAX_HEREDOC_WORD) starts.push({ name, chomp: match[1] === '-' });
  }
  return starts;
}

const trimReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function trimBlank(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t' || line[end - 1] === '\r')) end--;
  return line.slice(0, end);
}
