/**
 * Puts the vectors' questions to a kernel: starts what a posture describes, carries the probes out over a session, keeps what was
 * seen as evidence, and puts it beside the prediction.
 */
export { RUNTIMES, type Runtime, runtimeNamed } from '../runtimes/index.ts';
export { requestOf, usualConfig } from './profile.ts';
export { Prover } from './prover.ts';
export { type Answer, probeRuntime, SandboxProber, type SeenSandbox } from './sandbox.ts';
export { openHost } from './stage.ts';
export { type ProveOptions, proveTargets } from './targets.ts';
