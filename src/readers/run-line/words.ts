import type { ParameterExpansionPart, Word, WordPart } from 'unbash';

/**
 * Stands in an argument for a part that the shell fills in when it runs (a Unicode noncharacter, which no argument holds). What is
 * cut out of an argument is known where it does not contain it.
 */
export const HOLE = '\uFFFF';

/** A range of a source text, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One argument of a command after the shell is done with it. */
export interface Argument {
  readonly text: string;
  /** The parts that are not known, as they are written: `$PWD`. */
  readonly holes: readonly string[];
  /** May become any number of arguments (`$OPTIONS`, `"$@"`, `*`). */
  readonly splits: boolean;
  readonly span: Span;
  /** As it is written. */
  readonly raw: string;
  /** Where it was pulled in, when it stands in the value of a variable. */
  readonly via?: Span;
}

/** What a variable holds where it is used; undefined where that cannot be told. */
export type Lookup = (name: string, use: Span) => readonly Argument[] | undefined;

type NameLookup = (name: string) => readonly Argument[] | undefined;

interface Field {
  text: string;
  holes: string[];
  splits: boolean;
}

/** The arguments that a word becomes: usually one, none or several where a known variable is split. */
export function expandWord(word: Word, source: string, lookup: Lookup, shift: (at: number) => number): Argument[] {
  const span = { start: shift(word.pos), end: shift(word.end) };
  const raw = source.slice(word.pos, word.end);
  const whole = wholeVariable(word, span, lookup);
  if (whole !== undefined) return whole.map((argument) => ({ ...argument, via: span }));
  return [{ ...fieldOf(word, span, lookup, false), span, raw }];
}

/** The value that an assignment gives, which is never split. */
export function expandValue(word: Word, source: string, lookup: Lookup, shift: (at: number) => number): Argument {
  const span = { start: shift(word.pos), end: shift(word.end) };
  return { ...fieldOf(word, span, lookup, true), span, raw: source.slice(word.pos, word.end) };
}

function fieldOf(word: Word, span: Span, lookup: Lookup, quoted: boolean): Field {
  const field: Field = { text: '', holes: [], splits: false };
  if (word.parts === undefined) field.text = clean(word.value);
  else for (const part of word.parts) addPart(field, part, (name) => lookup(name, span), quoted);
  return field;
}

/** A word that is nothing but a variable with a known value: its words, each where it was written. */
function wholeVariable(word: Word, span: Span, lookup: Lookup): readonly Argument[] | undefined {
  const [part, ...others] = word.parts ?? [];
  if (part === undefined || others.length > 0) return undefined;
  const quoted = part.type === 'DoubleQuoted';
  const inner = quoted && part.parts.length === 1 ? part.parts[0] : part;
  if (inner === undefined) return undefined;
  const name = variableName(inner);
  if (name === undefined) return undefined;
  const all = inner.type === 'ParameterExpansion' && inner.index !== undefined;
  const found = lookup(name, span);
  if (found === undefined) return undefined;
  if (all) return found;
  const [first] = found;
  if (first === undefined) return quoted ? undefined : [];
  if (quoted) return [first];
  // With unknown parts it may become any number of words.
  return first.holes.length > 0 ? undefined : splitFields(first);
}

/** Field splitting of an unquoted variable at blanks (the default IFS). */
function splitFields(value: Argument): Argument[] {
  // Where the value is written as it is, each field has its own place in it.
  const offset = value.raw.indexOf(value.text);
  return [...value.text.matchAll(/[^ \t\n]+/g)].map(({ 0: text, index }) => {
    const start = value.span.start + offset + index;
    const span = offset < 0 ? value.span : { start, end: start + text.length };
    return { ...value, text, raw: text, span };
  });
}

function addPart(field: Field, part: WordPart, lookup: NameLookup, quoted: boolean): void {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      field.text += clean(part.value);
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      for (const child of part.parts) addPart(field, child, lookup, true);
      return;
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      addVariable(field, part, lookup, quoted);
      return;
    case 'Glob':
      // A pattern that meets no file stays as it is, and no file is called `[::1]:80`.
      if (part.kind === 'bracket') field.text += clean(part.value);
      else addHole(field, part.text, true);
      return;
    case 'ExtendedGlob':
    case 'BraceExpansion':
      addHole(field, part.text, true);
      return;
    default:
      addHole(field, part.text, !quoted);
  }
}

function addVariable(field: Field, part: WordPart, lookup: NameLookup, quoted: boolean): void {
  const name = variableName(part);
  const value = name === undefined ? undefined : lookup(name)?.[0];
  if (value !== undefined && (quoted || (value.holes.length === 0 && !/\s/.test(value.text)))) {
    field.text += value.text;
    field.holes.push(...value.holes);
    return;
  }
  // HOME is the user's own folder by every convention, and the shell writes `~` out the same way.
  if (name === 'HOME' && (field.text === '' || field.text.endsWith('='))) {
    field.text += '~';
    return;
  }
  const list = /^\$(?:[@*]|\{[@*]|\{\w+\[[@*]\])/.test(part.text);
  addHole(field, part.text, !quoted || (list && !part.text.includes('*')));
}

function addHole(field: Field, text: string, splits: boolean): void {
  field.text += HOLE;
  field.holes.push(text);
  field.splits ||= splits;
}

/** The name of a variable used plainly: `$X`, `${X}`, `${X[@]}`. */
function variableName(part: WordPart): string | undefined {
  if (part.type === 'SimpleExpansion') return /^\$([A-Za-z_]\w*)$/.exec(part.text)?.[1];
  if (part.type !== 'ParameterExpansion') return undefined;
  const plain = part.operation === undefined && part.prefix === undefined && isWholeIndex(part);
  return plain && /^[A-Za-z_]\w*$/.test(part.parameter) ? part.parameter : undefined;
}

function isWholeIndex(part: ParameterExpansionPart): boolean {
  return part.index === undefined || part.index.text === '@' || part.index.text === '*';
}

function clean(text: string): string {
  return text.includes(HOLE) ? text.replaceAll(HOLE, '\uFFFD') : text;
}

export function isKnown(text: string): boolean {
  return !text.includes(HOLE);
}
