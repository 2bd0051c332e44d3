import type { BranchNode, GateNode, Judgement, LeafNode } from '../model/index.ts';
import { describeSource, type Posture, placeOf, type Source } from '../posture/index.ts';
import type { Because } from './result.ts';

const MARK = { passes: '✗', closed: '✓', unknown: '?' } as const;

/** Why a node has its result: every gate of it, with the fact that decided and where that stands. `part` gives its children's. */
export function explain(node: GateNode, judgement: Judgement, part: (child: GateNode) => Because): Because {
  if (node.kind === 'gate') return explainGate(node, judgement);
  return { text: titleOf(node), result: judgement.result(node), children: node.children.map(part) };
}

function titleOf(node: BranchNode): string {
  return node.title ?? (node.kind === 'all' ? 'all of' : 'any of');
}

function explainGate(node: LeafNode, judgement: Judgement): Because {
  const outcome = judgement.outcome(node);
  const told = { text: outcome.why, result: outcome.result, mechanism: judgement.mechanism(node) };
  return outcome.fact === undefined ? told : withSource(told, outcome.fact.source);
}

/** What is told of a gate, citing another source. */
export function withSource({ text, result, mechanism }: Because, source: Source): Because {
  const { words, place } = citationOf(source);
  const told = mechanism === undefined ? { text, result, source: words } : { text, result, mechanism, source: words };
  return place === undefined ? told : { ...told, place };
}

interface Citation {
  readonly words: string;
  readonly place: Because['place'] | undefined;
}

/** A statement is cited by many gates. */
const citations = new WeakMap<Source, Citation>();

function citationOf(source: Source): Citation {
  let citation = citations.get(source);
  if (citation === undefined) {
    const place = placeOf(source);
    citation = {
      words: describeSource(source),
      place: place && { path: place.path, line: place.line, column: place.column },
    };
    citations.set(source, citation);
  }
  return citation;
}

/** What decided a vector, line by line. */
export interface Told {
  readonly lines: readonly Line[];
  readonly texts: readonly string[];
  /** Positions of the lines that cite what somebody stated: their places are told anew for each posture that stands on this. */
  readonly stated: readonly number[];
}

export function toldOf(lines: readonly Line[]): Told {
  return {
    lines,
    texts: lines.map(({ text }) => text),
    stated: lines.flatMap(({ source }, i) => (source?.kind === 'stated' ? [i] : [])),
  };
}

/** What the base tells, with the places that it has here. Few lines of many have one, so all others are copied as they are. */
export function placedTold(told: Told, posture: Posture): Told {
  const lines = told.lines.slice();
  const texts = told.texts.slice();
  for (const i of told.stated) {
    const line = placedLine(lines[i] as Line, posture);
    lines[i] = line;
    texts[i] = line.text;
  }
  return { lines, texts, stated: told.stated };
}

/** What is told of one node on one line; of a gate, with the source that it cites. */
interface Line {
  readonly head: string;
  readonly source: Source | undefined;
  readonly text: string;
}

/** What decided, as lines: ✗ the gate lets through, ✓ it holds, ? not known. Parts that came out otherwise did not decide. */
export function linesOf(root: GateNode, judgement: Judgement): readonly Line[] {
  const lines: Line[] = [];
  const result = judgement.result(root);
  const write = (node: GateNode, indent: string): void => {
    if (node.kind === 'gate') {
      const { why, fact } = judgement.outcome(node);
      lines.push(lineOf(`${indent}${MARK[result]} ${why} [${judgement.mechanism(node)}]`, fact?.source));
      return;
    }
    lines.push(lineOf(`${indent}${MARK[result]} ${titleOf(node)}`, undefined));
    for (const child of node.children) if (judgement.result(child) === result) write(child, `${indent}  `);
  };
  write(root, '');
  return lines;
}

function lineOf(head: string, source: Source | undefined): Line {
  return { head, source, text: source === undefined ? head : `${head} — ${citationOf(source).words}` };
}

/** A line of the base, with the place that its source has here. */
function placedLine(line: Line, posture: Posture): Line {
  if (line.source === undefined) return line;
  const { source } = posture.placed({ source: line.source });
  return source === line.source ? line : lineOf(line.head, source);
}
