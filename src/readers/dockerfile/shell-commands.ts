/**
 * The simple commands of a RUN line, as far as one pass over its words tells them: separators, quotes, redirections,
 * the words that open a compound command. Enough to see `useradd`, `chmod` and `setcap`; what a shell would compute
 * (substitutions, loops) stays in the words as written and is judged there.
 */
export interface Word {
  /** As written, quotes kept. */
  readonly raw: string;
  /** Quotes taken off. */
  readonly text: string;
}

export type Command = readonly Word[];

const SEPARATORS = new Set([';', '&', '|', '\n', '(', ')']);
const LEADING: ReadonlySet<string> = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '{',
  '}',
  '!',
  'sudo',
  'doas',
  'exec',
  'command',
  'env',
  'time',
  'nice',
]);

export function shellCommands(script: string): Command[] {
  const commands: Command[] = [];
  let words: Word[] = [];
  const end = (): void => {
    const command = withoutLeading(words);
    if (command.length > 0) commands.push(command);
    words = [];
  };
  let at = 0;
  while (at < script.length) {
    const char = script[at] as string;
    if (SEPARATORS.has(char)) {
      end();
      at++;
    } else if (isBlank(char)) at++;
    else if (char === '#') at = lineEnd(script, at);
    else {
      const word = readWord(script, at);
      at = word.end;
      words.push(word);
    }
  }
  end();
  return commands;
}

function readWord(script: string, start: number): Word & { end: number } {
  const text: string[] = [];
  let quote = '';
  let at = start;
  for (; at < script.length; at++) {
    const char = script[at] as string;
    if (quote === '' && (SEPARATORS.has(char) || isBlank(char))) break;
    if (char === '\\' && quote !== "'") text.push(script[++at] ?? '');
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else text.push(char);
  }
  return { raw: script.slice(start, at), text: text.join(''), end: at };
}

/** `if ! sudo A=b useradd x` → `useradd x`. */
function withoutLeading(words: readonly Word[]): Word[] {
  const first = words.findIndex(({ text }) => !LEADING.has(text) && !/^[A-Za-z_][A-Za-z0-9_]*=/.test(text));
  return first < 0 ? [] : words.slice(first).map(({ raw, text }) => ({ raw, text }));
}

/** The name of the program without its folder. */
export function programOf(command: Command): string {
  const program = command[0]?.text ?? '';
  return program.slice(program.lastIndexOf('/') + 1);
}

const isBlank = (char: string): boolean => char === ' ' || char === '\t' || char === '\r';

function lineEnd(script: string, from: number): number {
  const end = script.indexOf('\n', from);
  return end < 0 ? script.length : end;
}
