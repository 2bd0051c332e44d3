import { factOf, type NamespaceMode, type NamespaceType, Unknown } from '../../posture/index.ts';
import { isPorts, publishedFacts, splitPort } from '../port-syntax.ts';

import type { FlagUse } from './arguments.ts';
import { type Emission, emitSwitch, unknownParts } from './emission.ts';
import type { Emitters } from './emitters.ts';
import { isKnown } from './words.ts';

/** Flags that decide which namespaces are shared with whom, and how the container meets the network. */
export const NETWORK_EMITTERS: Emitters = {
  pid: (use, out) => emitNamespace(use, out, 'pid'),
  // `shareable` and `none` are namespaces of its own (`none` without /dev/shm).
  ipc: (use, out) => emitNamespace(use, out, 'ipc', ['shareable', 'none']),
  uts: (use, out) => emitNamespace(use, out, 'uts'),
  cgroupns: (use, out) => emitNamespace(use, out, 'cgroup'),
  pod: (use, out) => {
    const ofPod = new Unknown(`${use.value} is not described here; what it shares with the host is not known`);
    out.state(use, { 'request.network': 'pod', 'namespace.ipc': ofPod, 'namespace.uts': ofPod });
  },
  network: emitNetwork,
  publish: emitPublish,
  'publish-all': (use, out) =>
    emitSwitch(use, out, (on) => {
      if (on)
        out.state(use, factOf('network.published.?', new Unknown('every port that the image exposes is published')));
    }),
  'add-host': emitAddHost,
};

/** moby api container/hostconfig.go (`PidMode`, `IpcMode`, …) and podman pkg/specgen/namespaces.go `ParseNamespace`. */
function emitNamespace(use: FlagUse, out: Emission, type: NamespaceType, own: readonly string[] = []): void {
  const mode = namespaceMode(use.value, own);
  if (mode !== undefined) out.state(use, factOf(`namespace.${type}`, mode));
  else if (use.value !== '') {
    out.reject(use, `--${use.flag.name} ${use.value} is no namespace mode`, 'use host, private or container:NAME');
  }
}

function namespaceMode(value: string, own: readonly string[]): NamespaceMode | Unknown | undefined {
  if (value === 'host') return 'host';
  if (value === 'private' || own.includes(value)) return 'private';
  // Whoever owns the namespace may itself have been put into the host's.
  if (value === 'pod' || /^(?:container|ns):/.test(value))
    return new Unknown(`${value} may be any namespace, the host's too`);
  return undefined;
}

/**
 * All networks that are named so far, joined by commas as podman writes them. Docker's long form is `name=NET,alias=…`
 * (opts/network.go); podman puts options behind a colon (pkg/specgen/namespaces.go `ParseNetworkFlag`).
 */
function emitNetwork(use: FlagUse, out: Emission): void {
  const names = networkNames(use.value, out.engine === 'docker').filter((name) => name !== '');
  const all = out.keep('networks', [...out.kept<readonly string[]>('networks', []), ...names].slice(0, MOST_NETWORKS));
  out.state(use, { 'request.network': all.join(',') });
}

/** More are not worth the space that each statement takes. */
const MOST_NETWORKS = 50;

function networkNames(value: string, docker: boolean): string[] {
  if (docker) {
    if (!/^\w+=/.test(value)) return [value];
    const pairs = value.split(',').map((pair) => pair.split('='));
    return [pairs.find(([key]) => key === 'name')?.[1] ?? ''];
  }
  const [mode = ''] = value.split(':');
  if (mode === 'container' || mode === 'ns') return [value];
  return value.includes(':') ? [mode] : value.split(',');
}

/** Port 0 is one that the engine picks. */
function emitPublish(use: FlagUse, out: Emission): void {
  const port = use.value.includes('=') ? longPort(use.value) : splitPort(use.value);
  const { ip, host, container, protocol } = port;
  const known = isKnown(`${ip} ${host} ${protocol}`);
  const valid = (host === '' || isPorts(host)) && /^(?:tcp|udp|sctp)$/i.test(protocol);
  if (known && valid && (isPorts(container) || !isKnown(container))) {
    out.state(use, publishedFacts(port));
  } else if (!isKnown(use.value)) out.unknown(use, unknownParts(use));
  else out.reject(use, `--publish ${use.value} is no port mapping`, 'write [[IP:]HOSTPORT:]PORT[/PROTOCOL]');
}

/** Docker's long form is `target=80,published=8080,protocol=udp` (docker/cli opts/port.go). */
function longPort(value: string): ReturnType<typeof splitPort> {
  const pairs = new Map(value.split(',').map((pair) => pair.split('=') as [string, string]));
  const get = (key: string): string => pairs.get(key) ?? '';
  return { ip: '', host: get('published'), container: get('target'), protocol: get('protocol') || 'tcp' };
}

function emitAddHost(use: FlagUse, out: Emission): void {
  const address = use.value.slice(use.value.search(/[:=]/) + 1);
  if (address === 'host-gateway') out.state(use, { 'network.host-gateway-alias': true });
  else if (!isKnown(address)) out.unknown(use, unknownParts(use));
}
