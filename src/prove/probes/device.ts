import type { CallResult, Session } from '../../agent/index.ts';
import { type Call, call } from '../../kernel/index.ts';
import { isAllowed } from '../../live/devices.ts';
import { isBelow } from '../../live/mountinfo.ts';
import { type DeviceRule, Unknown } from '../../posture/index.ts';
import type { DeviceProbe } from '../../vectors/index.ts';
import { isAnsweredByFilter } from '../filter-question.ts';
import type { Observation, Stage } from '../observation.ts';
import { credentialsOf } from './credentials.ts';
import { hostNodesOf, type Node, nodesOf } from './device-nodes.ts';
import { deviceRulesOf } from './device-rules.ts';
import { AT_FDCWD, mayAccess, O, QUIETLY, R_OK, readText, W_OK } from './file-calls.ts';
import { mountsOf, placeIn } from './handed-in.ts';
import { judgeHolding } from './holds.ts';
import { identityOf, refusalBy } from './identity.ts';
import { clearFlag, inOwnMounts, MOUNT_ATTR_NODEV, NOT_TRIED } from './own-mounts.ts';
import { refusedWith } from './refusal.ts';
import { blocked, open, unknown } from './told.ts';

type Numbers = Pick<Node, 'major' | 'minor'>;

/** A device of the host by a node that is there, or by one that the process can make. */
export async function observeDevice(probe: DeviceProbe, stage: Stage): Promise<Observation> {
  const hosts = (await hostNodesOf(stage)).filter((node) => node.type === probe.type && isMeant(probe, node));
  const { observation: byNode, driverRefused } = probe.made
    ? { observation: blocked(null), driverRefused: false }
    : await throughNodes(probe, stage, hosts);
  // A node of one's own leads to the same driver, which asks the same.
  if (byNode.verdict === 'open' || driverRefused) return byNode;
  if (probe.given) return hosts.length > 0 ? byNode : givenLater(probe, stage);
  const made = await byMaking(probe, stage, hosts);
  if (made.verdict === 'blocked' && byNode.evidence.length === 0 && hosts.length === 0 && !probe.made && !probe.any) {
    const absent = await wouldBeThere(probe, stage);
    if (absent !== undefined) return absent;
  }
  if (made.verdict === 'blocked' && probe.any && !probe.made) {
    const absent = await ofOthers(probe, stage, hosts);
    if (absent !== undefined) return absent;
  }
  if (made.verdict === 'open' || byNode.evidence.length === 0) return made;
  // Where a node is there, what refused its use tells more than what refused another.
  const tells = made.verdict === 'unknown' ? made : byNode;
  return { ...tells, by: tells.by ?? made.by, evidence: [...byNode.evidence, ...made.evidence] };
}

function isMeant({ path, any, major, minor }: DeviceProbe, node: Node): boolean {
  if (any) return true;
  if (path !== undefined) return new RegExp(path).test(node.path);
  return node.major === major && (minor === undefined || node.minor === minor);
}

// --- nodes that are there -----------------------------------------------------------------------------------------------

interface ThroughNodes {
  readonly observation: Observation;
  /** Nothing stood before the driver of one, which said no by itself. */
  readonly driverRefused: boolean;
}

async function throughNodes(probe: DeviceProbe, stage: Stage, hosts: readonly Node[]): Promise<ThroughNodes> {
  const nodes = (await nodesOf(stage)).filter((node) => isWished(probe, node, hosts)).slice(0, MOST_TRIED);
  if (nodes.length === 0) return { observation: blocked(null), driverRefused: false };
  const results = await stage.sandbox.guarded(['looks']).batch(nodes.map(({ path }) => mayAccess(path, modeOf(probe))));
  const seen: ThroughNodes[] = [];
  for (const [i, node] of nodes.entries()) {
    if (results[i] === undefined) continue;
    const one = await throughNode(probe, stage, node, results[i]);
    if (one.observation.verdict === 'open') return one;
    seen.push(one);
  }
  return {
    observation: together(seen.map(({ observation }) => observation)),
    driverRefused: seen.some(({ driverRefused }) => driverRefused),
  };
}

