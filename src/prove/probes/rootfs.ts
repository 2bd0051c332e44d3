import { isReadonly, visibleMounts } from '../../live/mountinfo.ts';
import type { Observation, Stage } from '../observation.ts';
import { mayAccess, W_OK } from './file-calls.ts';
import { mountsOf } from './handed-in.ts';
import { madeWritable } from './mounted.ts';
import { open } from './told.ts';

/** mnt_want_write(), fs/namespace.c: whoever the process is, the mount's flag decides whether the file system takes writes. */
export async function observeRootfs(stage: Stage): Promise<Observation> {
  const { all } = await mountsOf(stage);
  const root = visibleMounts(all).find(({ point }) => point === '/');
  const access = await stage.sandbox.guarded(['looks']).call(mayAccess('/', W_OK));
  const shown = root === undefined ? `${access}` : `/ is mounted ${isReadonly(root) ? 'read-only' : 'writable'}`;
  const readonly = root === undefined ? access.errno === 'EROFS' : isReadonly(root);
  return readonly ? madeWritable(stage, '/', shown) : open(shown);
}
