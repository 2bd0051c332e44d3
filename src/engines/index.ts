/**
 * What each container engine does when nothing is said, by version, as data with its source; what a request means to it;
 * and the assembly of a whole posture from defaults, daemon, host, image and request.
 */
export { assemble, type Surroundings } from './assemble.ts';
export type { EngineChoice } from './choice.ts';
export type { EngineAtVersion } from './defaults.ts';
export { loadEngine, readChoice, usualChoice } from './load.ts';
export type { EngineName } from './types.ts';
