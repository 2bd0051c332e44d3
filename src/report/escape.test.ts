import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeForeign } from './escape.ts';
import { codeSpan, escapeMarkdown, fenced, table } from './escape-markdown.ts';

test.for([
  { when: 'an escape sequence', text: '\u001b[31mred', expected: '\\x1b[31mred' },
  { when: 'a C1 control', text: '\u009b2J', expected: '\\x9b2J' },
  { when: 'a line end', text: 'a\r\nb', expected: 'a\\r\\nb' },
  { when: 'a bidirectional override', text: 'a\u202eb', expected: 'a\\u202eb' },
  { when: 'a zero-width space', text: 'a\u200bb', expected: 'a\\u200bb' },
  { when: 'a tag character', text: 'a\u{e0041}', expected: 'a\\u{e0041}' },
  { when: 'a lone surrogate', text: 'a\ud800', expected: 'a\\ud800' },
  { when: 'ordinary text of any script', text: 'größer 数 é 🙂', expected: 'größer 数 é 🙂' },
])('$when is shown as $expected', ({ text, expected }) => expect(escapeForeign(text)).toBe(expected));

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom('|', '`', '<', '>', '\n', '\u001b', '[', ']', '(', ')', '*', '_', '@', '\\', '\u202e'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

test('a table keeps its columns and rows, whatever the cells hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 5 }), (rows) => {
      const lines = table(
        ['a', 'b'],
        rows.map(([left, right]) => [escapeMarkdown(left), codeSpan(right)]),
      );
      expect(lines).toHaveLength(rows.length + 2);
      for (const line of lines) {
        expect(line).not.toMatch(/\n/);
        expect(cellsOf(line)).toBe(2);
      }
    }),
  );
});

/** Pipes that GFM takes for a border: those without a backslash directly before. */
function cellsOf(line: string): number {
  return line.replace(/\\[\\|]/g, '').split('|').length - 2;
}

test('no HTML and no mention survives in text', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(escapeMarkdown(text)).not.toMatch(/[<>@]/);
    }),
  );
});

test('a fence is longer than any run of backticks in it', () => {
  fc.assert(
    fc.property(fc.array(hostile), (lines) => {
      const block = fenced(lines);
      const fence = block.at(-1) ?? '';
      expect(block.slice(1, -1).every((line) => !line.includes(fence))).toBe(true);
    }),
  );
});
