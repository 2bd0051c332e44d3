/**
 * The small lexers of Dockerfile lines: builder flags, words in which quotes are kept, JSON lists
 * (BuildKit frontend/dockerfile/parser/{split_command,line_parsers}.go at 73ed682).
 */
export interface Flag {
  readonly name: string;
  /** Undefined for `--link`. */
  readonly value: string | undefined;
}

/** `--mount=… --network=… rest`: flags are words that begin with two dashes; a lone `--` ends them. */
export function extractFlags(text: string, escapeChar: string): { flags: Flag[]; rest: string } {
  const flags: Flag[] = [];
  let at = 0;
  for (;;) {
    at = skipSpace(text, at);
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at).trim() };
    const { word, end } = readFlag(text, at, escapeChar);
    at = end;
    if (word === '--') return { flags, rest: text.slice(at).trim() };
    const equals = word.indexOf('=');
    flags.push({
      name: word.slice(2, equals < 0 ? undefined : equals),
      value: equals < 0 ? undefined : word.slice(equals + 1),
    });
  }
}

function readFlag(text: string, start: number, escapeChar: string): { word: string; end: number } {
  const chars: string[] = [];
  let quote = '';
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at] as string;
    if (char === escapeChar) chars.push(text[++at] ?? '');
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (quote === '' && isSpace(char)) break;
    else chars.push(char);
  }
  return { word: chars.join(''), end: at };
}

/** Words at white space outside quotes; quotes and escapes stay in them, to be taken off when variables are put in. */
export function splitWords(text: string, escapeChar: string): string[] {
  const words: string[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const start = at;
    let quote = '';
    for (; at < text.length; at++) {
      const char = text[at] as string;
      if (char === escapeChar && quote !== "'") at++;
      else if (char === quote) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (quote === '' && isSpace(char)) break;
    }
    words.push(text.slice(start, at));
    at = skipSpace(text, at);
  }
  return words;
}

/** The strings of a JSON list; `mixed` for a list of anything else; undefined where it is no JSON list. */
export function jsonList(text: string): readonly string[] | 'mixed' | undefined {
  if (!text.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => typeof item === 'string') ? (value as string[]) : 'mixed';
}

export function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n' || char === '\v' || char === '\f';
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text[at] as string)) at++;
  return at;
}
