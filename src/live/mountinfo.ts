/** One line of /proc/PID/mountinfo (fs/proc_namespace.c, show_mountinfo()), with paths as the process sees them. */
export interface MountEntry {
  readonly id: number;
  readonly parent: number;
  /** `MAJOR:MINOR` of the file system's instance. */
  readonly device: string;
  /** The part of the file system that is mounted. */
  readonly root: string;
  readonly point: string;
  readonly options: readonly string[];
  /** Number of its peer group. */
  readonly shared?: number;
  /** Number of the peer group that it receives from. */
  readonly master?: number;
  readonly unbindable: boolean;
  readonly type: string;
  readonly source: string;
  /** Of the file system as a whole. */
  readonly superOptions: readonly string[];
}

export function parseMountinfo(text: string): readonly MountEntry[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): MountEntry | undefined {
  const words = line.split(' ');
  const dash = words.indexOf('-', 6);
  const [id, parent, device, root, point, options] = words;
  const [type, source, superOptions] = words.slice(dash + 1);
  if (dash < 0 || options === undefined || type === undefined || !/^\d+$/.test(id ?? '')) return undefined;
  const tags = words.slice(6, dash);
  return {
    id: Number(id),
    parent: Number(parent),
    device: device ?? '',
    root: unescaped(root ?? ''),
    point: unescaped(point ?? ''),
    options: options.split(','),
    ...numbered('shared', tags),
    ...numbered('master', tags),
    unbindable: tags.includes('unbindable'),
    type: unescaped(type),
    source: unescaped(source ?? ''),
    superOptions: (superOptions ?? '').split(','),
  };
}

function numbered<K extends 'shared' | 'master'>(key: K, tags: readonly string[]): { readonly [P in K]?: number } {
  const tag = tags.find((word) => word.startsWith(`${key}:`));
  return tag === undefined ? {} : ({ [key]: Number(tag.slice(key.length + 1)) } as { readonly [P in K]?: number });
}

/** mangle(), fs/proc_namespace.c: space, tab, newline, backslash (and `#`) as three octal digits. */
function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)))
    : text;
}

/** Mounts that a path can lead to: those that another mount covers, and what hangs below them, are left out. */
export function visibleMounts(mounts: readonly MountEntry[]): readonly MountEntry[] {
  const ids = new Set(mounts.map((mount) => mount.id));
  const children = groupByParent(mounts);
  const visible = new Set<MountEntry>();
  const visit = (mount: MountEntry): void => {
    if (visible.has(mount)) return;
    visible.add(mount);
    for (const child of children.get(mount.id) ?? []) {
      const siblings = children.get(mount.id) ?? [];
      if (
        child.point !== mount.point &&
        !siblings.some((other) => isBelow(child.point, other.point) && other.point !== mount.point)
      )
        visit(topOf(child));
    }
  };
  /** What was mounted last on the same point. A table that leads in circles ends at the first mount seen twice. */
  const topOf = (mount: MountEntry): MountEntry => {
    const seen = new Set<MountEntry>();
    let top = mount;
    while (!seen.has(top)) {
      seen.add(top);
      top = (children.get(top.id) ?? []).findLast((child) => child.point === mount.point && !seen.has(child)) ?? top;
    }
    return top;
  };
  for (const mount of mounts) if (!ids.has(mount.parent) || mount.parent === mount.id) visit(topOf(mount));
  return mounts.filter((mount) => visible.has(mount));
}

function groupByParent(mounts: readonly MountEntry[]): Map<number, MountEntry[]> {
  const groups = new Map<number, MountEntry[]>();
  for (const mount of mounts) {
    const siblings = groups.get(mount.parent) ?? [];
    siblings.push(mount);
    groups.set(mount.parent, siblings);
  }
  return groups;
}

/** Strictly below. */
export function isBelow(path: string, ancestor: string): boolean {
  return path !== ancestor && path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}

export function isReadonly(mount: MountEntry): boolean {
  return mount.options.includes('ro') || mount.superOptions.includes('ro');
}
