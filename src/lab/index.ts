/**
 * Experiments on whole sandboxes. `run.ts` puts the case study together: `matrix/`, every runtime under every profile; `ablation/`,
 * mechanisms left out and added; `leaks/` and `exposure/`, what is seen of the host and what the host does for a sandbox; `neighbour/` and
 * `cost/`, figures. `agreement/`: the model against a kernel on random configurations, each predicted, started and probed, and every
 * disagreement shrunk to its cause.
 */
export { sampler } from './agreement/configurations.ts';
export type { Guests } from './agreement/ground.ts';
export { guidedSampler } from './agreement/guided.ts';
export { hereOf } from './agreement/here.ts';
export { type AgreementResult, runAgreement, type Shrunk } from './agreement/run.ts';
export type { AgreementSummary } from './agreement/summary.ts';
export { differenceOf } from './difference.ts';
export { PARTS, type PartName } from './parts.ts';
export { runLab } from './run.ts';
export { type Study, study } from './study.ts';
