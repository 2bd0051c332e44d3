import type { CofferdamError } from '../../posture/index.ts';
import { type Document, type Node, placeAt } from '../document/index.ts';
import type { InlineSuppression } from '../subject.ts';
import { type PlacedSuppression, readSuppression, startWithComments } from '../suppressions.ts';
import { entryOf, type KubernetesObject } from './object.ts';

const ANNOTATION = 'cofferdam.dev/ignore';

/** `cofferdam.dev/ignore: "VECTOR reason; VECTOR reason (until DATE)"` on an object or on a pod template. */
export function annotatedSuppressions(
  object: KubernetesObject,
  metadata: Node | undefined,
  problems: CofferdamError[],
): InlineSuppression[] {
  const node = entryOf(metadata, 'annotations', ANNOTATION);
  if (node?.kind !== 'scalar') return [];
  const place = placeAt(object.document, node);
  const parts = node.text.split(';').filter((part) => part.trim() !== '');
  return parts.flatMap((part) => readSuppression(part, place, (problem) => problems.push(problem)));
}

/** Where the text of a node ends; a mapping's own end is that of its last value. */
function endOf(node: Node): number {
  let end = node.end;
  if (node.via !== undefined) return end;
  const children =
    node.kind === 'map' ? [...node.entries.values()].map((e) => e.value) : node.kind === 'list' ? node.items : [];
  for (const child of children) if (child.via === undefined) end = Math.max(end, endOf(child));
  return end;
}

/** Those inside a node's text, on its last line, or in the comment lines directly above it. */
export function within(comments: readonly PlacedSuppression[], document: Document, node: Node): PlacedSuppression[] {
  if (comments.length === 0) return [];
  const { text } = document.lines;
  const newline = text.indexOf('\n', endOf(node));
  const end = newline < 0 ? text.length : newline;
  const start = startWithComments(text, node.start);
  return comments.filter(({ offset }) => offset >= start && offset <= end);
}
