import { type Device, type DeviceRule, factOf, type Statement, Unknown, type Value } from '../posture/index.ts';
import { type FileStat, type Files, isMissing } from './files.ts';

/** Majors and minors of what every container has: null, zero, full, random, urandom, tty, console, ptmx (admin-guide/devices.txt). */
const ORDINARY = new Set(['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:1', '5:2']);

/** Pseudo-terminals, Unix98. */
const isTerminal = (node: FileStat) => node.major >= 136 && node.major <= 143;

/** How deep below /dev nodes are looked for: /dev/bus/usb/001/002 is the deepest that udev makes. */
const DEPTH = 4;

/** A bound against folders made to tire: a machine has some hundreds. */
const MOST = 4096;

interface Node {
  /** Below /dev. */
  readonly path: string;
  readonly stat: FileStat;
}

/** Nodes in the /dev of a process beside the ordinary ones, with what the device controller lets be done with them. */
export function deviceStatements(
  files: Files,
  pid: number,
  controller: { readonly from: string; readonly rules: Value<readonly DeviceRule[]> },
): Statement[] {
  const root = `/proc/${pid}/root/dev`;
  const { from, rules } = controller;
  return [
    { phase: 'run', source: { kind: 'observed', from }, facts: { 'device-rules': rules } },
    { phase: 'run', source: { kind: 'observed', from: root }, facts: nodeFacts(files, root, rules) },
  ];
}

function nodeFacts(files: Files, root: string, rules: Value<readonly DeviceRule[]>): Statement['facts'] {
  const listing = files.list(root);
  // A family that nobody may list is not an empty one.
  if (listing instanceof Unknown)
    return isMissing(listing)
      ? { 'device.*': 'default' }
      : { 'device.*': 'default', ...factOf('device./dev', listing) };
  const nodes = nodesBelow(files, root, '', DEPTH, []).filter((node) => !isOrdinary(node.stat));
  const hosts = nodes.length === 0 ? new Map<string, string>() : hostNodes(files);
  const facts = nodes.map((node) => factOf(`device./dev${node.path}`, deviceOf(node, rules, hosts)));
  return Object.assign({ 'device.*': 'default' }, ...facts) as Statement['facts'];
}

function isOrdinary(node: FileStat): boolean {
  return node.kind === 'character' && (isTerminal(node) || ORDINARY.has(`${node.major}:${node.minor}`));
}

function nodesBelow(files: Files, root: string, folder: string, depth: number, found: Node[]): readonly Node[] {
  const names = files.list(`${root}${folder}`);
  if (names instanceof Unknown) return found;
  for (const name of names) {
    if (found.length >= MOST) break;
    const path = `${folder}/${name}`;
    const stat = files.node(`${root}${path}`);
    if (stat instanceof Unknown) continue;
    if (stat.kind === 'character' || stat.kind === 'block') found.push({ path, stat });
    else if (stat.kind === 'directory' && depth > 1 && path !== '/pts' && path !== '/shm' && path !== '/mqueue')
      nodesBelow(files, root, path, depth - 1, found);
  }
  return found;
}

/** The names that the host gives its devices, by kind and numbers. */
function hostNodes(files: Files): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of nodesBelow(files, '/dev', '', DEPTH, [])) {
    const key = keyOf(node.stat);
    if (!names.has(key)) names.set(key, `/dev${node.path}`);
  }
  return names;
}

function keyOf(node: FileStat): string {
  return `${node.kind} ${node.major}:${node.minor}`;
}

function deviceOf(node: Node, rules: Value<readonly DeviceRule[]>, hosts: ReadonlyMap<string, string>): Value<Device> {
  const { kind, major, minor } = node.stat;
  const type = kind === 'block' ? 'b' : 'c';
  if (rules instanceof Unknown) return new Unknown(`whether it may be used is not known: ${rules.why}`);
  const access = ['r', 'w', 'm'].filter((letter) => isAllowed(rules, type, major, minor, letter)).join('');
  return { type, major, minor, hostPath: hosts.get(keyOf(node.stat)) ?? `/dev${node.path}`, access };
}

/** The last rule that matches decides. */
export function isAllowed(
  rules: readonly DeviceRule[],
  type: 'b' | 'c',
  major: number,
  minor: number,
  letter: string,
): boolean {
  const rule = rules.findLast(
    (one) =>
      (one.type === 'a' || one.type === type) &&
      (one.major === undefined || one.major === major) &&
      (one.minor === undefined || one.minor === minor) &&
      one.access.includes(letter),
  );
  return rule?.allow ?? false;
}
