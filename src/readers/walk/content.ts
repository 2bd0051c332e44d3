import { CofferdamError } from '../../posture/index.ts';

/** ignoreBOM: the BOM stays, so that offsets agree with the file; the parsers skip it. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text, or why they are none. Artifacts are UTF-8, as the programs that read them demand; a BOM is allowed. */
export function decode(bytes: Uint8Array, path: string): string | CofferdamError {
  try {
    const text = STRICT.decode(bytes);
    const nul = text.indexOf('\0');
    if (nul < 0) return text;
    return new CofferdamError('binary', 'the file holds NUL bytes: it is no text', 'give a text file', {
      path,
      ...positionOf(text, nul),
    });
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const hint = wide ? 'it is UTF-16: convert it to UTF-8' : 'convert it to UTF-8';
    return new CofferdamError('invalid-utf8', 'the file is not valid UTF-8', hint, {
      path,
      ...positionOf(text, text.indexOf('\ufffd')),
    });
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, offset));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}
