import type { Phase } from '../../lifecycle/index.ts';
import type { Layer, Place, StatedSource, Statement } from '../../posture/index.ts';
import type { MapNode, Node } from '../document/index.ts';
import type { ReadOptions } from '../subject.ts';
import type { Relations } from './namespaces.ts';
import type { Project } from './project.ts';
import type { Field, Sections, Service, ServiceKey } from './schema.ts';
import { marksOf, rawText, type Span, short } from './tree.ts';

export type Facts = Statement['facts'];

/** Where a statement stands, as the user knows it. */
export interface At {
  readonly span: Span;
  readonly text: string;
  /** Nodes on the way to it, outermost first: what was pulled in by an alias or `extends` is told by them. */
  readonly nodes: readonly Node[];
}

/** One service of the project with what it needs to be read, and the statements that it makes. */
export class Scene {
  readonly name: string;
  readonly service: Service;
  readonly node: MapNode;
  readonly model: Model;
  readonly #statements: Statement[] = [];

  constructor(name: string, service: Service, model: Model) {
    this.name = name;
    this.service = service;
    this.node = service.node;
    this.model = model;
  }

  state(at: At, facts: Facts, phase: Phase = 'request'): void {
    this.#statements.push({ phase, source: this.model.source(at, this.node), facts });
  }

  /** A statement of another file that a line of the service brings in. */
  stateAt(place: Place, text: string, via: At, facts: Facts): void {
    const { text: _, kind, via: outer = [], ...line } = this.model.source(via, this.node);
    this.#statements.push({
      phase: 'request',
      source: { kind, ...place, text: short(text), via: [line, ...outer] },
      facts,
    });
  }

  /** What stands for the service without being written in it. */
  imply(cite: string, facts: Facts): void {
    this.#statements.push({ phase: 'request', source: { kind: 'default', engine: 'compose', cite }, facts });
  }

  problem(code: string, message: string, hint: string, at: Span): void {
    this.model.project.context.report(code, message, hint, at);
  }

  layers(): Layer[] {
    const phases: Phase[] = ['build', 'distribute', 'request', 'exec'];
    return phases.flatMap((phase) => {
      const statements = this.#statements.filter((statement) => statement.phase === phase);
      return statements.length === 0 ? [] : [{ phase, statements }];
    });
  }

  /** The whole line of a key: `privileged: true`. */
  key(key: ServiceKey): At {
    const entry = this.node.entries.get(key);
    if (entry === undefined) return { span: this.node, text: key, nodes: [] };
    const { value } = entry;
    const end = value.kind === 'scalar' ? Math.max(entry.keyEnd, value.end) : entry.keyEnd;
    return { span: { start: entry.keyStart, end }, text: short(`${key}: ${written(value)}`), nodes: [value] };
  }

  /** The name of the service, where it stands. */
  heading(): Span {
    const services = this.model.project.root.entries.get('services')?.value;
    const entry = services?.kind === 'map' ? services.entries.get(this.name) : undefined;
    return entry === undefined ? this.node : { start: entry.keyStart, end: entry.keyEnd };
  }

  /** One element of the list or mapping behind a key: `cap_add: [SYS_ADMIN]`. */
  item(key: ServiceKey, node: Node, span: Span = node): At {
    const parent = this.node.entries.get(key)?.value;
    const nodes = parent === undefined || parent === node ? [node] : [parent, node];
    return { span, text: short(`${key}: [${written(node)}]`), nodes };
  }

  /** A value further down: `deploy.resources.limits.memory: 1g`. */
  member(key: ServiceKey, path: string, node: Node, span: Span = node): At {
    const parent = this.node.entries.get(key)?.value;
    return { span, text: short(`${path}: ${written(node)}`), nodes: parent === undefined ? [node] : [parent, node] };
  }
}

/** Everything the services of one project share. */
export interface Model {
  readonly project: Project;
  readonly options: ReadOptions;
  readonly path: string;
  readonly sections: Sections;
  readonly scenes: ReadonlyMap<string, Scene>;
  readonly relations: Relations;
  readonly source: (at: At, service: MapNode) => StatedSource;
}

export function sourceIn(project: Project): Model['source'] {
  const { sources } = project;
  return ({ span, text, nodes }, service) => {
    const source: StatedSource = { kind: 'stated', ...sources.place(span), text };
    const via: Place[] = [];
    const seen = new Set<number>();
    const add = (offset: number | undefined): void => {
      if (offset === undefined || seen.has(offset)) return;
      seen.add(offset);
      via.push(sources.place({ start: offset, end: offset }));
    };
    for (const node of [...nodes].reverse()) {
      add(node.via);
      for (const offset of marksOf(node).trail ?? []) add(offset);
    }
    add(service.via);
    return via.length === 0 ? source : { ...source, via };
  };
}

/** A node in one line, as flow YAML. */
function written(node: Node, depth = 0): string {
  if (node.kind === 'scalar') return rawText(node);
  if (depth > 2) return '…';
  if (node.kind === 'list')
    return `[${node.items
      .slice(0, 8)
      .map((item) => written(item, depth + 1))
      .join(', ')}]`;
  return `{${[...node.entries]
    .slice(0, 8)
    .map(([key, entry]) => `${key}: ${written(entry.value, depth + 1)}`)
    .join(', ')}}`;
}

/** The value behind a key, undefined where nothing (or null) is stated. */
export function valueAt<T>(field: Field<T> | undefined): T | undefined {
  return field?.value;
}
