/** A file for the archive that the kernel unpacks as its first root (Documentation/driver-api/early-userspace/buffer-format.rst). */
export type Entry =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: 'node'; readonly path: string; readonly major: number; readonly minor: number };

/** The format `newc`. Folders stand before what is in them. */
export function archive(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map((entry, i) => record(entry, i + 1)), record(LAST, 0)]);
}

const LAST: Entry = { kind: 'file', path: 'TRAILER!!!', mode: 0, content: new Uint8Array() };

const MODES = { folder: 0o040755, file: 0o100000, node: 0o020600 } as const;

function record(entry: Entry, inode: number): Buffer {
  const content = entry.kind === 'file' ? entry.content : new Uint8Array();
  const [major, minor] = entry.kind === 'node' ? [entry.major, entry.minor] : [0, 0];
  const mode = MODES[entry.kind] | (entry.kind === 'file' ? entry.mode : 0);
  const name = Buffer.from(`${entry.path.replace(/^\//, '')}\0`);
  const words = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0];
  const head = Buffer.from(`070701${words.map((word) => word.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([padded(Buffer.concat([head, name])), padded(content)]);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
