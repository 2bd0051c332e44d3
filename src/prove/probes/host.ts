import { observeHost } from '../../live/index.ts';
import { GATES, type GateKind } from '../../model/index.ts';
import { Posture } from '../../posture/index.ts';
import type { HostProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { perHost } from './per-stage.ts';
import { blocked, open, unknown } from './told.ts';

const hostPosture = perHost(async ({ files }) => new Posture(observeHost({ files })));

/** Asks a gate of the host as /proc, /sys and the kernel's own configuration show it now. */
export async function observeHostGate({ gate }: HostProbe, stage: Stage): Promise<Observation> {
  const kind = GATES[gate.gate] as GateKind<never>;
  const { result, why, fact } = kind.evaluate(gate as never, await hostPosture(stage));
  const from = fact?.source.kind === 'observed' ? `${fact.source.from}: ${why}` : why;
  if (result === 'passes') return open(from);
  return result === 'closed' ? blocked(kind.mechanism(gate as never), from) : unknown(why, from);
}
