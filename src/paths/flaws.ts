import type { Assembled } from '../check/index.ts';
import { type Entry, type History, historyOf, type Past, type StepClass } from '../past/index.ts';
import type { Subject } from '../readers/index.ts';
import type { Costs } from './costs.data.ts';
import { type FlawPrices, flawPrice } from './costs.ts';
import type { Leads } from './step.ts';

/** What flaws in what isolates a container cost an attacker there. */
export interface Flaws {
  readonly history: Readonly<Record<StepClass, History>>;
  readonly prices: FlawPrices;
  readonly known: readonly KnownFlaw[];
}

/** Known vulnerabilities of the releases in use, as far as their numbers tell, by where they lead. */
interface KnownFlaw {
  readonly to: Leads['to'];
  readonly ids: readonly string[];
  readonly needs?: 'user-action';
}

const CLASSES: readonly StepClass[] = ['kernel-bug', 'runtime-bug', 'engine-bug', 'orchestrator-bug', 'hypervisor-bug'];

/** Gains that are a step; of the others some stay inside, some only tell or stop. */
const LEADS_TO: Readonly<Partial<Record<Entry['gain'], Leads['to']>>> = {
  'root-on-host': 'host-root',
  'container-escape': 'host-root',
  'guest-to-host': 'host-root',
  'host-file-write': 'host-root',
  'host-file-read': 'host-files',
  'cluster-takeover': 'cluster-admin',
};

/** Undefined for what is no Linux container. */
export function flawsOf(past: Past, costs: Costs, subject: Subject, assembled: Assembled): Flaws | undefined {
  if (!past.judge.concerns(subject, assembled)) return undefined;
  const history = Object.fromEntries(
    CLASSES.map((name) => [name, historyOf(past.judge, assembled, name)]),
  ) as Flaws['history'];
  const prices = Object.fromEntries(CLASSES.map((name) => [name, flawPrice(costs, history[name])])) as FlawPrices;
  return { history, prices, known: knownOf(past, subject, assembled) };
}

/** The kernel is named by a host profile, the engine by whoever chose it; of other programs no artifact states the release. */
function isReleaseKnown({ family, ofEngine, isAffected }: Entry, { posture, engineStated }: Assembled): boolean {
  if (isAffected === undefined) return false;
  if (family === 'kernel') return posture.known('host.kernel') !== undefined;
  return ofEngine && engineStated;
}

function knownOf(past: Past, subject: Subject, assembled: Assembled): KnownFlaw[] {
  // Of a release that nobody knows it is history, and priced as such. Mostly nobody does: then nothing is judged.
  const candidates = past.entries.filter(
    (entry) => LEADS_TO[entry.gain] !== undefined && isReleaseKnown(entry, assembled),
  );
  if (candidates.length === 0) return [];
  const entries = past.judge.judge(subject, assembled)?.entries ?? [];
  const open = new Set(entries.filter(({ verdict }) => verdict === 'open').map(({ id }) => id));
  const byEnd = new Map<string, { to: Leads['to']; ids: string[]; needs?: 'user-action' }>();
  for (const { id, gain, phase } of candidates) {
    const to = LEADS_TO[gain];
    if (to === undefined || !open.has(id)) continue;
    const waits = phase === 'exec' || phase === 'build';
    const key = `${to} ${waits}`;
    const known = byEnd.get(key);
    if (known === undefined) byEnd.set(key, { to, ids: [id], ...(waits && { needs: 'user-action' as const }) });
    else known.ids.push(id);
  }
  return [...byEnd.values()];
}
