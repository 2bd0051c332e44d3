import { factOf, type Statement, type Unknown } from '../posture/index.ts';

/** Where the host answers for a container. */
export interface Publication {
  /** Empty: every address. */
  readonly ip: string;
  /** `8080`, `8080-8090`, or empty: any free port. */
  readonly host: string;
  readonly protocol: string;
}

const PORTS = /^\d{1,5}(?:-\d{1,5})?$/;

/** A port or a range of ports. */
export function isPorts(text: string): boolean {
  return PORTS.test(text);
}

/** docker/go-connections nat `ParsePortSpec`: [[IP:][HOST]:]CONTAINER[/PROTOCOL]. The parts as written, right or not. */
export function splitPort(text: string): Publication & { readonly container: string } {
  const slash = text.lastIndexOf('/');
  const ports = slash < 0 ? text : text.slice(0, slash);
  const at = ports.lastIndexOf(':');
  const rest = at < 0 ? '' : ports.slice(0, at);
  const between = rest.lastIndexOf(':');
  return {
    ip: between < 0 ? '' : rest.slice(0, between).replace(/^\[(.*)\]$/, '$1'),
    host: rest.slice(between + 1),
    container: ports.slice(at + 1),
    protocol: slash < 0 ? 'tcp' : text.slice(slash + 1),
  };
}

/** Longer ranges stay one fact, under the range as key. */
const MAX_SPREAD = 64;

/** One fact for each port of the host. */
export function publishedFacts({ ip, host, protocol }: Publication, unknown?: Unknown): Statement['facts'] {
  const shown = ip.includes(':') ? `[${ip}]` : ip || '0.0.0.0';
  const keys = spread(host || '0').map(
    (port) => `network.published.${shown}:${port}/${protocol.toLowerCase()}` as const,
  );
  return Object.assign({}, ...keys.map((key) => factOf(key, unknown ?? true)));
}

function spread(ports: string): string[] {
  const [first = 0, last = 0] = ports.split('-').map(Number);
  if (!(last > first) || last - first >= MAX_SPREAD) return [ports];
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
}
