import type { Phase } from '../lifecycle/index.ts';
import type { Source } from '../posture/index.ts';
import {
  ELEMENT_KINDS,
  type ElementKind,
  type Relation,
  type RelationKind,
  type SystemElement,
} from './system-types.ts';

/**
 * A system: what the artifacts of a run describe together, as elements and their relations. Everything of it comes from facts of
 * postures, and what is taken to be there without being stated (a host, a registry) says that it is assumed and why.
 */
export class System {
  /** By kind, then in the order of the artifacts. */
  readonly elements: readonly SystemElement[];
  readonly relations: readonly Relation[];
  readonly #byId: ReadonlyMap<string, SystemElement>;
  readonly #byTarget: ReadonlyMap<string, SystemElement>;
  readonly #from: ReadonlyMap<string, readonly Relation[]>;
  readonly #to: ReadonlyMap<string, readonly Relation[]>;

  constructor(elements: readonly SystemElement[], relations: readonly Relation[]) {
    this.elements = elements;
    this.relations = relations;
    this.#byId = new Map(elements.map((element) => [element.id, element]));
    this.#byTarget = new Map(
      elements.flatMap((element) => element.targets.map((target): [string, SystemElement] => [target, element])),
    );
    this.#from = grouped(relations, ({ from }) => from);
    this.#to = grouped(relations, ({ to }) => to);
  }

  element(id: string): SystemElement | undefined {
    return this.#byId.get(id);
  }

  /** The element that an object of the check result is: `compose.yaml#web`. */
  ofTarget(target: string): SystemElement | undefined {
    return this.#byTarget.get(target);
  }

  ofKind(kind: ElementKind): readonly SystemElement[] {
    return this.elements.filter((element) => element.kind === kind);
  }

  /** Relations that begin at an element, of one kind where it is named. */
  from(id: string, kind?: RelationKind): readonly Relation[] {
    return chosen(this.#from.get(id), kind);
  }

  /** Relations that end at an element. */
  to(id: string, kind?: RelationKind): readonly Relation[] {
    return chosen(this.#to.get(id), kind);
  }
}

const NOTHING: readonly Relation[] = [];

function chosen(relations: readonly Relation[] = NOTHING, kind: RelationKind | undefined): readonly Relation[] {
  return kind === undefined ? relations : relations.filter((relation) => relation.kind === kind);
}

function grouped(relations: readonly Relation[], keyOf: (relation: Relation) => string): Map<string, Relation[]> {
  const groups = new Map<string, Relation[]>();
  for (const relation of relations) {
    const group = groups.get(keyOf(relation));
    if (group === undefined) groups.set(keyOf(relation), [relation]);
    else group.push(relation);
  }
  return groups;
}

/** Gathers elements and relations; what is said twice is kept once, the first source with it. */
export class SystemBuilder {
  readonly #elements = new Map<string, SystemElement>();
  readonly #relations = new Map<string, Relation>();

  has(id: string): boolean {
    return this.#elements.has(id);
  }

  *ofKind(kind: ElementKind): Generator<SystemElement> {
    for (const element of this.#elements.values()) if (element.kind === kind) yield element;
  }

  /** Its id. An element that was assumed gives way to one that is stated. */
  element(element: SystemElement): string {
    const known = this.#elements.get(element.id);
    if (known === undefined) this.#elements.set(element.id, element);
    else if (element.targets.length > 0 || (known.assumed !== undefined && element.assumed === undefined)) {
      const kept = known.assumed !== undefined && element.assumed === undefined ? element : known;
      this.#elements.set(element.id, { ...kept, targets: [...new Set([...known.targets, ...element.targets])] });
    }
    return element.id;
  }

  relate(
    from: string,
    kind: RelationKind,
    to: string,
    by: { readonly phase: Phase; readonly source: Source },
    more: { readonly detail?: string | undefined; readonly assumed?: string | undefined } = {},
  ): void {
    const { detail, assumed } = more;
    const key = JSON.stringify([from, kind, to, detail]);
    if (this.#relations.has(key)) return;
    this.#relations.set(key, {
      kind,
      from,
      to,
      phase: by.phase,
      source: by.source,
      ...(detail !== undefined && { detail }),
      ...(assumed !== undefined && { assumed }),
    });
  }

  build(): System {
    const byKind = new Map<ElementKind, SystemElement[]>(ELEMENT_KINDS.map((kind) => [kind, []]));
    for (const element of this.#elements.values()) byKind.get(element.kind)?.push(element);
    // What no file describes (a container that is joined by its name) is no element, and nothing leads there.
    const between = [...this.#relations.values()].filter(({ from, to }) => this.has(from) && this.has(to));
    return new System([...byKind.values()].flat(), between);
  }
}
