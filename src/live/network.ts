import { type FactTypes, type Statement, Unknown, type Value } from '../posture/index.ts';
import { type Files, isMissing } from './files.ts';

/** Names of interfaces in /proc/PID/net/dev, which shows the network namespace of the process. */
export function parseInterfaces(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(2)
    .flatMap((line) => /^\s*([^\s:][^:]*):/.exec(line)?.[1] ?? []);
}

/** Interfaces with a route through a gateway or to everywhere, of /proc/PID/net/route and ipv6_route: ways beyond the segment. */
export function routedInterfaces(ipv4: string, ipv6: string): readonly string[] {
  const four = ipv4
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [name, destination, gateway, , , , , mask] = line.split(/\s+/);
      const everywhere = destination === '00000000' && mask === '00000000';
      return name !== undefined && gateway !== undefined && (everywhere || gateway !== '00000000') ? [name] : [];
    });
  const six = ipv6.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const [destination, length, gateway, name] = [words[0], words[1], words[4], words[9]];
    const everywhere = destination === NO_ADDRESS && length === '00';
    return name !== undefined && name !== 'lo' && (everywhere || gateway !== NO_ADDRESS) ? [name] : [];
  });
  return [...new Set([...four, ...six])];
}

const NO_ADDRESS = '0'.repeat(32);

type NetworkMode = FactTypes['network.mode'];

/** How the network namespace of a process is attached; its links lead to the host's, where both can be seen. */
export function networkStatement(files: Files, pid: number, isHost: boolean | undefined): Statement {
  const from = `/proc/${pid}/net/dev, route`;
  const mode = isHost === true ? 'host' : attachment(files, pid);
  return { phase: 'run', source: { kind: 'observed', from }, facts: { 'network.mode': mode } };
}

function attachment(files: Files, pid: number): Value<NetworkMode> {
  const text = (name: string) => files.text(`/proc/${pid}/net/${name}`);
  const devices = text('dev');
  if (devices instanceof Unknown) return devices;
  const links = parseInterfaces(devices).filter((name) => name !== 'lo' && !IDLE.test(name));
  if (links.length === 0) return 'none';
  const [ipv4, ipv6] = [text('route'), text('ipv6_route')];
  // A kernel without IPv6 has no such file.
  if (ipv4 instanceof Unknown) return ipv4;
  if (ipv6 instanceof Unknown && !isMissing(ipv6)) return ipv6;
  const kinds = links.map((link) => linkKind(files, pid, link));
  // Links of the host's own segment, and of a program, reach beyond without a route of this namespace.
  const outward = kinds.find((kind) => kind === 'macvlan' || kind === 'ipvlan' || kind === 'user-space');
  if (outward !== undefined) return outward;
  const unclear = kinds.find((kind) => kind instanceof Unknown);
  if (unclear !== undefined) return unclear;
  if (routedInterfaces(ipv4, ipv6 instanceof Unknown ? '' : ipv6).length === 0) return 'internal';
  return kinds.includes('default-bridge') ? 'default-bridge' : 'bridge';
}

/** Devices that every new network namespace gets where their modules are loaded (net.core.fb_tunnels_only_for_init_net): not up, no way out. */
const IDLE = /^(?:tunl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|sit0|ip6tnl0|ip6gre0)$/;

/** Bridges that engines make for whoever asks for nothing else. */
const DEFAULT_BRIDGES = new Set(['docker0', 'podman0', 'cni-podman0', 'cni0', 'nerdctl0']);

/**
 * `iflink` of a link is the number of its peer: the other end of a pair in the host's namespace, or the device that it is a slice
 * of (net/core/dev.c, dev_get_iflink()). Sysfs shows the network namespace that it was mounted in.
 */
function linkKind(files: Files, pid: number, name: string): Value<NetworkMode> {
  const folder = `/proc/${pid}/root/sys/class/net/${name}`;
  const read = (path: string) => {
    const text = files.text(path);
    return text instanceof Unknown ? undefined : text.trim();
  };
  const [own, peer] = [read(`${folder}/ifindex`), read(`${folder}/iflink`)];
  if (own === undefined || peer === undefined)
    return new Unknown(`what ${name} leads to is not seen: the process has no sysfs that may be read`);
  // Sysfs is that of the network namespace it was mounted in, which need not be the process's.
  const index = indexOf(files, pid, name);
  if (index !== undefined && index !== own)
    return new Unknown(`the sysfs of the process shows another network namespace than its own`);
  if (read(`${folder}/tun_flags`) !== undefined) return 'user-space';
  // A card of the machine itself, moved in, is on the host's segment like a slice of one.
  if (own === peer)
    return files.stat(`${folder}/device`) instanceof Unknown
      ? new Unknown(`what ${name} leads to is not known`)
      : 'macvlan';
  const hosts = files.list('/sys/class/net');
  const other =
    hosts instanceof Unknown ? undefined : hosts.find((one) => read(`/sys/class/net/${one}/ifindex`) === peer);
  if (other === undefined)
    return new Unknown(`the other end of ${name} is not in the network namespace of this program`);
  if (read(`/sys/class/net/${other}/iflink`) === own) return bridgeOf(files, other);
  return read(`${folder}/address`) === read(`/sys/class/net/${other}/address`) ? 'ipvlan' : 'macvlan';
}

/** `INDEX NAME …` in the list of multicast addresses (net/core/net-procfs.c): the only file of the namespace that numbers its links. */
function indexOf(files: Files, pid: number, name: string): string | undefined {
  const text = files.text(`/proc/${pid}/net/dev_mcast`);
  const line =
    text instanceof Unknown ? undefined : text.split('\n').find((one) => one.trim().split(/\s+/)[1] === name);
  return line?.trim().split(/\s+/)[0];
}

function bridgeOf(files: Files, device: string): NetworkMode {
  const master = files.link(`/sys/class/net/${device}/master`);
  if (master instanceof Unknown) return 'bridge';
  return DEFAULT_BRIDGES.has(master.replace(/^.*\//, '')) ? 'default-bridge' : 'bridge';
}
