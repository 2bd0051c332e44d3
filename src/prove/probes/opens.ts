import type { CallResult, Session } from '../../agent/index.ts';
import { type Arg, type Call, call, out, resultOf } from '../../kernel/index.ts';
import type { OpensProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { AT_FDCWD, fileSystemOf, isReadonlyMount, O, QUIETLY, statfsOf, statx } from './file-calls.ts';
import { KERNEL_FILE_SYSTEMS } from './file-systems.data.ts';
import { type HandedIn, mountsOf, placeIn } from './handed-in.ts';
import { identityOf } from './identity.ts';
import { isAlike } from './likeness.ts';
import { clearReadonly, inOwnMounts, MNT_DETACH, MOUNT_ATTR_RDONLY, MS, NOT_TRIED, setattr } from './own-mounts.ts';
import { perStage } from './per-stage.ts';
import { refusedWith } from './refusal.ts';
import { blocked, open, unknown } from './told.ts';

/** What lies at a path of /proc or /sys and is on another one is a mask: /dev/null, an empty tmpfs, an imitation. */
const OF_THE_KERNEL = new Set(Object.values(KERNEL_FILE_SYSTEMS));

/** What came of one attempt to open. */
interface Look {
  /** `masked`: something is there, and it is not the kernel's. */
  readonly outcome: 'opened' | 'masked' | string;
  readonly evidence: string;
  readonly content: Buffer | undefined;
}

/** A path of the kernel's files, or of any other, in each state that the process can reach. */
export async function observeOpens(probe: OpensProbe, stage: Stage): Promise<Observation> {
  const direct = await lookAt(stage.sandbox.guarded(EFFECTS), AT_FDCWD, probe.path, probe);
  if (direct.outcome === 'opened') return opened(probe, stage, [direct]);
  const looks = [direct];
  if (direct.outcome === 'ENOENT' && !(await isOnHost(stage, probe.path))) {
    return unknown(`this machine has no ${probe.path}`, direct.evidence);
  }
  for await (const further of otherStates(probe, stage, direct)) {
    looks.push(...further);
    if (further.some(({ outcome }) => outcome === 'opened')) return opened(probe, stage, looks);
  }
  return refused(direct, looks, stage);
}

const EFFECTS = ['looks', 'opens-for-writing'] as const;

async function refused(direct: Look, looks: readonly Look[], stage: Stage): Promise<Observation> {
  const evidence = looks.map((look) => look.evidence);
  if (looks.some(({ outcome }) => outcome === UNTRIED)) return unknown(NOT_TRIED, ...evidence);
  if (direct.outcome === 'masked') return blocked('mount', ...evidence);
  return refusedWith(direct.outcome, stage, ...evidence);
}

/** What is read must be what the host reads, where the probe asks for it. */
async function opened(probe: OpensProbe, stage: Stage, looks: readonly Look[]): Promise<Observation> {
  const evidence = looks.map((look) => look.evidence);
  if (probe.alike === undefined) return open(...evidence);
  const own = looks.findLast(({ outcome }) => outcome === 'opened')?.content;
  const hosts = await lookAt(stage.host.guarded(EFFECTS), AT_FDCWD, probe.path, probe);
  if (own === undefined || hosts.content === undefined) {
    return unknown(`${probe.path} could not be read on the host, to compare`, ...evidence, `host: ${hosts.evidence}`);
  }
  return isAlike(own, hosts.content, probe.alike)
    ? open(...evidence, `as the host reads it: ${excerpt(hosts.content)}`)
    : unknown(
        'what is read is not what the host reads',
        ...evidence,
        `inside: ${excerpt(own)}`,
        `host: ${excerpt(hosts.content)}`,
      );
}

const excerpt = (content: Buffer): string => JSON.stringify(content.toString('utf8').trimEnd().slice(0, 60));

async function isOnHost({ host }: Stage, path: string): Promise<boolean> {
  return (await host.guarded(['looks']).call(statx(path))).ok;
}

const READ = 4096;

/** Opens relative to a folder's descriptor, tells which file system it is on, reads where content matters, and closes. */
function lookCalls(folder: Arg, path: string, { access, alike }: OpensProbe, before: number): readonly Call[] {
  const flags = (access === 'write' ? O.WRONLY : O.RDONLY) | QUIETLY;
  const file = resultOf(before);
  return [
    call('openat', folder, path, flags),
    statfsOf(file),
    ...(alike === undefined ? [] : [call('read', file, out(READ), READ)]),
    call('close', file),
  ];
}

function lookOf(results: readonly (CallResult | undefined)[], probe: OpensProbe): Look {
  const [openat, fstatfs, read] = results;
  if (openat === undefined || fstatfs === undefined) throw new Error('a batch gives a result for each call');
  const content = probe.alike !== undefined && read?.ok ? read.bytes(1).subarray(0, read.value) : undefined;
  const type = fileSystemOf(fstatfs);
  const masked = openat.ok && isKernels(probe.path) && isMask(type);
  const evidence = `${openat}${masked ? maskText(type) : ''}`;
  return { outcome: masked ? 'masked' : (openat.errno ?? 'opened'), evidence, content };
}

async function lookAt(session: Session, folder: number, path: string, probe: OpensProbe): Promise<Look> {
  const look = lookOf(await session.batch(lookCalls(folder, path, probe, 0)), probe);
  if (look.outcome !== 'EACCES' || !isKernels(probe.path)) return look;
  // A mode is asked before the mount. An open for nothing but the path tells what the file lies on: a mask that nobody may open, or
  // a mount that refuses whoever asks.
  const [, fstatfs] = await session.batch([
    call('openat', folder, path, O.PATH | O.CLOEXEC),
    statfsOf(resultOf(0)),
    call('close', resultOf(0)),
  ]);
  const type = fstatfs === undefined ? undefined : fileSystemOf(fstatfs);
  if (isMask(type)) return { ...look, outcome: 'masked', evidence: `${look.evidence}${maskText(type)}` };
  if (probe.access === 'read' || fstatfs === undefined || !isReadonlyMount(fstatfs)) return look;
  return { ...look, outcome: 'EROFS', evidence: `${look.evidence}, on a mount that is read-only for everybody` };
}

const isKernels = (path: string): boolean => /^\/(?:proc|sys)\//.test(path);
const isMask = (type: number | undefined): type is number => type !== undefined && !OF_THE_KERNEL.has(type);
const maskText = (type: number): string => `, on a file system of type 0x${type.toString(16)}: a mask`;

// --- other states -----------------------------------------------------------------------------------------------------

const UNTRIED = 'untried';

/** What mounts can cure: covers, masks, read-only flags, a file system that is not mounted at all. */
const CURABLE = new Set(['masked', 'EROFS', 'ENOENT', 'ENOTDIR']);

/** What refuses the host's root by mode is a security module, whose rules go by paths: another place is another path. */
async function isCurable({ outcome }: Look, stage: Stage): Promise<boolean> {
  return CURABLE.has(outcome) || (outcome === 'EACCES' && (await identityOf(stage)).hostUid === 0);
}

async function* otherStates(probe: OpensProbe, stage: Stage, direct: Look): AsyncGenerator<readonly Look[]> {
  const place = /^\/(proc|sys)(\/.+)$/.exec(probe.path);
  const { handedIn, all } = await mountsOf(stage);
  for (const mount of handedIn) {
    const path = placeIn(mount, probe.path, false);
    if (path !== undefined && path !== probe.path) yield await throughHandedIn(probe, stage, mount, path);
  }
  if (place === null || !(await isCurable(direct, stage))) return;
  const [, name = '', rest = ''] = place;
  const type = name === 'proc' ? 'proc' : 'sysfs';
  const whole = all.filter((mount) => mount.type === type && mount.root === '/');
  const way: Way = {
    type,
    rest,
    // The last made lie on top.
    covers: all
      .map(({ point }) => point)
      .filter((point) => isCover(point, name, probe.path))
      .reverse(),
    wholes: [...new Set(whole.map(({ point }) => point))],
  };
  for (const point of way.wholes.filter((one) => one !== `/${name}`)) {
    yield [await lookAt(stage.sandbox.guarded(EFFECTS), AT_FDCWD, `${point}${rest}`, probe)];
  }
  yield await detached(probe, stage, way);
  yield await copied(probe, stage, way);
  yield await afterMounting(probe, stage, way);
  yield await afterPivot(probe, stage, way);
  const readonly = whole.length > 0 && whole.every(({ superOptions }) => superOptions.includes('ro'));
  if (probe.access === 'write' && readonly && (await mayRemount(stage, type))) {
    yield [stopped(`${way.wholes.join(', ')} could be remounted as a whole`, true)];
  }
}

/**
 * Whether do_remount(), fs/namespace.c, would change a file system that is read-only as a whole: a sysfs is the first user
 * namespace's, a procfs its PID namespace's. It is not tried: there is no copy of that.
 */
async function mayRemount(stage: Stage, type: Way['type']): Promise<boolean> {
  if (type === 'sysfs' && (await identityOf(stage)).initialUserNamespace !== true) return false;
  const asked = stage.sandbox.guarded(['cannot-succeed']);
  const end = await asked.child((child) => child.call(call('mount', 0, '/', 0, 0, 0)));
  return end.kind === 'returned' && end.value.errno === 'EINVAL';
}

const isCover = (point: string, name: string, path: string): boolean =>
  point.startsWith(`/${name}/`) && (path === point || path.startsWith(`${point}/`));

async function throughHandedIn(
  probe: OpensProbe,
  stage: Stage,
  { point, mount }: HandedIn,
  path: string,
): Promise<readonly Look[]> {
  const look = await lookAt(stage.sandbox.guarded(EFFECTS), AT_FDCWD, path, probe);
  if (look.outcome !== 'EROFS' || !mount.readonly) return [look];
  const again = await inOwnMounts(stage, async (child) => {
    await clearReadonly(child, point);
    return lookAt(child, AT_FDCWD, path, probe);
  });
  return again.kind === 'done' ? [look, again.value] : [look, stopped(again.evidence, again.untried)];
}

/** What lies over a file of the kernel, and where its file system is mounted as a whole. */
interface Way {
  readonly type: 'proc' | 'sysfs';
  readonly rest: string;
  readonly covers: readonly string[];
  readonly wholes: readonly string[];
}

/** A folder to mount over: whatever there is, away from the usual place. */
const FOLDERS = ['/dev', '/tmp', '/usr', '/proc', '/sys'];

/** In a copy of the mount namespace: what covers it taken away, left behind by a bind, made writable; then a file system of its kind anew. */
async function afterMounting(probe: OpensProbe, stage: Stage, way: Way): Promise<readonly Look[]> {
  const changed = await inOwnMounts(stage, async (child): Promise<readonly Look[]> => {
    const looks: Look[] = [];
    const steps = [unmounting, moving, rebinding, remounting];
    for (const step of steps) {
      looks.push(...(await step(child, probe, way)));
      if (looks.some(isOpened)) return looks;
    }
    return [...looks, await anew(child, probe, way)];
  });
  if (changed.kind === 'refused') return [stopped(changed.evidence, changed.untried)];
  if (changed.value.some(isOpened)) return changed.value;
  const attached = changed.value.some(({ outcome }) => outcome === NOT_MOUNTED)
    ? await byNewCalls(probe, stage, way)
    : [];
  if (attached.some(isOpened) || way.type === 'proc') return [...changed.value, ...attached];
  // One sysfs serves a whole network namespace, read-only flag included (sysfs_init_fs_context(), fs/sysfs/mount.c).
  const fresh = await inOwnMounts(stage, (child) => anew(child, probe, way), { network: true });
  return [...changed.value, ...attached, fresh.kind === 'done' ? fresh.value : stopped(fresh.evidence, fresh.untried)];
}

const isOpened = ({ outcome }: Look): boolean => outcome === 'opened';

const after = (what: string, look: Look): Look => ({ ...look, evidence: `after ${what}: ${look.evidence}` });

type Step = (child: Session, probe: OpensProbe, way: Way) => Promise<readonly Look[]>;

const unmounting: Step = async (child, probe, { covers }) => {
  if (covers.length === 0) return [];
  await child.batch(covers.map((point) => call('umount2', point, MNT_DETACH)));
  return [after(`umount2 of ${covers.join(', ')}`, await lookAt(child, AT_FDCWD, probe.path, probe))];
};

/** Folders go on folders, files on files. */
const MOVED_TO = ['/dev', '/tmp', '/usr', '/dev/null', '/proc/uptime'];

const moving: Step = async (child, probe, { covers }) => {
  let isMoved = false;
  for (const cover of covers) {
    for (const place of MOVED_TO) {
      if (place === cover) continue;
      const { ok } = await child.call(call('move_mount', AT_FDCWD, cover, AT_FDCWD, place, 0));
      isMoved ||= ok;
      if (ok) break;
    }
  }
  return isMoved ? [after('move_mount', await lookAt(child, AT_FDCWD, probe.path, probe))] : [];
};

/** A bind without what is mounted below (has_locked_children(), fs/namespace.c). */
const rebinding: Step = async (child, probe, { wholes, rest }) => {
  const [whole] = wholes;
  if (whole === undefined) return [];
  for (const folder of FOLDERS) {
    const bound = await child.call(call('mount', whole, folder, 0, MS.BIND, 0));
    if (bound.errno === 'ENOENT') continue;
    if (!bound.ok) return [stopped(`${bound}`)];
    const look = await lookAt(child, AT_FDCWD, `${folder}${rest}`, probe);
    await child.call(call('umount2', folder, MNT_DETACH));
    return [{ ...look, evidence: `${bound}; ${look.evidence}` }];
  }
  return [];
};

const remounting: Step = async (child, probe, { covers, wholes }) => {
  if (probe.access === 'read') return [];
  const points = [...new Set([...covers, ...wholes])];
  for (const point of points) await clearReadonly(child, point);
  return [after('remounting', await lookAt(child, AT_FDCWD, probe.path, probe))];
};

/** What covers it becomes the root, over which the old root lies: sys_pivot_root(), fs/namespace.c. */
async function afterPivot(probe: OpensProbe, stage: Stage, { covers }: Way): Promise<readonly Look[]> {
  const [cover] = covers;
  if (cover === undefined) return [];
  const end = await inOwnMounts(stage, async (child): Promise<Look> => {
    const pivoted = await child.call(call('pivot_root', cover, cover));
    if (!pivoted.ok) return stopped(`${pivoted}`);
    return after(`${pivoted}`, await lookAt(child, AT_FDCWD, `/..${probe.path}`, probe));
  });
  return [end.kind === 'done' ? end.value : stopped(end.evidence, end.untried)];
}

async function anew(child: Session, probe: OpensProbe, { type, rest }: Way): Promise<Look> {
  for (const folder of FOLDERS) {
    const mounted = await child.call(call('mount', type, folder, type, 0, 0));
    if (mounted.errno === 'ENOENT') continue;
    if (!mounted.ok) return { outcome: NOT_MOUNTED, evidence: `${mounted}`, content: undefined };
    const look = await lookAt(child, AT_FDCWD, `${folder}${rest}`, probe);
    return { ...look, evidence: `${mounted}; ${look.evidence}` };
  }
  return stopped('no folder to mount it on');
}

const NOT_MOUNTED = 'not mounted';
const MOVE_MOUNT_F_EMPTY_PATH = 4;

/** What a security module refuses to mount(2), it may let pass to move_mount(2): AppArmor before 6.6.3 (apparmor_move_mount()). */
async function byNewCalls(probe: OpensProbe, stage: Stage, { type, wholes, rest }: Way): Promise<readonly Look[]> {
  const [whole] = wholes;
  const made = [
    ...(whole === undefined ? [] : [[call('open_tree', AT_FDCWD, whole, OPEN_TREE_CLONE | O.CLOEXEC)]]),
    [
      call('fsopen', type, 0),
      call('fsconfig', resultOf(0), FSCONFIG_CMD_CREATE, 0, 0, 0),
      call('fsmount', resultOf(0), 0, 0),
    ],
  ];
  const looks: Look[] = [];
  for (const calls of made) {
    const last = resultOf(calls.length - 1);
    const end = await inOwnMounts(stage, async (child): Promise<Look> => {
      const moved = await child.batch([
        ...calls,
        call('move_mount', last, '', AT_FDCWD, '/dev', MOVE_MOUNT_F_EMPTY_PATH),
      ]);
      const refusal = moved.find(({ ok }) => !ok);
      if (refusal !== undefined) return stopped(`${refusal}`);
      return after(`${moved.at(-1)}`, await lookAt(child, AT_FDCWD, `/dev${rest}`, probe));
    });
    looks.push(end.kind === 'done' ? end.value : stopped(end.evidence, end.untried));
    if (looks.some(isOpened)) break;
  }
  return looks;
}

const FSCONFIG_CMD_CREATE = 6;
const OPEN_TREE_CLONE = 1;
const AT_EMPTY_PATH = 0x1000;

/** Asked once each: whoever may not make one gets no further. In a child: a filter may end whoever makes the call. */
const refusalOf = (one: Call) =>
  perStage(async ({ sandbox }: Stage): Promise<string | undefined> => {
    const end = await sandbox.guarded(['makes-objects']).child((child) => child.call(one));
    if (end.kind !== 'returned') return `${one.name} ended the child`;
    return end.value.ok ? undefined : `${end.value}`;
  });

const contextRefusal = refusalOf(call('fsopen', 'proc', 0));
const copyRefusal = refusalOf(call('open_tree', AT_FDCWD, '/', OPEN_TREE_CLONE | O.CLOEXEC));

/** Through a mount that is attached nowhere: fsopen(), fsmount() (5.2). */
async function detached(probe: OpensProbe, stage: Stage, { type, rest }: Way): Promise<readonly Look[]> {
  const refusal = await contextRefusal(stage);
  if (refusal !== undefined) return [stopped(refusal)];
  return inChild(stage, async (child) => {
    const results = await child.batch([
      call('fsopen', type, 0),
      call('fsconfig', resultOf(0), FSCONFIG_CMD_CREATE, 0, 0, 0),
      call('fsmount', resultOf(0), 0, 0),
      ...lookCalls(resultOf(2), rest.slice(1), probe, 3),
    ]);
    const [, , fsmount] = results;
    if (fsmount?.ok !== true) return stopped(`${fsmount}`);
    const look = lookOf(results.slice(3), probe);
    return { ...look, evidence: `in a mount attached nowhere: ${look.evidence}` };
  });
}

/** Through a copy of the file system, without what is mounted below, that is attached nowhere: open_tree() (5.2). */
async function copied(probe: OpensProbe, stage: Stage, { wholes, rest }: Way): Promise<readonly Look[]> {
  const [whole] = wholes;
  if (whole === undefined) return [];
  const refusal = await copyRefusal(stage);
  if (refusal !== undefined) return [stopped(refusal)];
  return inChild(stage, async (child) => {
    const tree = await child.call(call('open_tree', AT_FDCWD, whole, OPEN_TREE_CLONE | O.CLOEXEC));
    if (!tree.ok) return stopped(`${tree}`);
    const look = await lookAt(child, tree.value, rest.slice(1), probe);
    if (look.outcome !== 'EROFS') return { ...look, evidence: `${tree}; ${look.evidence}` };
    const cleared = await child.call(setattr(tree.value, '', AT_EMPTY_PATH, { clear: MOUNT_ATTR_RDONLY }));
    return { ...(await lookAt(child, tree.value, rest.slice(1), probe)), evidence: `${tree}; ${cleared}` };
  });
}

/** In a throw-away child: a filter may end whoever makes the call. */
async function inChild({ sandbox }: Stage, body: (child: Session) => Promise<Look>): Promise<readonly Look[]> {
  const end = await sandbox.guarded([...EFFECTS, 'makes-objects']).child(body);
  if (end.kind === 'returned') return [end.value];
  return [stopped(end.kind === 'refused' ? `fork = ${end.errno}` : `the child died of signal ${end.signal}`)];
}

const stopped = (evidence: string, untried = false): Look => ({
  outcome: untried ? UNTRIED : 'stopped',
  evidence,
  content: undefined,
});
