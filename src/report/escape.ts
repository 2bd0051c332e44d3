/**
 * Text from artifacts made safe for a terminal: names, values and messages that somebody else wrote must not move the cursor,
 * recolour, hide or reorder what a report says. Every such character is shown as a visible escape (`\x1b`, `\u202e`).
 *
 * Covered: C0 and DEL and C1 controls (ECMA-48), line and paragraph separators, bidirectional embeddings, overrides, isolates and
 * marks (Unicode 16 UAX #9), zero-width and other default-ignorable characters, tags, and lone surrogates.
 */
export function escapeForeign(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** Control (Cc), format (Cf), surrogate (Cs), separators (Zl, Zp), and what a font may draw as nothing. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