/** Blocked where all are. */
function together(seen: readonly Observation[]): Observation {
  const evidence = seen.flatMap((one) => one.evidence).slice(0, MOST_LINES);
  const undecided = seen.find(({ verdict }) => verdict === 'unknown');
  if (undecided !== undefined) return { ...undecided, evidence };
  return blocked(seen.find((one) => one.by !== null)?.by ?? null, ...evidence);
}

async function throughNode(probe: DeviceProbe, stage: Stage, node: Node, access: CallResult): Promise<ThroughNodes> {
  const before = await beforeDriver(probe, stage, node, access);
  if (before.verdict !== 'open' || !probe.opens) return { observation: before, driverRefused: false };
  const used = await useOf(probe, stage.sandbox, node.path, stage);
  const observation = { ...used, evidence: [...before.evidence, ...used.evidence] };
  return { observation, driverRefused: used.verdict === 'blocked' };
}

/** What is asked before the driver is: the mode, the controller, the mount. */
async function beforeDriver(
  probe: DeviceProbe,
  stage: Stage,
  { path, type, major, minor }: Node,
  access: CallResult,
): Promise<Observation> {
  const shown = `${access} (${type} ${major}:${minor})`;
  // devcgroup_inode_permission() is called by inode_permission(), fs/namei.c
  if (access.errno === 'EPERM') return blocked('device-policy', shown);
  if (access.errno !== undefined) {
    // The mode is asked before the controller, which may refuse whoever asks.
    const { from, rules } = await deviceRulesOf(stage);
    const refused = !(rules instanceof Unknown) && !allows(rules, probe, major, minor, [...probe.access]);
    return refused
      ? blocked('device-policy', shown, `${from} does not let it be used`)
      : refusedWith(access.errno, stage, shown);
  }
  // may_open_dev(), fs/namei.c
  const mount = mountOf(path, (await mountsOf(stage)).all);
  return mount?.options.includes('nodev') ? withDevices(stage, mount.point, path, shown) : open(shown);
}

/** Flags of a mount are taken away by whoever may change its mounts. */
async function withDevices(stage: Stage, point: string, path: string, shown: string): Promise<Observation> {
  const lies = `${path} lies on a mount with nodev`;
  const end = await inOwnMounts(stage, (child) => clearFlag(child, point, MOUNT_ATTR_NODEV));
  if (end.kind === 'done')
    return end.value.ok ? open(shown, lies, `${end.value}`) : blocked('mount', shown, lies, `${end.value}`);
  return end.untried ? unknown(NOT_TRIED, shown, lies) : blocked('mount', shown, lies, end.evidence);
}

const MOST_TRIED = 64;
const MOST_LINES = 6;

/** By its numbers the host tells what it is; one that the host does not have, by its name. */
function isWished(probe: DeviceProbe, node: Node, hosts: readonly Node[]): boolean {
  if (node.type !== probe.type) return false;
  const exact = probe.major !== undefined && probe.minor !== undefined;
  if (exact) return node.major === probe.major && node.minor === probe.minor;
  if (probe.any) return true;
  if (hosts.some(({ major, minor }) => major === node.major && minor === node.minor)) return true;
  return hosts.length === 0 && isMeant(probe, { ...node, path: node.path.replace(/^.*(?=\/dev\/)/, '') });
}

const modeOf = ({ access }: DeviceProbe): number =>
  (access.includes('r') ? R_OK : 0) | (access.includes('w') ? W_OK : 0);

function mountOf<M extends { readonly point: string }>(path: string, all: readonly M[]): M | undefined {
  const under = all.filter(({ point }) => point === path || isBelow(path, point));
  return under.reduce<M | undefined>(
    (best, one) => (best === undefined || one.point.length >= best.point.length ? one : best),
    undefined,
  );
}

