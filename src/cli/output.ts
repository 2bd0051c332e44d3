import { closeSync, openSync, writeSync } from 'node:fs';
import { CofferdamError } from '../posture/index.ts';
import type { Terminal } from './terminal.ts';

/** Where results go, piece by piece: the file that the user names, else standard output. */
export interface Output {
  readonly write: (text: string) => void;
  /** Whether anybody still reads it. */
  readonly wanted: () => boolean;
  readonly end: () => void;
}

export function outputOf(path: string | undefined, terminal: Terminal): Output {
  if (path === undefined) {
    return { write: (text) => terminal.result(text), wanted: () => !terminal.closed, end: () => undefined };
  }
  const file = explaining(path, () => openSync(path, 'w'));
  return {
    write: (text) => explaining(path, () => writeWhole(file, Buffer.from(text))),
    wanted: () => true,
    end: () => closeSync(file),
  };
}

/** Pieces of up to this many characters are put together. */
const AT_ONCE = 2 ** 18;

export function write(pieces: Iterable<string>, path: string | undefined, terminal: Terminal): void {
  const output = outputOf(path, terminal);
  try {
    let waiting = '';
    for (const piece of pieces) {
      waiting += piece;
      if (waiting.length < AT_ONCE) continue;
      output.write(waiting);
      waiting = '';
      if (!output.wanted()) return;
    }
    output.write(waiting);
  } finally {
    output.end();
  }
}

/** A disk may be full after a part. */
function writeWhole(file: number, bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
}

function explaining<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CofferdamError(
      'unwritable',
      `\`${path}\` cannot be written: ${(error as Error).message}`,
      'check the path after --output',
      { path },
    );
  }
}
