import type { Files } from '../../live/index.ts';
import type { Mechanism } from '../../model/index.ts';
import { Unknown } from '../../posture/index.ts';
import type { NamespaceName, SharesProbe } from '../../vectors/index.ts';
import type { Observation, Stage } from '../observation.ts';
import { INITIAL_USER_NAMESPACE, linksOf, namespaceLinks } from './namespace-links.ts';
import { blocked, open, unknown } from './told.ts';

export async function observeShares(probe: SharesProbe, stage: Stage): Promise<Observation> {
  const shared = await sharing(probe, stage);
  if (probe.not !== true || shared.verdict === 'unknown') return shared;
  if (shared.verdict === 'blocked') return open(...shared.evidence);
  return blocked(`namespace-${probe.namespace}`, ...shared.evidence);
}

async function sharing(probe: SharesProbe, stage: Stage): Promise<Observation> {
  const { namespace } = probe;
  const own = (await namespaceLinks(stage))[namespace];
  if (own === undefined)
    return unknown(
      'nothing shows the namespaces of the sandbox: no /proc in it, and its process is not seen from outside',
    );
  const by: Mechanism = `namespace-${namespace}`;
  if (probe.with === 'neighbours') return observeNeighbours(namespace, own, by, stage);
  const outside = probe.with === 'kernel' ? initialOf(namespace) : linksOf(stage.files, 'self')[namespace];
  if (outside === undefined) return unknown(`this program does not see its own ${namespace} namespace`);
  const evidence = [`inside ${own}`, `outside ${outside}`];
  return own === outside ? open(...evidence) : blocked(by, ...evidence);
}

/** Fixed numbers have those that the kernel starts with; asked for the user namespace only. */
function initialOf(namespace: NamespaceName): string | undefined {
  return namespace === 'user' ? INITIAL_USER_NAMESPACE : undefined;
}

/** Somebody who does not belong to the sandbox is in the namespace, which is not the host's. */
async function observeNeighbours(
  namespace: NamespaceName,
  own: string,
  by: Mechanism,
  { pid, beside, files }: Stage,
): Promise<Observation> {
  if (linksOf(files, 'self')[namespace] === own)
    return blocked(by, `inside and outside ${own}: no neighbours', but the host's`);
  if (pid === undefined) return unknown('the process of the sandbox is not seen from outside');
  const processes = membersOf(files, namespace, own);
  const sandbox = new Set([pid, beside ?? pid].flatMap((one) => [...familyOf(one, processes)]));
  const others = [...processes.keys()].filter((one) => !sandbox.has(one));
  return others.length > 0
    ? open(`inside ${own}`, `process ${others[0]} outside of the sandbox is in it, too`)
    : blocked(by, `inside ${own}`, `none of the ${processes.size} processes in it is outside of the sandbox`);
}

/** Processes in the namespace, with their parents. Read without waiting: the kernel answers at once, and a machine has many. */
function membersOf(files: Files, namespace: NamespaceName, own: string): ReadonlyMap<number, number> {
  const members = new Map<number, number>();
  const names = files.list('/proc');
  for (const pid of names instanceof Unknown ? [] : names.filter((name) => /^\d+$/.test(name))) {
    if (files.link(`/proc/${pid}/ns/${namespace}`) !== own) continue;
    const stat = files.text(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything.
    const parent = stat instanceof Unknown ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) members.set(Number(pid), Number(parent));
  }
  return members;
}

/** The topmost ancestor that is in the namespace, and all that comes from it: a runtime's own init and its children belong to the sandbox. */
function familyOf(pid: number, parents: ReadonlyMap<number, number>): ReadonlySet<number> {
  let top = pid;
  for (let up = parents.get(top); up !== undefined && parents.has(up); up = parents.get(up)) top = up;
  const family = new Set<number>();
  for (const member of parents.keys()) {
    const line: number[] = [];
    for (let at: number | undefined = member; at !== undefined && !line.includes(at); at = parents.get(at)) {
      line.push(at);
      if (at !== top && !family.has(at)) continue;
      for (const one of line) family.add(one);
      break;
    }
  }
  return family;
}
