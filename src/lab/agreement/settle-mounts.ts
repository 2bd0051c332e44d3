import { EXISTING_FOLDERS } from './choices.data.ts';
import { type Draft, type DraftMount, isBind, isMapped } from './draft.ts';
import type { Here } from './here.ts';

/** The mounts of a draft as they can be made, none of which makes a file or folder of the host. */
export function settledMounts(draft: Draft, here: Here): readonly DraftMount[] {
  const possible = draft.mounts
    .flatMap((mount) => possibleMount(mount, draft, here))
    .map((mount) => ({ ...mount, options: optionsOf(mount, draft, here) }));
  const kept: DraftMount[] = [];
  for (const mount of possible) if (hasPlace(mount, kept, draft, here)) kept.push(mount);
  return kept;
}

/**
 * A user namespace mounts only what its own namespaces are shown by (fs/proc/root.c, fs/sysfs/mount.c, ipc/mqueue.c: ns_capable of the
 * owner): otherwise the host's own is bound, as engines do.
 */
const SHOWN_BY: Readonly<Record<string, { readonly namespace: string; readonly instead?: string }>> = {
  proc: { namespace: 'pid', instead: '/proc' },
  sysfs: { namespace: 'network', instead: '/sys' },
  mqueue: { namespace: 'ipc' },
  cgroup: { namespace: 'cgroup' },
};

function possibleMount(mount: DraftMount, { namespaces }: Draft, here: Here): readonly DraftMount[] {
  if (isBind(mount)) return here.paths.includes(mount.source) ? [mount] : [];
  const shown = SHOWN_BY[mount.type];
  if (shown === undefined || !namespaces.includes('user') || namespaces.includes(shown.namespace)) return [mount];
  if (shown.instead === undefined) return [];
  return [{ ...mount, type: 'bind', source: shown.instead, options: ['rbind', ...mount.options] }];
}

function optionsOf(mount: DraftMount, { namespaces, maps }: Draft, here: Here): readonly string[] {
  return mount.options.flatMap((option) => {
    // fs/namespace.c `has_locked_children`: what is mounted below a path comes along, or nothing does.
    if (option === 'bind' && namespaces.includes('user')) return ['rbind'];
    if (/^r?shared$/.test(option) && here.sharesMounts) return ['rslave'];
    const [, id] = /^[ug]id=(\d+)$/.exec(option) ?? [];
    return id !== undefined && !isMapped(maps.gid, Number(id)) ? [] : [option];
  });
}

/** The mount point is there, or can be made in what is the container's own. */
function hasPlace({ destination }: DraftMount, before: readonly DraftMount[], { maps }: Draft, here: Here): boolean {
  const above = before.filter((mount) => destination.startsWith(`${mount.destination}/`));
  const nearest = above.reduce<DraftMount | undefined>(
    (best, mount) => (best === undefined || mount.destination.length >= best.destination.length ? mount : best),
    undefined,
  );
  if (nearest !== undefined && nearest.type !== 'tmpfs') {
    // In the host's files nothing is made; what the kernel shows has its own folders.
    return nearest.type === 'sysfs' || here.paths.includes(destination);
  }
  if (nearest !== undefined) return above.every((mount) => !isBind(mount));
  const root = maps.uid.find(({ containerID }) => containerID === 0);
  const owns = maps.uid.length === 0 || root?.hostID === 0;
  return owns || EXISTING_FOLDERS.includes(destination) || /^\/tmp\/[^/]+$/.test(destination);
}