/** The driver's own question, for devices whose open does nothing. */
async function useOf(probe: DeviceProbe, session: Session, path: string, stage: Stage): Promise<Observation> {
  const flags = probe.access === 'rw' ? O.RDWR : probe.access === 'w' ? O.WRONLY : O.RDONLY;
  const looking = session === stage.sandbox ? session.guarded(['looks', 'opens-for-writing']) : session;
  const opened = await looking.call(call('openat', AT_FDCWD, path, flags | QUIETLY));
  if (opened.ok) await looking.call(call('close', opened.value));
  return opened.errno === undefined
    ? open(`${opened}`)
    : blocked(refusalBy(opened.errno, await identityOf(stage)), `${opened}`);
}

/**
 * A device that this machine lacks, where the sandbox has whatever the host's /dev has: its node would be there, and if the rules let it
 * be used, what was seen says nothing.
 */
async function wouldBeThere(probe: DeviceProbe, stage: Stage): Promise<Observation | undefined> {
  const { from, rules } = await deviceRulesOf(stage);
  const { major, minor } = {
    ...NOBODYS,
    ...(probe.major !== undefined && { major: probe.major, minor: probe.minor ?? 0 }),
  };
  if (rules instanceof Unknown || !allows(rules, probe, major, minor, [...probe.access])) return undefined;
  if (!(await hasWholeDev(stage))) return undefined;
  return unknown('this machine has no such device', `${from} lets ${probe.type} ${major}:${minor} be used`);
}

/** The same of any device: rules let ones be used that this machine lacks. */
async function ofOthers(probe: DeviceProbe, stage: Stage, hosts: readonly Node[]): Promise<Observation | undefined> {
  const allowed = await allowedNumbers(probe, stage, [...probe.access]);
  const one = allowed.find(({ major, minor }) => !hosts.some((node) => node.major === major && node.minor === minor));
  if (one === undefined || !(await hasWholeDev(stage))) return undefined;
  const { from } = await deviceRulesOf(stage);
  return unknown('this machine has no such device', `${from} lets ${probe.type} ${one.major}:${one.minor} be used`);
}

/** The host's /dev is mounted, or each of its disks has a node of the container's own. */
async function hasWholeDev(stage: Stage): Promise<boolean> {
  const { handedIn } = await mountsOf(stage);
  if (handedIn.some((one) => placeIn(one, '/dev', false) !== undefined)) return true;
  const own = new Set((await nodesOf(stage)).map(numberText));
  const disks = (await hostNodesOf(stage)).filter(({ type }) => type === 'b');
  return disks.length > 0 && disks.every((node) => own.has(numberText(node)));
}

const numberText = ({ type, major, minor }: Node): string => `${type} ${major}:${minor}`;

/** The host has none of them at this moment: the rules say whether one that comes may be used. */
async function givenLater(probe: DeviceProbe, stage: Stage): Promise<Observation> {
  const { from, rules } = await deviceRulesOf(stage);
  if (rules instanceof Unknown) return unknown(`the host has none at this moment, and ${rules.why}`);
  const asked = `${probe.type} ${probe.major}:*`;
  return allows(rules, probe, probe.major ?? 0, probe.minor ?? 0, [...probe.access])
    ? open('the host has none at this moment', `${from} lets ${asked} be used`)
    : blocked('device-policy', `${from} does not let ${asked} be used`);
}

// --- nodes that it makes --------------------------------------------------------------------------------------------------

const S_IFBLK = 0o060000;
const S_IFCHR = 0o020000;

