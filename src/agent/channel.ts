import type { Readable, Writable } from 'node:stream';

/** Two streams to a stub, and what its runtime says beside them. */
export interface Channel {
  readonly toStub: Writable;
  readonly fromStub: Readable;
  /** The runtime's own messages so far (its standard error), for errors. */
  readonly messages: () => string;
  /** Takes the whole sandbox away, when it does not answer. Idempotent. */
  readonly abandon: () => void;
}
