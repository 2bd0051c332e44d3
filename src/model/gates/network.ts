import type { Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import { withdrawable } from './fact.ts';
import { closed, type GateKind, type Outcome, passes, unknown } from './kind.ts';

export interface NetworkParams {
  /** `outside`: beyond the host. `host`: addresses of the host itself. `neighbours`: other containers of the same network. */
  readonly to: 'outside' | 'host' | 'neighbours';
  /** Where nobody states a network or a policy for it: taken as open. It may open a route, never close one. */
  readonly usually?: 'passes';
}

/** Packets of the container get there. */
export const network: GateKind<NetworkParams> = {
  mechanism: () => 'namespace-net',
  models:
    'ip_route_output_key_hash(), net/ipv4/route.c, over the routes and links that the engine makes; network policies as the plug-in enforces them',
  describe: (p) =>
    `can send to ${p.to === 'outside' ? 'addresses beyond the host' : p.to === 'host' ? 'addresses of the host' : 'neighbouring containers'}`,
  evaluate(p, posture) {
    const space = posture.get('namespace.net');
    if (space?.value === 'host') return passes("uses the host's network namespace", space);
    const mode = posture.get('network.mode');
    if (mode === undefined && p.usually === 'passes') return passes('nothing states a network: usually it is reached');
    if (mode === undefined) return unknown('nothing states the network', ['network.mode']);
    if (mode.value instanceof Unknown) return unknown(mode.value.why, ['network.mode'], mode);
    if (mode.value === 'none') return closed('has a loopback interface only', mode);
    if (mode.value === 'internal' && p.to === 'outside')
      return closed('its networks are internal: no route beyond the host', mode);
    return policy(posture, p.usually === 'passes') ?? passes(`its network is ${mode.value}`, mode);
  },
  close(_, posture) {
    const withdraw = withdrawable(posture, 'namespace.net');
    const none = { kind: 'set', key: 'network.mode', value: 'none' } as const;
    return withdraw ? [[withdraw]] : [[none], [{ kind: 'set', key: 'network.egress', value: 'none' }]];
  },
};

function policy(posture: Posture, usuallyOpen: boolean): Outcome | undefined {
  const egress = posture.get('network.egress');
  if (egress === undefined || egress.value === 'all') return undefined;
  if (egress.value instanceof Unknown)
    return usuallyOpen ? undefined : unknown(egress.value.why, ['network.egress'], egress);
  if (egress.value === 'none') return closed('a network policy refuses everything going out', egress, 'network-policy');
  return unknown('network policies let some of it out', ['network.egress'], egress);
}