async function byMaking(probe: DeviceProbe, stage: Stage, hosts: readonly Node[]): Promise<Observation> {
  const absent = await withoutDriver(probe, stage);
  if (absent !== undefined) return absent;
  const held = judgeHolding('MKNOD', await credentialsOf(stage));
  if (held.verdict === 'blocked') return blocked(held.by, 'makes no nodes: CAP_MKNOD is out of reach');
  // vfs_mknod() asks for CAP_MKNOD of the first user namespace.
  const { initialUserNamespace } = await identityOf(stage);
  if (initialUserNamespace === false)
    return blocked('namespace-user', 'makes no nodes: its user namespace is not the first');
  const numbers = await numbersFor(probe, stage, hosts);
  const tried = await inOwnMounts(stage, (child) => makeAll(probe, child, numbers, stage));
  if (tried.kind === 'done' && tried.value !== undefined) return tried.value;
  const ruled = (await filteredAlone(probe, stage)) ?? (await byRules(probe, stage, numbers));
  if (ruled.verdict !== 'open' || held.verdict === 'open') return ruled;
  return unknown(held.why ?? 'whether it may hold CAP_MKNOD is not told', ...ruled.evidence);
}

/** A device of the kernel proper that is not among its miscellaneous ones is not built in, and no module brings it. */
async function withoutDriver({ builtIn }: DeviceProbe, { host }: Stage): Promise<Observation | undefined> {
  if (builtIn === undefined) return undefined;
  const misc = await readText(host.guarded(['looks']), '/proc/misc');
  if (!('text' in misc) || new RegExp(`^\\s*\\d+ ${builtIn}$`, 'm').test(misc.text)) return undefined;
  return blocked('kernel', `/proc/misc outside: no ${builtIn}`);
}

/** A number that nothing has: only a rule for all numbers lets it through. */
const NOBODYS: Numbers = { major: 4000, minor: 0 };

async function numbersFor(probe: DeviceProbe, stage: Stage, hosts: readonly Node[]): Promise<readonly Numbers[]> {
  if (probe.major !== undefined && probe.minor !== undefined) return [{ major: probe.major, minor: probe.minor }];
  if (probe.any)
    return [...(await allowedNumbers(probe, stage, lettersOf(probe))), ...hosts, NOBODYS].slice(0, MOST_MADE);
  const known = hosts.map(({ major, minor }) => ({ major, minor }));
  if (known.length > 0) return known.slice(0, MOST_MADE);
  return [probe.major === undefined ? NOBODYS : { major: probe.major, minor: 0 }];
}

const MOST_MADE = 8;

/** Of devices that rules name and let be used, whether they are here or not. Several rules may give a letter each. */
async function allowedNumbers(
  probe: DeviceProbe,
  stage: Stage,
  letters: readonly string[],
): Promise<readonly Numbers[]> {
  const { rules } = await deviceRulesOf(stage);
  if (rules instanceof Unknown) return [];
  return rules
    .filter(({ allow, type }) => allow && type === probe.type)
    .map(({ major = NOBODYS.major, minor = 0 }) => ({ major, minor }))
    .filter(({ major, minor }) => allows(rules, probe, major, minor, letters));
}

const FOLDERS = ['/dev', '/tmp', '/proc', '/usr'];

/** In a file system of the child's own; undefined where there can be none, or nodes are refused for other reasons than rules. */
async function makeAll(
  probe: DeviceProbe,
  child: Session,
  numbers: readonly Numbers[],
  stage: Stage,
): Promise<Observation | undefined> {
  const folder = await ownFolder(child);
  if (folder === undefined) return undefined;
  const seen: Observation[] = [];
  for (const [i, one] of numbers.entries()) {
    const observation = await makeOne(probe, child, `${folder}/${i}`, one, stage);
    if (observation === undefined || observation.verdict === 'open') return observation;
    seen.push(observation);
  }
  return together(seen);
}

async function ownFolder(child: Session): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const mounted = await child.call(call('mount', 'tmpfs', folder, 'tmpfs', 0, 0));
    if (mounted.ok) return folder;
    if (mounted.errno !== 'ENOENT') return undefined;
  }
  return undefined;
}

