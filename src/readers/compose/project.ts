import { posix } from 'node:path';
import { CofferdamError, Unknown } from '../../posture/index.ts';
import { type Document, isNull, type MapNode, type Node, parseDocuments } from '../document/index.ts';
import { joinPath } from '../paths.ts';
import type { ReadOptions } from '../subject.ts';
import { parseEnvironmentFile } from './dotenv.ts';
import { Extension } from './extends.ts';
import { mergeMaps, mergeNodes, withoutResets } from './merge.ts';
import type { Lookup } from './template.ts';
import { ComposeContext, Preparation, Sources, Weights } from './tree.ts';

export interface ComposeFile {
  readonly path: string;
  readonly text: string;
}

/** The model that compose makes of some files: variables in, `include` and `extends` resolved, overrides merged. */
export interface Project {
  readonly root: MapNode;
  readonly context: ComposeContext;
  readonly sources: Sources;
  /** Documents whose services are the project's own (not what `extends` reaches into), as they stand in their files. */
  readonly own: readonly OwnDocument[];
  readonly lookup: Lookup;
  /** Services whose base could not be read, with why. */
  readonly incomplete: ReadonlyMap<string, string>;
}

export interface OwnDocument {
  readonly document: Document;
  readonly base: number;
}

/** compose-go refuses documents of more than 100,000 visited nodes (loader/reset.go); the model of several may be larger. */
const MAX_NODES = 500_000;
const MAX_INCLUDES = 100;

const SHARED_SECTIONS = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'] as const;

/**
 * @throws CofferdamError when the first file is no YAML at all; every other problem is collected in the context.
 */
export function loadProject(files: readonly ComposeFile[], options: ReadOptions): Project {
  const [main] = files;
  if (main === undefined) throw new CofferdamError('no-input', 'no compose file was given', 'name at least one file');
  return new Loader(main, options).project(files);
}

interface Folder {
  readonly folder: string;
  readonly lookup: Lookup;
}

export class Loader {
  readonly options: ReadOptions;
  readonly context: ComposeContext;
  readonly sources = new Sources();
  readonly incomplete = new Map<string, string>();
  readonly #main: string;
  readonly #own: OwnDocument[] = [];
  readonly #parsed = new Map<string, readonly Document[] | undefined>();
  #included = 0;

  constructor(main: ComposeFile, options: ReadOptions) {
    this.options = options;
    this.#main = main.path;
    const documents = parseDocuments(main.text, main.path);
    this.#parsed.set(main.path, documents);
    this.context = new ComposeContext(documents[0] as Document, this.sources);
  }

  project(files: readonly ComposeFile[]): Project {
    const lookup = this.#environment('', undefined, (name) => own(this.options.environment, name));
    const root = this.#model(files, { folder: '', lookup }, [posix.normalize(this.#main)]);
    const { context, sources, incomplete } = this;
    return { root, context, sources, own: this.#own, lookup, incomplete };
  }

  /** A file named in another, by its path from the artifact's folder. */
  open(path: string): ComposeFile | Unknown {
    return this.options.read(path, this.#main);
  }

  exists(path: string): boolean {
    return this.options.exists(path, this.#main);
  }

  /** The documents of a file, prepared; undefined (and a problem) where they cannot be parsed. */
  documents(file: ComposeFile, { folder, lookup }: Folder, isOwn: boolean): readonly MapNode[] | undefined {
    const documents = this.#parse(file);
    if (documents === undefined) return undefined;
    const first = documents[0];
    if (first === undefined) return [];
    const base = this.sources.add(first, folder);
    const preparation = new Preparation(base, lookup, this.context);
    const roots: MapNode[] = [];
    for (const document of documents) {
      const root = preparation.prepare(document.root);
      if (isOwn) this.#own.push({ document, base });
      if (root.kind === 'map') roots.push(root);
      else if (!isNull(root)) {
        this.context.report(
          'wrong-type',
          'a compose file is a mapping with `services`',
          'check that this is a compose file',
          root,
        );
      }
    }
    return roots;
  }

  #parse(file: ComposeFile): readonly Document[] | undefined {
    if (this.#parsed.has(file.path)) return this.#parsed.get(file.path);
    let documents: readonly Document[] | undefined;
    try {
      documents = parseDocuments(file.text, file.path);
    } catch (error) {
      if (!(error instanceof CofferdamError)) throw error;
      this.context.problems.push(error);
    }
    this.#parsed.set(file.path, documents);
    return documents;
  }

  /** compose-go loader.go `loadYamlFile`: of each document first its includes, then its `extends`, then it overrides what came before. */
  #model(files: readonly ComposeFile[], at: Folder, stack: readonly string[]): MapNode {
    let model: MapNode = { kind: 'map', entries: new Map(), start: 0, end: 0 };
    for (const file of files) {
      for (const root of this.documents(file, at, true) ?? []) {
        const included = this.#withIncludes(root, at, stack);
        const extended = new Extension(this, included, file.path, at.lookup).applied();
        if (file.text.includes('&') && this.#tooLarge(model, extended)) return model;
        model = mergeMaps(model, extended, [], this.context);
      }
    }
    return files.some((file) => file.text.includes('!reset')) ? (withoutResets(model) as MapNode) : model;
  }

  /** What aliases, merges and `extends` blow up beyond all measure is left out. */
  #tooLarge(model: MapNode, root: MapNode): boolean {
    const weights = new Weights();
    if (weights.of(model) + weights.of(root) <= MAX_NODES) return false;
    this.context.report(
      'too-large',
      `more than ${MAX_NODES} values once aliases and \`extends\` are written out`,
      'split the file',
      root,
    );
    return true;
  }

  #withIncludes(root: MapNode, at: Folder, stack: readonly string[]): MapNode {
    const include = root.entries.get('include')?.value;
    if (include === undefined || isNull(include)) return root;
    if (include.kind !== 'list') {
      this.context.report('wrong-type', '`include` is a list', 'write a list of files', include);
      return root;
    }
    let result = root;
    for (const item of include.items) {
      const model = this.#include(item, at, stack);
      if (model !== undefined) result = this.#import(model, result);
    }
    return result;
  }

  /** compose-go loader/include.go `importResources`: the includer's own statements override. */
  #import(from: MapNode, into: MapNode): MapNode {
    const entries = new Map(into.entries);
    for (const section of SHARED_SECTIONS) {
      const theirs = from.entries.get(section);
      const ours = entries.get(section);
      if (theirs === undefined) continue;
      entries.set(
        section,
        ours === undefined ? theirs : { ...ours, value: mergeNodes(theirs.value, ours.value, [section], this.context) },
      );
    }
    return { ...into, entries };
  }

