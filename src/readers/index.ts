/**
 * From artifacts to subjects with their layers, one folder a kind of artifact. Programs start at `readTargets`; whoever holds a
 * text already asks the reader of its kind. The readers themselves are loaded when they are needed: this file names types only.
 */
export type { ReadOptions, ReadResult, Subject } from './subject.ts';
export { readTargets, type WalkOptions } from './walk/index.ts';
