import type { GateNode, Judgement, LeafNode } from '../model/index.ts';
import { describeSource, placeOf } from '../posture/index.ts';
import type { Because } from './result.ts';

const MARK = { passes: '✗', closed: '✓', unknown: '?' } as const;

/** Why a node has its result: every gate of it, with the fact that decided and where that stands. `part` gives its children's. */
export function explain(node: GateNode, judgement: Judgement, part: (child: GateNode) => Because): Because {
  if (node.kind === 'gate') return explainGate(node, judgement);
  const text = node.title ?? (node.kind === 'all' ? 'all of' : 'any of');
  return { text, result: judgement.result(node), children: node.children.map(part) };
}

function explainGate(node: LeafNode, judgement: Judgement): Because {
  const outcome = judgement.outcome(node);
  const base = { text: outcome.why, result: outcome.result, mechanism: judgement.mechanism(node) };
  if (outcome.fact === undefined) return base;
  const place = placeOf(outcome.fact.source);
  return {
    ...base,
    source: describeSource(outcome.fact.source),
    ...(place && { place: { path: place.path, line: place.line, column: place.column } }),
  };
}

/** What decided, as lines: ✗ the gate lets through, ✓ it holds, ? not known. Parts that came out otherwise did not decide. */
export function becauseLines(tree: Because, indent = ''): string[] {
  const source = tree.source === undefined ? '' : ` — ${tree.source}`;
  const mechanism = tree.mechanism === undefined ? '' : ` [${tree.mechanism}]`;
  const line = `${indent}${MARK[tree.result]} ${tree.text}${mechanism}${source}`;
  const decisive = (tree.children ?? []).filter((child) => child.result === tree.result);
  return [line, ...decisive.flatMap((child) => becauseLines(child, `${indent}  `))];
}