  #include(item: Node, at: Folder, stack: readonly string[]): MapNode | undefined {
    if (++this.#included > MAX_INCLUDES) {
      if (this.#included === MAX_INCLUDES + 1)
        this.context.report('too-large', `more than ${MAX_INCLUDES} included files`, 'include fewer files', item);
      return undefined;
    }
    const paths = strings(item.kind === 'map' ? item.entries.get('path')?.value : item).map((path) =>
      joinPath(at.folder, path),
    );
    const first = paths[0];
    if (first === undefined) return this.context.report('wrong-type', '`include` needs a path', 'name a file', item);
    if (stack.includes(posix.normalize(first)))
      return this.context.report(
        'include-cycle',
        `\`${first}\` includes itself: ${[...stack, first].join(' → ')}`,
        'break the cycle',
        item,
      );
    const files: ComposeFile[] = [];
    for (const path of paths) {
      const file = this.open(path);
      if (file instanceof Unknown) {
        this.context.report(
          'include-unreadable',
          `included file \`${path}\` cannot be read: ${file.why}`,
          'check the path; services of that file are not judged',
          item,
        );
      } else files.push(file);
    }
    const member = (key: string): Node | undefined => (item.kind === 'map' ? item.entries.get(key)?.value : undefined);
    const [directory] = strings(member('project_directory'));
    const folder = directory === undefined ? posix.dirname(first) : joinPath(at.folder, directory);
    const environmentFiles = strings(member('env_file')).map((path) => joinPath(at.folder, path));
    const lookup = this.#environment(folder, environmentFiles.length > 0 ? environmentFiles : undefined, at.lookup);
    return this.#model(files, { folder, lookup }, [...stack, posix.normalize(first)]);
  }

  /** Variables of the surroundings, then those of the files (`.env` beside the project where none is named). */
  #environment(folder: string, named: readonly string[] | undefined, outer: Lookup): Lookup {
    const known = new Map<string, string>();
    for (const path of named ?? [joinPath(folder, '.env')]) {
      if (named === undefined ? !this.exists(path) : path === '/dev/null') continue;
      const file = this.open(path);
      if (file instanceof Unknown) {
        const why = `environment file \`${path}\` cannot be read: ${file.why}`;
        this.context.problems.push(
          new CofferdamError('env-file-unreadable', why, 'its variables count as not set', { path: this.#main }),
        );
        continue;
      }
      const { entries, bad } = parseEnvironmentFile(file.text, outer);
      for (const line of bad) {
        this.context.problems.push(
          new CofferdamError('env-file-syntax', 'not a line `NAME=value`', 'mend or comment out the line', {
            path: file.path,
            line,
            column: 1,
          }),
        );
      }
      for (const { name, value, unset } of entries)
        if (value !== undefined && unset.length === 0) known.set(name, value);
    }
    return (name) => outer(name) ?? known.get(name);
  }
}

const own = (from: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined;

function strings(node: Node | undefined): string[] {
  if (node === undefined || isNull(node)) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => (item.kind === 'scalar' && item.text !== '' ? [item.text] : []));
}
