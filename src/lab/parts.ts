import type { SessionOptions } from '../check/index.ts';
import type { Runtime } from '../runtimes/index.ts';
import type { Profile } from '../runtimes/profiles.data.ts';
import type { LabLog } from './log.ts';
import type { Study } from './study.ts';

/** What of a study is measured, in this order. */
export const PARTS = ['matrix', 'ablation', 'leaks', 'exposure', 'neighbours', 'cost'] as const;
export type PartName = (typeof PARTS)[number];

/** What each part is given. */
export interface PartContext {
  readonly session: SessionOptions;
  readonly runtimes: readonly Runtime[];
  readonly profiles: readonly Profile[];
  /** The vectors to ask about, where not all. */
  readonly only: ReadonlySet<string> | undefined;
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly log: LabLog;
  /** What was found before. */
  readonly study: Study;
  readonly progress: (done: number, all: number) => void;
}

/** Measures one part; what it gives is laid over the study. */
export type Part = (context: PartContext) => Promise<Partial<Study>>;
