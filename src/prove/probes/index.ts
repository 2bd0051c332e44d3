import type { Probe } from '../../vectors/index.ts';
import type { Observation, Runner, Stage } from '../observation.ts';
import { orAsHostRoot } from './as-host-root.ts';
import { observeAttached } from './attached.ts';
import { observeAttempt } from './attempt.ts';
import { observeAll, observeAny } from './combine.ts';
import { observeConnects } from './connects.ts';
import { observeDevice } from './device.ts';
import { observeGroup } from './group.ts';
import { observeHolds } from './holds.ts';
import { observeHostGate } from './host.ts';
import { observeMounted } from './mounted.ts';
import { observeOpens } from './opens.ts';
import { observePasses } from './passes.ts';
import { keyOf, perStageAndKey } from './per-stage.ts';
import { observeReaches } from './reaches.ts';
import { observeRoot } from './root.ts';
import { observeRootfs } from './rootfs.ts';
import { observeSays } from './says.ts';
import { observeSees } from './sees.ts';
import { observeShares } from './shares.ts';
import { observeSharesKernel } from './shares-kernel.ts';
import { unknown } from './told.ts';
import { observeUnconfined } from './unconfined.ts';
import { observeUnlimited } from './unlimited.ts';

/** Who carries out which kind of probe. */
const RUNNERS: { readonly [K in Probe['probe']]: Runner<Extract<Probe, { readonly probe: K }>> } = {
  any: (probe, stage) => observeAny(probe, stage, observe),
  all: (probe, stage) => observeAll(probe, stage, observe),
  attempt: observeAttempt,
  passes: observePasses,
  opens: orAsHostRoot(observeOpens),
  sees: orAsHostRoot(observeSees),
  connects: observeConnects,
  device: orAsHostRoot(observeDevice),
  mounted: observeMounted,
  rootfs: (_, stage) => observeRootfs(stage),
  root: observeRoot,
  group: observeGroup,
  unlimited: observeUnlimited,
  reaches: observeReaches,
  attached: observeAttached,
  holds: observeHolds,
  shares: observeShares,
  'shares-kernel': (_, stage) => observeSharesKernel(stage),
  unconfined: (_, stage) => observeUnconfined(stage),
  says: observeSays,
  host: observeHostGate,
  untold: async ({ why }) => unknown(why),
};

const memory = perStageAndKey<Observation>();

/** Carries a probe out, parts that several vectors share once. */
export function observe(probe: Probe, stage: Stage): Promise<Observation> {
  const run: Runner<never> = RUNNERS[probe.probe];
  return memory(stage, keyOf(probe), () => run(probe as never, stage));
}
