/**
 * The threat model: what the artifacts of a run describe together as one system, the flows in it and the boundaries that they cross,
 * and for each element and crossing the threats of STRIDE with the vectors that realise them.
 */
export { systemOf } from './derive.ts';
export type * from './document.ts';
export { threatModelOf } from './model.ts';
export type { SystemObject } from './scene.ts';
export type * from './system-types.ts';
export { ZONES } from './zones.data.ts';
