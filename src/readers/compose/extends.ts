import { posix } from 'node:path';
import { Unknown } from '../../posture/index.ts';
import { type Entry, isNull, type MapNode, type Node } from '../document/index.ts';
import { joinPath } from '../paths.ts';
import { mergeMaps } from './merge.ts';
import type { Loader } from './project.ts';
import type { Lookup } from './template.ts';
import { pulledIn, Weights } from './tree.ts';

/** Longer chains are refused; real ones have two or three links. */
const MAX_CHAIN = 50;
/** Values that bases may add to one document, each counted as often as it is pulled in. */
const MAX_PULLED = 500_000;

/** Services of one file, by which a chain of `extends` goes on. */
interface Scope {
  readonly path: string;
  readonly folder: string;
  readonly services: ReadonlyMap<string, Entry>;
}

/** Resolves `extends` in one document (compose-go loader/extends.go): the base merges beneath, through files and chains. */
export class Extension {
  readonly #loader: Loader;
  readonly #root: MapNode;
  readonly #scope: Scope;
  readonly #lookup: Lookup;
  readonly #done = new Map<string, MapNode>();
  readonly #files = new Map<string, Scope | Unknown>();
  readonly #weights = new Weights();
  readonly #reported = new Set<number>();
  #pulled = 0;

  constructor(loader: Loader, root: MapNode, path: string, lookup: Lookup) {
    this.#loader = loader;
    this.#root = root;
    this.#lookup = lookup;
    const services = root.entries.get('services')?.value;
    const folder = loader.sources.folderOf(root);
    this.#scope = { path, folder, services: services?.kind === 'map' ? services.entries : new Map() };
  }

  /** The document with every service whole. */
  applied(): MapNode {
    const section = this.#root.entries.get('services');
    if (section === undefined || section.value.kind !== 'map') return this.#root;
    const services = new Map<string, Entry>();
    for (const [name, entry] of section.value.entries) {
      const value = entry.value.kind === 'map' ? this.#service(name, entry.value, this.#scope, [], name) : entry.value;
      services.set(name, { ...entry, value });
    }
    const entries = new Map(this.#root.entries);
    entries.set('services', { ...section, value: { ...section.value, entries: services } });
    return { ...this.#root, entries };
  }

  /** `asked`: the service of the project for whose sake it is done. */
  #service(name: string, service: MapNode, scope: Scope, stack: readonly string[], asked: string): MapNode {
    const clause = service.entries.get('extends')?.value;
    if (clause === undefined || isNull(clause)) return service;
    const key = `${scope.path}#${name}`;
    const done = this.#done.get(key);
    if (done !== undefined) return done;
    const without = { ...service, entries: new Map([...service.entries].filter(([k]) => k !== 'extends')) };
    if (stack.includes(key)) {
      this.#fail(
        asked,
        'extends-cycle',
        `\`extends\` goes round in a circle: ${[...stack, key].join(' → ')}`,
        'break the circle',
        clause,
      );
      return without;
    }
    if (stack.length >= MAX_CHAIN) {
      this.#fail(asked, 'extends-cycle', `a chain of more than ${MAX_CHAIN} \`extends\``, 'shorten the chain', clause);
      return without;
    }
    const base = this.#base(clause, scope, [...stack, key], asked);
    if (base === undefined) return without;
    this.#pulled += this.#weights.of(base);
    if (this.#pulled > MAX_PULLED) {
      this.#fail(asked, 'too-large', `\`extends\` pulls in more than ${MAX_PULLED} values`, 'split the file', clause);
      return without;
    }
    const merged = mergeMaps(
      pulledIn(base, clause.start) as MapNode,
      without,
      ['services', name],
      this.#loader.context,
    );
    if (!this.#loader.incomplete.has(asked)) this.#done.set(key, merged);
    return merged;
  }

  #base(clause: Node, scope: Scope, stack: readonly string[], asked: string): MapNode | undefined {
    const reference = clause.kind === 'map' ? clause.entries.get('service')?.value : clause;
    const file = clause.kind === 'map' ? clause.entries.get('file')?.value : undefined;
    if (reference?.kind !== 'scalar' || isNull(reference)) {
      return this.#fail(
        asked,
        'extends-service',
        '`extends` needs the name of a service',
        'write `service: NAME`',
        clause,
      );
    }
    const target = file === undefined || isNull(file) ? scope : this.#open(file, scope);
    if (target instanceof Unknown)
      return this.#fail(asked, 'extends-unreadable', target.why, 'check the path of the file', clause);
    const base = target.services.get(reference.text)?.value;
    if (base?.kind === 'map') return this.#service(reference.text, base, target, stack, asked);
    if (base !== undefined && isNull(base))
      return { kind: 'map', entries: new Map(), start: base.start, end: base.end };
    return this.#fail(
      asked,
      'extends-service',
      `service \`${reference.text}\` is not in ${target.path}`,
      'check the name of the service',
      reference,
    );
  }

  #open(file: Node, scope: Scope): Scope | Unknown {
    if (file.kind !== 'scalar') return new Unknown('`file` is not a path');
    const path = joinPath(scope.folder, file.text);
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const opened = this.#load(path);
    this.#files.set(path, opened);
    return opened;
  }

  #load(path: string): Scope | Unknown {
    const read = this.#loader.open(path);
    if (read instanceof Unknown) return new Unknown(`extended file \`${path}\` cannot be read: ${read.why}`);
    const folder = posix.dirname(path);
    const roots = this.#loader.documents(read, { folder, lookup: this.#lookup }, false);
    if (roots === undefined) return new Unknown(`extended file \`${path}\` cannot be read`);
    const services = new Map<string, Entry>();
    for (const root of roots) {
      const section = root.entries.get('services')?.value;
      if (section?.kind === 'map') for (const [name, entry] of section.entries) services.set(name, entry);
    }
    return { path: read.path, folder, services };
  }

  #fail(asked: string, code: string, message: string, hint: string, at: Node): undefined {
    this.#loader.incomplete.set(asked, message);
    // One clause fails again for each service that reaches it.
    if (this.#reported.has(at.start)) return undefined;
    this.#reported.add(at.start);
    return this.#loader.context.report(code, message, hint, at);
  }
}
