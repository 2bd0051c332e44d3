import type { System } from '../../threats/system.ts';
import type { ElementKind } from '../../threats/system-types.ts';

/** A graph as the page's script lays it out: an attack graph or a data-flow diagram. Numbers are places in the lists. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  /** Lines that nodes and edges refer to. */
  readonly items: readonly PictureItem[];
  /** Ways that are told on the page, to be shown in the picture. */
  readonly ways: readonly PictureWay[];
  readonly groupings: readonly { readonly id: string; readonly title: string }[];
  /** Which of them, where there are few nodes; none where it is empty. */
  readonly grouping: string;
}

export interface PictureNode {
  readonly label: string;
  /** A second line: what it is. */
  readonly below: string;
  readonly shape: 'state' | 'entry' | 'asset' | 'junction' | 'actor' | 'process' | 'store';
  /** A level of risk, or nothing. */
  readonly level: string;
  /** By grouping. */
  readonly groups: Readonly<Record<string, string>>;
  readonly sections: readonly { readonly title: string; readonly items: readonly number[] }[];
}

export interface PictureEdge {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly dashed: boolean;
  readonly both: boolean;
  readonly items: readonly number[];
}

export interface PictureItem {
  readonly text: string;
  /** File, line and statement. */
  readonly place: string;
}

interface PictureWay {
  readonly title: string;
  readonly nodes: readonly number[];
  readonly items: readonly number[];
}

/** Items that are alike are one. */
export class Items {
  readonly all: PictureItem[] = [];
  readonly #known = new Map<string, number>();

  of(text: string, place: string): number {
    const key = `${text}\0${place}`;
    let number = this.#known.get(key);
    if (number === undefined) {
      number = this.all.length;
      this.all.push({ text, place });
      this.#known.set(key, number);
    }
    return number;
  }
}

export const GROUPINGS = [
  { id: 'host', title: 'host' },
  { id: 'namespace', title: 'namespace' },
  { id: 'phase', title: 'life-cycle phase' },
] as const;

/** The phase in which most is decided about a thing. */
const PHASE_OF: Readonly<Record<ElementKind, string>> = {
  user: 'request',
  builder: 'build',
  image: 'build',
  registry: 'distribute',
  engine: 'create',
  host: 'host',
  node: 'host',
  kernel: 'host',
  'api-server': 'orchestrate',
  namespace: 'orchestrate',
  'service-account': 'orchestrate',
  pod: 'run',
  container: 'run',
  volume: 'run',
  network: 'run',
  secret: 'run',
};

/** Where a thing of the system is drawn when things are put together. */
export function groupsOf(system: System, id: string): Record<string, string> {
  const kind = system.element(id)?.kind;
  const name = (one: string | undefined) => (one === undefined ? undefined : (system.element(one)?.name ?? one));
  return {
    host: name(hostOf(system, id)) ?? 'on no host',
    namespace: name(namespaceOf(system, id)) ?? 'in no namespace',
    phase: kind === undefined ? 'request' : PHASE_OF[kind],
  };
}

function hostOf(system: System, id: string): string | undefined {
  const kind = system.element(id)?.kind;
  if (kind === 'host' || kind === 'node') return id;
  const own = [...system.from(id, 'runs-on'), ...system.from(id, 'stored-on')].map(({ to }) => to);
  const of = kind === 'kernel' ? system.to(id, 'runs-on').map(({ from }) => from) : own;
  const first = of.find((one) => one !== id);
  if (first !== undefined) return first;
  // Of what containers share, the host of the first of them.
  const sharing = ['attached-to', 'in-pod', 'reads', 'writes', 'uses'] as const;
  const [user] = sharing.flatMap((relation) => system.to(id, relation).map(({ from }) => from));
  return user === undefined ? undefined : system.from(user, 'runs-on')[0]?.to;
}

function namespaceOf(system: System, id: string): string | undefined {
  if (system.element(id)?.kind === 'namespace') return id;
  const account = /^service-account:([^/]+)\//.exec(id)?.[1];
  if (account !== undefined) return `namespace:${account}`;
  const pods = system.from(id, 'in-pod').map(({ to }) => to);
  return [id, ...pods].flatMap((one) => system.from(one, 'in-namespace').map(({ to }) => to))[0];
}
