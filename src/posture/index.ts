/**
 * Facts, their sources, and the postures they fold into. A fact is one value with where it comes from; a statement is
 * the facts that one line of an artifact (or one default, one observation) contributes; a layer is the statements of a
 * life-cycle phase; a posture is the layers folded, with what was overridden kept. Documents (`document.ts`) and OCI
 * configurations (`oci.ts`) are imported by name: an ordinary check needs neither.
 */
export * from './keys.ts';
export * from './posture.ts';
export * from './problem.ts';
export * from './release.ts';
export * from './settings.ts';
export * from './source.ts';