async function makeOne(
  probe: DeviceProbe,
  child: Session,
  path: string,
  { major, minor }: Numbers,
  stage: Stage,
): Promise<Observation | undefined> {
  const mode = (probe.type === 'b' ? S_IFBLK : S_IFCHR) | 0o600;
  const [made, access] = await child.batch([
    call('mknodat', AT_FDCWD, path, mode, deviceNumber(major, minor)),
    mayAccess(path, modeOf(probe)),
  ]);
  if (made === undefined || access === undefined) return undefined;
  const evidence = [`${made} (${probe.type} ${major}:${minor})`];
  if (made.errno === 'EPERM') {
    return blocked((await filteredOut(probe, child)) === undefined ? 'device-policy' : 'seccomp', ...evidence);
  }
  if (!made.ok) return undefined;
  if (!access.ok) return blocked(access.errno === 'EPERM' ? 'device-policy' : null, ...evidence, `${access}`);
  const used = probe.opens ? await useOf(probe, child, path, stage) : open();
  return { ...used, evidence: [...evidence, `${access}`, ...used.evidence] };
}

/** As the system call takes it (new_decode_dev(), include/linux/kdev_t.h). */
const deviceNumber = (major: number, minor: number): number => (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);

/** No node comes of an empty name: ENOENT (getname_flags(), fs/namei.c), unless a filter answers before that, with whatever error it likes. */
function nameless({ type }: DeviceProbe, { hello }: Session): readonly Call[] {
  const mode = type === 'b' ? S_IFBLK : S_IFCHR;
  return [call('mknodat', AT_FDCWD, '', mode, 0), ...(hello.arch === 'x86_64' ? [call('mknod', '', mode, 0)] : [])];
}

async function filteredOut(probe: DeviceProbe, session: Session): Promise<Observation | undefined> {
  const results = await session.batch(nameless(probe, session));
  return results.every(({ errno }) => errno !== 'ENOENT')
    ? blocked('seccomp', ...results.map((result) => `${result}`))
    : undefined;
}

/** The same, in a child that a filter may end; ENOENT may be the filter's own answer, too. */
async function filteredAlone(probe: DeviceProbe, stage: Stage): Promise<Observation | undefined> {
  const effects = ['cannot-succeed'] as const;
  const end = await stage.sandbox.guarded(effects).child((child) => filteredOut(probe, child));
  if (end.kind === 'died') return blocked('seccomp', `mknodat: the child died of signal ${end.signal}`);
  if (end.kind === 'returned' && end.value !== undefined) return end.value;
  for (const one of nameless(probe, stage.sandbox))
    if ((await isAnsweredByFilter(stage, one, effects)) !== true)
      return end.kind === 'returned'
        ? undefined
        : unknown('whether a filter lets a node be made cannot be tried: it has no child to try it');
  return blocked('seccomp', 'the filter answers mknodat and mknod itself');
}

const lettersOf = ({ access }: DeviceProbe): readonly string[] => [...access, 'm'];

/** It holds CAP_MKNOD and has no file system of its own to try in: the rules themselves are read. */
async function byRules(probe: DeviceProbe, stage: Stage, numbers: readonly Numbers[]): Promise<Observation> {
  const { from, rules } = await deviceRulesOf(stage);
  if (rules instanceof Unknown) return unknown(`it could make a node, but ${rules.why}`);
  const allowed = numbers.find(({ major, minor }) => allows(rules, probe, major, minor, lettersOf(probe)));
  const asked = numbers.map(({ major, minor }) => `${probe.type} ${major}:${minor}`).join(', ');
  if (allowed === undefined) return blocked('device-policy', `${from} lets none be made and used: ${asked}`);
  const shown = `${from} lets ${probe.type} ${allowed.major}:${allowed.minor} be made and used`;
  // devcgroup_seq_show(), security/device_cgroup.c: of a group that may use all, what it may not is not listed.
  if (rules.some(({ allow, type }) => allow && type === 'a'))
    return unknown('what is taken out of `a` is not shown', shown);
  return probe.opens ? unknown('there is no node to ask its driver through, which asks for more', shown) : open(shown);
}

const allows = (
  rules: readonly DeviceRule[],
  { type }: DeviceProbe,
  major: number,
  minor: number,
  letters: readonly string[],
): boolean => letters.every((letter) => isAllowed(rules, type, major, minor, letter));
