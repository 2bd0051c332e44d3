import type { Session } from '../../agent/index.ts';
import type { Stage } from '../observation.ts';
import { type FileState, listAll, statAll } from './file-calls.ts';
import { mountsOf } from './handed-in.ts';
import { perHost, perStage } from './per-stage.ts';

/** A node of a device that a path leads to. */
export interface Node {
  readonly path: string;
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
}

/** Deeper than udev makes any (/dev/disk/by-id, /dev/bus/usb/001). */
const DEEPEST = 4;
const MOST = 4096;

/** The nodes of the host's /dev. */
export const hostNodesOf = perHost(({ host }) => nodesBelow(host.guarded(['looks']), ['/dev']));

/** The nodes in the sandbox: in its /dev, wherever a /dev of the host is mounted, and single ones mounted elsewhere. */
export const nodesOf = perStage(async (stage: Stage): Promise<readonly Node[]> => {
  const { all } = await mountsOf(stage);
  const devices = all.filter(({ type, point }) => type === 'devtmpfs' && !/^\/dev(\/|$)/.test(point));
  return nodesBelow(stage.sandbox.guarded(['looks']), ['/dev', ...devices.map(({ point }) => point)]);
});

async function nodesBelow(session: Session, roots: readonly string[]): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  let paths: readonly string[] = roots;
  for (let depth = 0; depth <= DEEPEST && paths.length > 0 && nodes.length < MOST; depth++) {
    const states = await statAll(session, paths);
    const folders: string[] = [];
    for (const [path, state] of states) {
      if (state.kind === 'folder' && !/\/(pts|shm|mqueue|fd)$/.test(path)) folders.push(path);
      else if (state.kind === 'block' || state.kind === 'character') nodes.push(nodeAt(path, state));
    }
    const below = await listAll(session, folders);
    paths = below.filter((path) => !/\/fd$|\/std(in|out|err)$/.test(path));
  }
  return nodes;
}

const nodeAt = (path: string, { kind, major, minor }: FileState): Node => ({
  path,
  type: kind === 'block' ? 'b' : 'c',
  major,
  minor,
});
