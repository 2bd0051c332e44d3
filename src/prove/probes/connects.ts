import { call, raw, resultOf, struct, u16 } from '../../kernel/index.ts';
import type { ConnectsProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { fileState, listAll, mayAccess, statAll, statx, W_OK } from './file-calls.ts';
import { mountsOf, placeIn } from './handed-in.ts';
import { identityOf } from './identity.ts';
import { refusedWith } from './refusal.ts';
import { type Place, placesOf } from './sees.ts';
import { blocked, open, unknown } from './told.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;

export async function observeConnects(probe: ConnectsProbe, stage: Stage): Promise<Observation> {
  const { from, all, handedIn } = await mountsOf(stage);
  if (from === undefined) return unknown('the mounts of the sandbox are seen neither from outside nor from inside');
  const places = await placesOf(stage, probe);
  if (places.length === 0) {
    return blocked('mount', `${from}: ${all.length} mounts, ${handedIn.length} of them of the host, none of these`);
  }
  const seen: Observation[] = [];
  for (const place of places) {
    const observation = await observeSocket(probe, stage, place);
    if (observation.verdict === 'open') return observation;
    seen.push(observation);
  }
  const evidence = seen.flatMap((one) => one.evidence).slice(0, MOST_LINES);
  const best = seen.find(({ verdict }) => verdict === 'blocked') ?? seen[0];
  const undecided = seen.find(({ verdict }) => verdict === 'unknown');
  return { ...(undecided ?? best ?? blocked('mount')), evidence };
}

const MOST_LINES = 8;

async function observeSocket(probe: ConnectsProbe, stage: Stage, place: Place): Promise<Observation> {
  const shown = `${place.through.point} shows ${place.through.source} of the host`;
  const looking = stage.sandbox.guarded(['looks']);
  const state = fileState(await looking.call(statx(place.inside)));
  if (state === undefined) return unknown(`this machine has no ${place.outside}`, shown);
  if (place.through.standIn) return standIn(stage, place, shown);
  if (state.kind === 'socket') return connectTo(stage, place.inside, shown);
  if (state.kind !== 'folder') return blocked('mount', shown, `${place.inside} is no socket`);
  const sockets = await socketsIn(probe, stage, place);
  if (sockets.length === 0) return unknown(`no such socket is in ${place.outside} of this machine now`, shown);
  const seen: Observation[] = [];
  for (const path of sockets.slice(0, MOST_SOCKETS)) {
    const observation = await connectTo(stage, path, shown);
    if (observation.verdict === 'open') return observation;
    seen.push(observation);
  }
  return { ...(seen[0] ?? blocked('mount')), evidence: seen.flatMap(({ evidence }) => evidence) };
}

/** Whoever is root to the host passes any mode; of others the mode of what it stands in for decides, and that is not known. */
async function standIn(stage: Stage, { inside, through }: Place, shown: string): Promise<Observation> {
  const access = await stage.sandbox.guarded(['looks']).call(mayAccess(inside, W_OK));
  const evidence = [shown, `something stands in for ${through.source}`, `${access}`];
  const { hostUid } = await identityOf(stage);
  if (hostUid !== 0) return unknown(`the mode of ${through.source} is not known: this machine has none`, ...evidence);
  if (access.ok || access.errno === 'EROFS') return open(...evidence);
  return refusedWith(access.errno ?? '', stage, ...evidence);
}

const DEEPEST = 3;
const MOST_FOLDERS = 32;
const MOST_SOCKETS = 4;

/** In the mount itself where it is one of these folders or lies in one, else in those of them that it shows. */
async function socketsIn(
  { sockets }: ConnectsProbe,
  stage: Stage,
  { through, inside }: Place,
): Promise<readonly string[]> {
  const { below, named } = sockets ?? { below: [], named: '.' };
  const shown = below.flatMap((folder) => placeIn(through, folder, true) ?? []);
  const paths: string[] = [];
  for (const folder of shown.length > 0 ? shown : [inside]) paths.push(...(await socketsBelow(stage, folder, named)));
  return paths;
}

async function socketsBelow(stage: Stage, folder: string, named: string): Promise<readonly string[]> {
  const looking = stage.sandbox.guarded(['looks']);
  const wanted = new RegExp(named);
  let folders = [folder];
  for (let depth = 0; depth < DEEPEST && folders.length > 0; depth++) {
    const paths = await listAll(looking, folders.slice(0, MOST_FOLDERS));
    const states = [...(await statAll(looking, paths))];
    const sockets = states.filter(([path, { kind }]) => kind === 'socket' && wanted.test(path));
    if (sockets.length > 0) return sockets.map(([path]) => path);
    folders = states.filter(([, { kind }]) => kind === 'folder').map(([path]) => path);
  }
  return [];
}

/**
 * unix_find_bsd(), net/unix/af_unix.c: write permission on the inode comes first, then whether somebody listens (ECONNREFUSED), then
 * the type (EPROTOTYPE). So a datagram socket is answered as the right one would be, and wakes nobody: no service is started by its
 * socket, none is left with half a connection. Where datagrams are right it has a peer, and sends it nothing.
 */
async function connectTo(stage: Stage, path: string, shown: string): Promise<Observation> {
  const address = struct([u16(AF_UNIX), raw(Buffer.from(`${path}\0`))]);
  const [, connect] = await stage.sandbox
    .guarded(['looks', 'connects'])
    .batch([
      call('socket', AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
      call('connect', resultOf(0), address, address.bytes.length),
      call('close', resultOf(0)),
    ]);
  const answer = connect?.errno ?? 'ok';
  const evidence = [shown, `connect to ${path} = ${answer}`];
  if (answer === 'ok' || answer === 'EPROTOTYPE') return open(...evidence);
  if (answer === 'ECONNREFUSED') return open(...evidence, 'its mode lets in; nobody listens now');
  return refusedWith(answer, stage, ...evidence);
}
