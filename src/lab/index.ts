/**
 * Experiments on whole sandboxes. `agreement/`: the model against a kernel on random configurations, each predicted, started and
 * probed, and every disagreement shrunk to its cause.
 */
export { sampler } from './agreement/configurations.ts';
export type { Guests } from './agreement/ground.ts';
export { guidedSampler } from './agreement/guided.ts';
export { hereOf } from './agreement/here.ts';
export { type AgreementResult, runAgreement, type Shrunk } from './agreement/run.ts';
export type { AgreementSummary } from './agreement/summary.ts';
