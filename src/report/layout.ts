import picocolors from 'picocolors';

/** How a piece of text looks where colour is on. Colour repeats what the words say, never adds to it. */
export type Style = (text: string) => string;

export interface Palette {
  readonly plain: Style;
  readonly bold: Style;
  readonly dim: Style;
  readonly bad: Style;
  readonly warn: Style;
  readonly good: Style;
  readonly name: Style;
}

export function paletteOf(color: boolean): Palette {
  const colors = picocolors.createColors(color);
  const { bold, dim, red, yellow, green, cyan } = colors;
  return {
    plain: (text) => text,
    bold,
    dim,
    bad: (text) => bold(red(text)),
    warn: yellow,
    good: green,
    name: (text) => bold(cyan(text)),
  };
}

/** Columns that a text takes; one for each code point (wide scripts are not told apart). */
export function columns(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Breaks at spaces, inside a word only where the word alone is too long. Never gives a line longer than `width`. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  let taken = 0;
  for (const word of text.trimEnd().split(' ')) {
    const wide = columns(word);
    const joined = line === '' ? wide : taken + 1 + wide;
    if (joined <= room) {
      line = line === '' ? word : `${line} ${word}`;
      taken = joined;
      continue;
    }
    if (line !== '') lines.push(line.trimEnd());
    const pieces = word === '' ? [] : breakWord(word, room);
    line = pieces.pop() ?? '';
    taken = columns(line);
    lines.push(...pieces);
  }
  return [...lines, line];
}

function breakWord(word: string, room: number): string[] {
  const points = [...word];
  const pieces: string[] = [];
  for (let start = 0; start < points.length; start += room) pieces.push(points.slice(start, start + room).join(''));
  return pieces;
}

/** A label and its text, wrapped beside it: the following lines are indented to the text. */
export function hanging(
  label: string,
  text: string,
  width: number,
  styles: { label?: Style; text?: Style } = {},
): string[] {
  const { label: labelStyle = same, text: textStyle = same } = styles;
  const indent = columns(label);
  if (indent > width / 2)
    return [...wrap(label, width).map(labelStyle), ...wrap(text, width - 2).map((line) => `  ${textStyle(line)}`)];
  return wrap(text, width - indent).map(
    (line, i) => (i === 0 ? labelStyle(label) : ' '.repeat(indent)) + textStyle(line),
  );
}

/** Two texts at both ends of a line; where they do not fit, the second goes below. */
export function apart(
  left: string,
  right: string,
  width: number,
  styles: { left?: Style; right?: Style } = {},
): string[] {
  const { left: leftStyle = same, right: rightStyle = same } = styles;
  const gap = width - columns(left) - columns(right);
  if (gap >= 2) return [leftStyle(left) + ' '.repeat(gap) + rightStyle(right)];
  return [...wrap(left, width).map(leftStyle), ...wrap(right, width - 2).map((line) => `  ${rightStyle(line)}`)];
}

/** As many parts as fit in so many lines, then how many were left out: `a, b … (+7)`. At least one is shown. */
export function enough(parts: readonly string[], width: number, lines: number, separator = ', '): string {
  for (let shown = mostThatFit(parts, width * lines); shown > 1; shown--) {
    const text = listed(parts, shown, separator);
    if (wrap(text, width).length <= lines) return text;
  }
  return listed(parts, 1, separator);
}

/** No more than these can fit: a line that is broken loses nothing but spaces. */
function mostThatFit(parts: readonly string[], room: number): number {
  let taken = 0;
  const tooMany = parts.findIndex((part) => {
    taken += columns(part.replaceAll(' ', ''));
    return taken > room;
  });
  return tooMany < 0 ? parts.length : tooMany;
}

function listed(parts: readonly string[], shown: number, separator: string): string {
  const text = parts.slice(0, shown).join(separator);
  return shown < parts.length ? `${text} … (+${parts.length - shown})` : text;
}

function same(text: string): string {
  return text;
}
