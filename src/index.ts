/**
 * The library: what a program of the user's needs to read artifacts, judge them, and define vectors of its own.
 *
 *     import { checkTargets, loadConfig } from 'cofferdam';
 */

export type {
  Catalogue,
  Config,
  Finding,
  Fix,
  Problem,
  ResultDocument,
  SessionOptions,
  TargetResult,
} from './check/index.ts';
export {
  Assessment,
  Assessor,
  check,
  checkTargets,
  compileCatalogue,
  loadConfig,
  postureOf,
  readAll,
} from './check/index.ts';
export { assemble, loadEngine, readChoice, usualChoice } from './engines/index.ts';
export { type Expr, type Gate, Judgement, type Mechanism } from './model/index.ts';
export * as words from './model/words.ts';
export {
  CofferdamError,
  type Fact,
  type FactTypes,
  type Layer,
  Posture,
  type Source,
  type Statement,
  Unknown,
} from './posture/index.ts';
export { type ProveOptions, probeRuntime, proveTargets, RUNTIMES, type Runtime, runtimeNamed } from './prove/index.ts';
export type { ReadResult, Subject } from './readers/index.ts';
export { readTargets } from './readers/index.ts';
export { CATALOGUE } from './vectors/catalogue.generated.ts';
export { defineVector, type Example, type Vector } from './vectors/index.ts';
