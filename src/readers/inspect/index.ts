import { CofferdamError } from '../../posture/index.ts';
import { type Document, type Node, placeAt } from '../document/index.ts';
import { failed, readJson } from '../json.ts';
import { entryOf } from '../stating.ts';
import type { ReadOptions, ReadResult, Subject } from '../subject.ts';
import { readContainer } from './container.ts';
import { readImage } from './image.ts';

/**
 * Reads what `docker inspect` and `podman inspect` print: an array of containers or images (or one of them alone). Inspect shows
 * what the engine made of a request, so most of it is explicit; what it leaves empty (`SecurityOpt: null`) is the engine's default.
 */
export function readInspect(text: string, path: string, options: ReadOptions): ReadResult {
  return readJson(text, path, (document) => readItems(document, path, options));
}

function readItems(document: Document, path: string, options: ReadOptions): ReadResult {
  const { root } = document;
  const items = root.kind === 'list' ? root.items : [root];
  const subjects: Subject[] = [];
  const problems: CofferdamError[] = [];
  const ids = new Set<string>();
  const foreign: Node[] = [];
  for (const item of items) {
    const read = isContainer(item) ? readContainer : isImage(item) ? readImage : undefined;
    if (read === undefined) {
      foreign.push(item);
      continue;
    }
    const result = read(document, item, path, options);
    const id = unique(ids, result.subject.id);
    subjects.push({ ...result.subject, id });
    problems.push(...result.problems);
  }
  if (items.length === 0) {
    const at = { path, line: 1, column: 1 };
    return failed(
      new CofferdamError('empty', 'the array is empty: inspect found nothing', 'name a container that exists', at),
    );
  }
  const [first] = foreign;
  if (first !== undefined) {
    const message = `${foreign.length} of ${items.length} items are neither a container nor an image`;
    const hint = 'networks, volumes and plugins are not judged: inspect containers';
    problems.push(new CofferdamError('unknown-kind', message, hint, placeAt(document, first)));
  }
  return { subjects, problems, skipped: [] };
}

function isContainer(item: Node): boolean {
  return entryOf(item, 'HostConfig') !== undefined && entryOf(item, 'Config') !== undefined;
}

function isImage(item: Node): boolean {
  return (
    entryOf(item, 'RootFS') !== undefined ||
    (entryOf(item, 'RepoTags') !== undefined && entryOf(item, 'Id') !== undefined)
  );
}

function unique(taken: Set<string>, id: string): string {
  let free = id;
  for (let i = 2; taken.has(free); i++) free = `${id}~${i}`;
  taken.add(free);
  return free;
}
