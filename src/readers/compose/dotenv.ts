import { interpolate, type Lookup } from './template.ts';

/** One line of an environment file. `unset`: variables that its value needs and that have none. */
interface EnvironmentEntry {
  readonly name: string;
  /** Absent where the line holds a name only: taken from the environment of whoever starts it. */
  readonly value?: string;
  readonly unset: readonly string[];
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

export interface EnvironmentFile {
  readonly entries: readonly EnvironmentEntry[];
  /** Lines that compose would refuse. */
  readonly bad: readonly number[];
}

const STATEMENT = /^[ \t]*(?:export[ \t]+)?([\p{L}\p{N}_.\-[\]]+)[ \t]*(?:([=:])[ \t]*(.*))?$/u;

/**
 * Reads a `.env` or `env_file`, after compose-go dotenv/parser.go: unquoted values end at ` #`, single quotes are literal, double quotes
 * take escapes and variables, quoted values may span lines. With `raw` (`format: raw`) values are taken as they are.
 */
export function parseEnvironmentFile(text: string, lookup: Lookup, raw = false): EnvironmentFile {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const entries: EnvironmentEntry[] = [];
  const bad: number[] = [];
  const known = new Map<string, string>();
  const find: Lookup = (name) => lookup(name) ?? known.get(name);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (/^\s*(#|$)/.test(line)) continue;
    const match = STATEMENT.exec(line);
    if (match === null) {
      bad.push(i + 1);
      continue;
    }
    const at = { name: match[1] as string, line: i + 1, text: line.trim() };
    if (match[2] === undefined) {
      const inherited = lookup(at.name);
      entries.push({ ...at, unset: [], ...(inherited === undefined ? {} : { value: inherited }) });
      continue;
    }
    const read = raw
      ? { value: match[3] as string, unset: [], last: i }
      : readValue(lines, i, match[3] as string, find);
    if (read === undefined) {
      bad.push(i + 1);
      continue;
    }
    entries.push({ ...at, value: read.value, unset: read.unset });
    if (read.unset.length === 0) known.set(at.name, read.value);
    i = read.last;
  }
  return { entries, bad };
}

interface ReadValue {
  readonly value: string;
  readonly unset: readonly string[];
  readonly last: number;
}

function readValue(lines: readonly string[], first: number, start: string, lookup: Lookup): ReadValue | undefined {
  const quote = start[0];
  if (quote !== '"' && quote !== "'") {
    const value = (start.split(' #', 1)[0] as string).trimEnd();
    return { ...expandValue(value, lookup), last: first };
  }
  let body = start.slice(1);
  for (let last = first; ; ) {
    const end = closingQuote(body, quote);
    if (end >= 0) {
      const inner = body.slice(0, end);
      if (quote === "'") return { value: inner.replaceAll("\\'", "'"), unset: [], last };
      return { ...expandValue(unescapeValue(inner), lookup), last };
    }
    last++;
    const next = lines[last];
    if (next === undefined) return undefined;
    body += `\n${next}`;
  }
}

function expandValue(value: string, lookup: Lookup): { value: string; unset: readonly string[] } {
  if (!value.includes('$')) return { value, unset: [] };
  const { text, unset, required } = interpolate(value, lookup);
  return { value: text, unset: [...unset, ...required.map((r) => r.name)] };
}

function closingQuote(body: string, quote: string): number {
  for (let i = 0; i < body.length; i++) {
    if (body[i] === '\\') i++;
    else if (body[i] === quote) return i;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

function unescapeValue(text: string): string {
  return text.replace(/\\(.)/gs, (whole, letter: string) =>
    Object.hasOwn(ESCAPES, letter) ? (ESCAPES[letter] as string) : whole,
  );
}
