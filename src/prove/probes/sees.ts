import type { CallResult, Session } from '../../agent/index.ts';
import { call, resultOf } from '../../kernel/index.ts';
import type { Propagation } from '../../posture/index.ts';
import type { HostPaths, SeesProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import {
  AT_FDCWD,
  fileState,
  fileSystemOf,
  isReadonlyMount,
  mayAccess,
  O,
  R_OK,
  sameFile,
  statfsOf,
  statx,
  W_OK,
} from './file-calls.ts';
import { KERNEL_FILE_SYSTEMS } from './file-systems.data.ts';
import { type HandedIn, mountsOf, placeIn } from './handed-in.ts';
import { identityOf } from './identity.ts';
import { clearReadonly, inOwnMounts, NOT_TRIED } from './own-mounts.ts';
import { keptOutByMode, refusedWith } from './refusal.ts';
import { blocked, open, unknown } from './told.ts';

/** A place in the sandbox that shows a path of the host. */
export interface Place {
  readonly through: HandedIn;
  readonly inside: string;
  readonly outside: string;
}

/** Every place that is meant, by the mount table. */
export async function placesOf(stage: Stage, { covers, parts = false, source }: HostPaths): Promise<readonly Place[]> {
  const { handedIn } = await mountsOf(stage);
  const pattern = source === undefined ? undefined : new RegExp(source);
  return handedIn.flatMap((through): Place[] => {
    const places = (covers ?? []).flatMap((path): Place[] => {
      const inside = placeIn(through, path, parts);
      if (inside === undefined) return [];
      return [{ through, inside, outside: inside === through.point ? through.source : path }];
    });
    const whole = pattern?.test(through.source) ? [{ through, inside: through.point, outside: through.source }] : [];
    return [...places, ...whole];
  });
}

export async function observeSees(probe: SeesProbe, stage: Stage): Promise<Observation> {
  const { from, all, handedIn } = await mountsOf(stage);
  if (from === undefined) return unknown('the mounts of the sandbox are seen neither from outside nor from inside');
  const places = (await placesOf(stage, probe)).filter(
    ({ through }) => probe.propagation === undefined || isWished(probe, through.mount.propagation),
  );
  if (places.length === 0 && handedIn.some(({ asked }) => asked !== undefined && isWished(probe, asked))) {
    return unknown("the host's own mount of the path is not shared: nothing comes or goes on this machine");
  }
  if (places.length === 0) {
    return blocked('mount', `${from}: ${all.length} mounts, ${handedIn.length} of them of the host, none of these`);
  }
  const seen: Observation[] = [];
  for (const place of places) {
    const observation = await observePlace(probe, stage, place);
    if (observation.verdict === 'open') return observation;
    seen.push(observation);
  }
  const best = seen.find(({ verdict }) => verdict === 'unknown') ?? seen[0];
  return { ...(best ?? blocked('mount')), evidence: seen.flatMap(({ evidence }) => evidence).slice(0, MOST_LINES) };
}

const MOST_LINES = 8;

/** What is shared receives, too. */
const isWished = ({ propagation }: SeesProbe, has: Propagation | undefined): boolean =>
  propagation !== undefined && (has === propagation || (propagation === 'slave' && has === 'shared'));

async function observePlace(probe: SeesProbe, stage: Stage, place: Place): Promise<Observation> {
  const shown = `${place.through.point} shows ${place.through.source} of the host`;
  const there = await nearest(stage, place);
  if (there === undefined) return blocked('mount', shown, `${place.inside} is covered by another mount`);
  const other = await otherFileSystem(probe, stage, there.inside);
  if (other !== undefined) return blocked('mount', shown, ...there.evidence, other);
  const access = await accessTo(probe, stage, place, there.inside);
  const evidence = [shown, ...there.evidence, ...access.evidence];
  if (access.errno === NOT_TRIED) return unknown(NOT_TRIED, ...evidence);
  // The way in may lead on to its own, by a mount or a mode that is not looked for.
  const below = access.errno === 'EACCES' && probe.as === 'owner' && there.owner === 0;
  if (access.errno !== undefined && !below) {
    return refusedWith(access.errno, stage, ...evidence);
  }
  const owner = await ownership(probe, stage, there.owner);
  return { ...owner, evidence: [...evidence, ...owner.evidence] };
}

/** Says so, where what is there is not on one of the file systems that are meant: the host has none mounted. */
async function otherFileSystem({ fileSystems }: SeesProbe, stage: Stage, inside: string): Promise<string | undefined> {
  if (fileSystems === undefined) return undefined;
  const type = await typeOf(stage.sandbox.guarded(['looks']), inside);
  // systemd.automount(5): what it mounts when somebody looks.
  const meant = [...fileSystems, 'autofs'].map((name) => KERNEL_FILE_SYSTEMS[name]);
  if (type === undefined || meant.includes(type)) return undefined;
  return `${inside} is on a file system of type 0x${type.toString(16)}: no ${fileSystems.join(' or ')}`;
}

async function typeOf(session: Session, path: string): Promise<number | undefined> {
  const found = await statfsAt(session, path);
  return found === undefined ? undefined : fileSystemOf(found);
}

/** By an open for nothing but the path, which no mode refuses. */
async function statfsAt(session: Session, path: string): Promise<CallResult | undefined> {
  const [, statfs] = await session.batch([
    call('openat', AT_FDCWD, path, O.PATH | O.CLOEXEC),
    statfsOf(resultOf(0)),
    call('close', resultOf(0)),
  ]);
  return statfs?.ok ? statfs : undefined;
}

interface There {
  readonly inside: string;
  readonly owner: number | undefined;
  readonly evidence: readonly string[];
}

/** The path itself, or the nearest folder above it that is there; undefined where something else lies over it. */
async function nearest(stage: Stage, place: Place): Promise<There | undefined> {
  const { point } = place.through;
  const steps = [place.inside];
  for (let at = place.inside; at !== point && at.length > point.length; ) {
    at = at.slice(0, Math.max(1, at.lastIndexOf('/')));
    steps.push(at);
  }
  const outsides = steps.map((step) => hostSideOf(place, step));
  const inside = await stage.sandbox.guarded(['looks']).batch(steps.map((step) => statx(step)));
  const outside = await stage.host.guarded(['looks']).batch(outsides.map((step) => statx(step)));
  for (const [i, step] of steps.entries()) {
    const [own, hosts] = [stateIn(inside[i]), stateIn(outside[i])];
    if (own === undefined && hosts !== undefined) continue;
    if (own === undefined) continue;
    // A path that this machine lacks is made of something else.
    if (!place.through.standIn && hosts !== undefined && !sameFile(own, hosts)) return undefined;
    const absent = i > 0 ? [`this machine has no ${place.outside}; ${step} would hold it`] : [];
    const same = sameFile(own, hosts) ? [`${step}: same device and inode as ${outsides[i]} of the host`] : [];
    const empty = place.through.standIn ? [`something empty stands in for ${place.through.source}`] : [];
    // As the host has it: ids that are not mapped inside all look like one (overflowuid).
    return { inside: step, owner: hosts?.uid, evidence: [...absent, ...same, ...empty] };
  }
  return { inside: place.inside, owner: undefined, evidence: [] };
}

const stateIn = (result: CallResult | undefined) => (result === undefined ? undefined : fileState(result));

function hostSideOf({ through: { point, source } }: Place, step: string): string {
  const rest = point === '/' ? step : step.slice(point.length);
  return `${source === '/' ? '' : source}${rest === '/' ? '' : rest}` || '/';
}

/** Asked as inode_permission() and mnt_want_write() decide; of a read-only mount also after its flag was taken away. */
async function accessTo(probe: SeesProbe, stage: Stage, { through }: Place, inside: string) {
  const mode = probe.writable ? W_OK : R_OK;
  const direct = await stage.sandbox.guarded(['looks']).call(mayAccess(inside, mode));
  const folder = direct.errno === 'EACCES' && probe.as === 'root' ? await kernelFolder(stage, inside) : undefined;
  if (folder === 'writable') return { errno: undefined, evidence: [`${direct}`, FOLDER] };
  if (direct.errno !== 'EROFS' && folder === undefined) return { errno: direct.errno, evidence: [`${direct}`] };
  const again = await inOwnMounts(stage, async (child) => {
    const remount = await clearReadonly(child, through.point);
    return { remount, access: await child.call(mayAccess(inside, mode)) };
  });
  if (again.kind === 'refused') {
    return { errno: again.untried ? NOT_TRIED : 'EROFS', evidence: [`${direct}`, again.evidence] };
  }
  const { remount, access } = again.value;
  const evidence = [`${direct}`, `${remount}`, `${access}`];
  // The flag is gone, and the mode of a folder of the kernel's says nothing of its files.
  if (folder !== undefined && remount.ok && access.errno === 'EACCES')
    return { errno: undefined, evidence: [...evidence, FOLDER] };
  return { errno: access.errno, evidence };
}

const FOLDER = 'a folder of the kernel, in which nobody makes files; its files have modes of their own';

/**
 * Nobody makes files in folders of procfs and sysfs: their modes refuse root, too, where it does not override them, and in /proc/sys in
 * any case (proc_sys_permission(), fs/proc/proc_sysctl.c). What the mount says of all files of it, counts.
 */
async function kernelFolder(stage: Stage, inside: string): Promise<'writable' | 'read-only' | undefined> {
  const session = stage.sandbox.guarded(['looks']);
  const state = fileState(await session.call(statx(inside)));
  const statfs = await statfsAt(session, inside);
  if (state?.kind !== 'folder' || statfs === undefined) return undefined;
  const type = fileSystemOf(statfs);
  if (type !== KERNEL_FILE_SYSTEMS.proc && type !== KERNEL_FILE_SYSTEMS.sysfs) return undefined;
  return isReadonlyMount(statfs) ? 'read-only' : 'writable';
}

/** Whose files of mode 0600 are its own. */
async function ownership({ as }: SeesProbe, stage: Stage, owner: number | undefined): Promise<Observation> {
  if (as === undefined) return open();
  const identity = await identityOf(stage);
  const { uid, hostUid } = identity;
  if (hostUid === undefined) return unknown('which user of the host it is, is not told');
  if (hostUid === 0) return open('it is uid 0 to the files of the host');
  if (as === 'owner' && hostUid === owner) return open(`it is uid ${hostUid}, who owns it`);
  if (as === 'owner' && owner === undefined) return unknown('who owns it on the host is not told');
  // What lies further down may be its own.
  if (as === 'owner' && owner === 0) return unknown(`whether uid ${hostUid} has a home below is not looked for`);
  const outside = `it is uid ${hostUid} to the files of the host`;
  return uid === 0 ? blocked('namespace-user', outside) : keptOutByMode(stage, outside);
}
