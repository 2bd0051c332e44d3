import type { SourceLine } from './caret.ts';
import type { GoalOf } from './headline.ts';
import type { Palette } from './layout.ts';

export interface TextOptions {
  readonly width: number;
  readonly color: boolean;
  readonly verbose: boolean;
  readonly sourceLine: SourceLine;
  /** A host profile was given: what is still unknown is not settled by giving one. */
  readonly hostGiven: boolean;
  /** Goals of vectors, for the first line; without it that line goes by severity. */
  readonly goalOf?: GoalOf;
}

export interface Page extends TextOptions {
  readonly palette: Palette;
}
