import { bigEndian, call, raw, resultOf, struct, u16, u32 } from '../../kernel/index.ts';
import type { ReachesProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { readText } from './file-calls.ts';
import { blocked, open, unknown } from './told.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const DISCARD = 9;

/** Addresses that belong to nobody: RFC 5737 and RFC 3849, for documentation. */
const NOWHERE_V4 = [192, 0, 2, 1];
const NOWHERE_V6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const METADATA = [169, 254, 169, 254];

export async function observeReaches({ to }: ReachesProbe, stage: Stage): Promise<Observation> {
  if (to === 'link') return reachesLink(stage);
  const seen =
    to === 'metadata'
      ? [await routeTo(stage, METADATA)]
      : [await routeTo(stage, NOWHERE_V4), await routeTo(stage, NOWHERE_V6)];
  const evidence = seen.map((one) => one.evidence);
  if (seen.some(({ answer }) => answer === 'ok')) return open(...evidence);
  if (seen.every(({ answer }) => UNROUTED.has(answer))) return blocked('namespace-net', ...evidence);
  return unknown('the answers do not tell whether there is a route', ...evidence);
}

/** No route, one that says so, no such family, no address to send from. */
const UNROUTED = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETDOWN']);

/** Connecting a datagram socket looks a route up and sends nothing (ip4_datagram_connect(), net/ipv4/datagram.c). */
async function routeTo(stage: Stage, address: readonly number[]): Promise<{ answer: string; evidence: string }> {
  const wide = address.length === 16;
  const port = raw(bigEndian(DISCARD, 2));
  const fields = wide
    ? [u16(AF_INET6), port, u32(0), raw(Uint8Array.from(address)), u32(0)]
    : [u16(AF_INET), port, raw(Uint8Array.from(address)), raw(new Uint8Array(8))];
  const to = struct(fields);
  const [socket, connect] = await stage.sandbox
    .guarded(['looks', 'connects', 'makes-objects'])
    .batch([
      call('socket', wide ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
      call('connect', resultOf(0), to, to.bytes.length),
      call('close', resultOf(0)),
    ]);
  const answer = socket?.errno ?? connect?.errno ?? 'ok';
  const text = wide ? '2001:db8::1' : address.join('.');
  return { answer, evidence: `connect of a datagram socket to ${text}: ${answer}` };
}

/** Any route by an interface that leads out of the namespace. */
async function reachesLink({ sandbox, host, pid }: Stage): Promise<Observation> {
  const folder = pid === undefined ? '/proc/self/net' : `/proc/${pid}/net`;
  const session = (pid === undefined ? sandbox : host).guarded(['looks']);
  const [four, six] = [await readText(session, `${folder}/route`), await readText(session, `${folder}/ipv6_route`)];
  if (!('text' in four)) return unknown(`${folder}/route: ${four.errno}`);
  const names = [
    ...four.text
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(/\s+/)[0] || []),
    ...('text' in six ? six.text.split('\n').flatMap((line) => line.trim().split(/\s+/)[9] ?? []) : []),
  ].filter((name) => name !== 'lo');
  const evidence = `${folder}/route: ${names.length === 0 ? 'no interface but lo' : [...new Set(names)].join(', ')}`;
  return names.length === 0 ? blocked('namespace-net', evidence) : open(evidence);
}
