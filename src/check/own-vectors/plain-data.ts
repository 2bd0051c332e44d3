import { CofferdamError } from '../../posture/index.ts';
import { DecodeContext, type Document, type Entry, LineIndex, type Node } from '../../readers/document/index.ts';

/**
 * Objects that code made, as the nodes that the schemas read: routes are data, wherever they come from. A node has no place in a
 * text; its offset is the number of its path (`[0].routes[1][0].capability`), which messages show.
 */
export class ObjectContext extends DecodeContext {
  readonly #paths: readonly string[];
  readonly #file: string;

  constructor(document: Document, paths: readonly string[]) {
    super(document);
    this.#paths = paths;
    this.#file = document.path;
  }

  override report(code: string, message: string, hint: string, node: { start: number }): undefined {
    const path = this.#paths[node.start] ?? '';
    this.problems.push(
      new CofferdamError(code, path === '' ? message : `${message} (at default${path})`, hint, { path: this.#file }),
    );
    return undefined;
  }

  override place(): { path: string; line: number; column: number } {
    return { path: this.#file, line: 1, column: 1 };
  }
}

/** @throws CofferdamError where something is not data, contains itself, or is beyond all measure. */
export function nodesOf(data: unknown, file: string): { readonly root: Node; readonly context: ObjectContext } {
  const builder = new Builder(file);
  const root = builder.node(data, '');
  const document = { root, path: file, lines: new LineIndex('') };
  return { root, context: new ObjectContext(document, builder.paths) };
}

const MOST_NODES = 1_000_000;

class Builder {
  readonly paths: string[] = [];
  readonly #file: string;
  readonly #open = new Set<object>();

  constructor(file: string) {
    this.#file = file;
  }

  node(data: unknown, path: string): Node {
    const place = this.#enter(path);
    switch (typeof data) {
      case 'string':
        return { kind: 'scalar', text: data, quoted: true, ...place };
      case 'number':
      case 'boolean':
      case 'bigint':
        return { kind: 'scalar', text: String(data), quoted: false, ...place };
      case 'object':
        return data === null
          ? { kind: 'scalar', text: 'null', quoted: false, ...place }
          : this.#structure(data, path, place);
      default:
        return this.#fail(
          path,
          `a ${typeof data} is not data`,
          'routes are made with `words`, which give plain objects',
        );
    }
  }

  #enter(path: string): { start: number; end: number } {
    const start = this.paths.push(path) - 1;
    if (start > MOST_NODES) return this.#fail('', 'the vectors are too large', 'split them');
    return { start, end: start };
  }

  #structure(data: object, path: string, place: { start: number; end: number }): Node {
    if (this.#open.has(data)) return this.#fail(path, 'an object contains itself', 'routes are finite trees');
    this.#open.add(data);
    const node: Node = Array.isArray(data)
      ? { kind: 'list', items: data.map((item, i) => this.node(item, `${path}[${i}]`)), ...place }
      : { kind: 'map', entries: this.#entries(data, path), ...place };
    this.#open.delete(data);
    return node;
  }

  #entries(data: object, path: string): Map<string, Entry> {
    const prototype = Object.getPrototypeOf(data);
    // Objects of another realm (a test runner's, a vm's) have that realm's prototype.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      this.#fail(path, 'an object of a class is not data', 'export what defineVector and words give');
    const stated = Object.entries(data).filter(([, value]) => value !== undefined);
    return new Map(
      stated.map(([key, item]) => {
        const value = this.node(item, `${path}.${key}`);
        return [key, { keyStart: value.start, keyEnd: value.end, value }] as const;
      }),
    );
  }

  #fail(path: string, message: string, hint: string): never {
    throw new CofferdamError('vector', path === '' ? message : `${message} (at default${path})`, hint, {
      path: this.#file,
    });
  }
}
