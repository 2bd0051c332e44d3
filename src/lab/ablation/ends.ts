import type { OciConfig } from '../../runtimes/index.ts';
import type { Predicted, Proven } from './bench.ts';
import type { Start } from './start.ts';

/** A configuration that was judged and tried. */
export interface Tried {
  readonly config: OciConfig;
  readonly predicted: Predicted;
  readonly proven: Proven;
}

/** A start with all its mechanisms, and with none. */
export interface Ends {
  readonly start: Start;
  readonly whole: Tried;
  readonly nothing: Tried;
}
