/**
 * The catalogue of attack vectors: one file each, in a folder a mechanism. `catalogue.generated.ts` lists them; adding one
 * touches its own file only.
 */
export * from './define.ts';
export type * from './probe.ts';
export type * from './probe-places.ts';
