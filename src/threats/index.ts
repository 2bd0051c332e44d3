/**
 * The threat model: what the artifacts of a run describe together as one system, the flows in it and the boundaries that they cross,
 * and for each element and crossing the threats of STRIDE with the vectors that realise them.
 */
export { systemOf } from './derive.ts';
export type { SystemObject } from './scene.ts';
export { System } from './system.ts';
export type * from './system-types.ts';
export { elementNamed, endsOf, type Ends } from './declared.ts';
export * from './document.ts';
export { type ModelOptions, threatModelOf } from './model.ts';
export { THREATS } from './stride.data.ts';
export { ZONES } from './zones.data.ts';
