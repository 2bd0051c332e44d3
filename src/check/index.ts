/**
 * Posture × vectors → findings: reads targets, assembles postures, judges every vector that applies, explains it, finds the
 * smallest changes that close it, and holds objects against standards.
 */
export { Assessment, Assessor, type Judged } from './assessment.ts';
export { type Catalogue, type CompiledVector, compileCatalogue } from './catalogue.ts';
export {
  type Assembled,
  type CheckOptions,
  check,
  daemonStatements,
  Objects,
  summarize,
} from './check.ts';
export { compareResults } from './compare.ts';
export { type Config, loadConfig, withVectors } from './config.ts';
export type { AcceptedRisk, Declarations, DeclaredElement } from './declarations.ts';
export { testVectors, type VectorTest } from './own-vectors/examples.ts';
export { readOwnFile } from './own-vectors.ts';
export { postureOf } from './posture-of.ts';
export type * from './result.ts';
export {
  type AssembledTargets,
  assembleTargets,
  catalogueOf,
  checkTargets,
  openSession,
  ownVectorsOf,
  type SessionOptions,
  vectorsOf,
} from './session.ts';
export { isLive, readAll } from './targets.ts';
export { countsAgainst, failsStandard, type Threshold } from './threshold.ts';
