import type { Mount } from './keys.ts';
import type { OciValue, Taking } from './oci-export.ts';
import { Unknown } from './posture.ts';

/** What the kernel makes of itself; everything else is put in place by an engine, which alone knows from where. */
const KERNEL_TYPES: ReadonlySet<string> = new Set([
  'binfmt_misc',
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'devtmpfs',
  'fusectl',
  'hugetlbfs',
  'mqueue',
  'overlay',
  'proc',
  'ramfs',
  'securityfs',
  'sysfs',
  'tmpfs',
  'tracefs',
]);

/** `mounts`: a parent before what lies in it, else in the order in which they were stated. */
export function mountsSection(taking: Taking): readonly OciValue[] {
  const stated = taking.members<Mount | 'none'>('mount.');
  const sorted = [...stated].sort(([a], [b]) => depth(a) - depth(b));
  return sorted.flatMap(([destination, mount]) => {
    const reason = mount === 'none' ? undefined : obstacle(mount);
    if (reason !== undefined) taking.note(`mount.${destination}`, reason);
    return mount === 'none' || reason !== undefined ? [] : [entry(taking, destination, mount)];
  });
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}

function obstacle(mount: Mount): string | undefined {
  if (mount.type !== 'bind') {
    return KERNEL_TYPES.has(mount.type) ? undefined : `where the engine keeps this ${mount.type} is not known`;
  }
  if (mount.source === undefined) return 'the path on the host is not known';
  return mount.source.startsWith('~') ? `\`${mount.source}\` depends on who starts it` : undefined;
}

function entry(taking: Taking, destination: string, mount: Mount): OciValue {
  const source = mount.type === 'bind' ? mount.source : (mount.source ?? mount.type);
  if (source?.startsWith('.'))
    taking.note(`mount.${destination}`, `\`${source}\` is read from the folder of the bundle`);
  return { destination, type: mount.type, source, options: options(taking, destination, mount) };
}

function options(taking: Taking, destination: string, mount: Mount): readonly string[] {
  const flags: readonly (readonly [string, boolean | undefined])[] = [
    [mount.submounts === false ? 'bind' : 'rbind', mount.type === 'bind'],
    [isRecursive(taking, destination, mount) ? 'rro' : 'ro', mount.readonly],
    ['rw', mount.type === 'bind' && !mount.readonly],
    ['nosuid', mount.nosuid],
    ['nodev', mount.nodev],
    ['noexec', mount.noexec],
  ];
  const set = flags.filter(([, on]) => on === true).map(([option]) => option);
  return [...set, ...(mount.propagation ? [`r${mount.propagation}`] : []), ...data(taking, destination, mount)];
}

/** Read-only for what is mounted below, too: as stated, or as the engine does where nothing is said. */
function isRecursive(taking: Taking, destination: string, mount: Mount): boolean {
  if (mount.recursiveReadonly !== undefined || !mount.readonly || mount.type !== 'bind') {
    return mount.recursiveReadonly === true;
  }
  const engine = taking.posture.get('engine.recursive-readonly')?.value;
  if (engine instanceof Unknown) taking.note(`mount.${destination}`, engine.why);
  return engine === true;
}

/** Options of the file systems themselves: runtime-spec config-linux.md, Default Filesystems, as runc's example has them. */
function data(taking: Taking, destination: string, mount: Mount): readonly string[] {
  if (mount.type === 'devpts') return ['newinstance', 'ptmxmode=0666', 'mode=0620', ...terminalGroup(taking)];
  if (mount.type !== 'tmpfs') return [];
  const limit = destination === '/dev/shm' ? taking.posture.known('limit.shm') : undefined;
  const size = mount.size ?? (typeof limit === 'number' ? limit : undefined);
  const mode = destination === '/dev' ? ['mode=755'] : destination === '/dev/shm' ? ['mode=1777'] : [];
  return [...mode, ...(size === undefined ? [] : [`size=${size}`])];
}

/** Group 5, `tty` of most distributions; mounting fails where it is not in the user namespace's map. */
function terminalGroup(taking: Taking): readonly string[] {
  const { posture } = taking;
  if (posture.get('namespace.user')?.value === 'host') return ['gid=5'];
  const map = posture.known('user-namespace.gid-map') ?? [];
  return map.some(({ inside, size }) => inside <= 5 && inside + size > 5) ? ['gid=5'] : [];
}
