import { isReadonly, visibleMounts } from '../../live/mountinfo.ts';
import type { MountedProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { mayAccess, W_OK } from './file-calls.ts';
import { mountsOf } from './handed-in.ts';
import { clearReadonly, inOwnMounts, NOT_TRIED } from './own-mounts.ts';
import { refusedWith } from './refusal.ts';
import { blocked, open, unknown } from './told.ts';

export async function observeMounted({ types, at, writable }: MountedProbe, stage: Stage): Promise<Observation> {
  const { from, all } = await mountsOf(stage);
  if (from === undefined) return unknown('the mounts of the sandbox are seen neither from outside nor from inside');
  const place = at === undefined ? undefined : new RegExp(at);
  const found = visibleMounts(all).filter(({ type, point }) => types.includes(type) && place?.test(point) !== false);
  if (found.length === 0) return blocked('mount', `${from}: ${all.length} mounts, none of type ${types.join(' or ')}`);
  const [first] = found;
  const shown = `${first?.type} is mounted at ${first?.point}`;
  if (!writable) return open(shown);
  const free = found.find((mount) => !isReadonly(mount));
  if (free !== undefined) return open(`${free.type} is mounted at ${free.point}, writable`);
  return madeWritable(stage, first?.point ?? '/', shown);
}

/** Takes the read-only flag of a mount away, in a copy of the mount namespace, and asks again. */
export async function madeWritable(stage: Stage, point: string, shown: string): Promise<Observation> {
  const again = await inOwnMounts(stage, async (child) => ({
    remount: await clearReadonly(child, point),
    access: await child.call(mayAccess(point, W_OK)),
  }));
  if (again.kind === 'refused') {
    const evidence = [shown, 'read-only', again.evidence];
    return again.untried ? unknown(NOT_TRIED, ...evidence) : blocked('mount', ...evidence);
  }
  const { remount, access } = again.value;
  const evidence = [shown, `${remount}`, `${access}`];
  return access.ok ? open(...evidence) : refusedWith(access.errno ?? '', stage, ...evidence);
}
