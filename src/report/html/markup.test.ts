import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, safeJson } from './markup.ts';

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom('<', '>', '"', "'", '&', '</script>', '\u202e', '\u0000', '\u2028', '`', '='),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

test('no text leaves the place it is put in', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { text: made } = html`<p title="${text}">${[text, html`<b>${text}</b>`]}</p>`;
      expect(made.match(/<[^>]*>/g)).toHaveLength(4);
      expect(made.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/&|'|[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(made.match(/"/g)).toHaveLength(2);
    }),
  );
});

test('nothing is put for what is absent, and markup is put as it is', () => {
  expect(html`${null}${undefined}${false}${0}${html`<i>&amp;</i>`}`.text).toBe('0<i>&amp;</i>');
});

test('data has no control and no bidirectional character in any string', () => {
  fc.assert(
    fc.property(fc.array(hostile), (texts) => {
      expect(JSON.parse(safeJson({ texts })).texts.join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
