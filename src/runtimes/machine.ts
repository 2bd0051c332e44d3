import type { Channel } from '../agent/index.ts';
import type { Files } from '../live/index.ts';

/**
 * A machine on which the embedded runtime works: this one, or a guest that is spoken to through stubs. Its files are read at
 * once; what is decided from them is the same for each.
 */
export interface Machine {
  /** As a process of the machine's own namespaces sees them. */
  readonly files: Files;
  readonly arch: 'x86_64' | 'aarch64';
  /** Process there that ends when this program does, by whose number is told whether what it made is still needed. */
  readonly maker: number;
  /** Into a file that is there. Fails with an error that has a code. */
  write(path: string, text: string): void;
  /** The same; other work may go on meanwhile. */
  writeMeanwhile(path: string, text: string): Promise<void>;
  mayWrite(path: string): boolean;
  /** An empty one. False where something is still in it. */
  removeFolder(path: string): boolean;
  /** Nothing where it is gone. */
  kill(pid: number): void;
  /** A process in the machine's own namespaces that executes the stub with this environment. */
  startStub(env: readonly string[]): Promise<OuterStub>;
}

/** A stub that was started and has not been spoken to yet. */
export interface OuterStub {
  readonly channel: Channel;
  /** Ends it, whatever it does; resolves when it is gone. */
  end(): Promise<void>;
}
