import type { Expr, Gate } from './expression.ts';
import { GATES, type GateKind } from './gates/index.ts';

/**
 * Expressions compiled into one graph in which equal parts are one node, so that a gate that forty vectors share is
 * decided once a posture. Children come before parents.
 */
export interface LeafNode {
  readonly id: number;
  readonly kind: 'gate';
  readonly gate: Gate;
  readonly behaviour: GateKind<Gate>;
}

export interface BranchNode {
  readonly id: number;
  readonly kind: 'all' | 'any';
  readonly title: string | undefined;
  readonly children: readonly GateNode[];
}

export type GateNode = LeafNode | BranchNode;

export class GateGraph {
  readonly nodes: GateNode[] = [];
  readonly #byText = new Map<string, GateNode>();
  readonly #byExpression = new Map<Expr, GateNode>();

  /** The node of an expression, made on first sight. */
  add(expression: Expr): GateNode {
    const seen = this.#byExpression.get(expression);
    if (seen) return seen;
    const node = 'gate' in expression ? this.#leaf(expression) : this.#branch(expression);
    this.#byExpression.set(expression, node);
    return node;
  }

  #leaf(gate: Gate): GateNode {
    // The table is indexed by the gate's own name, so the kind takes exactly these parameters.
    const behaviour = GATES[gate.gate] as unknown as GateKind<Gate>;
    return this.#intern(JSON.stringify(gate), (id) => ({ id, kind: 'gate', gate, behaviour }));
  }

  #branch(expression: Exclude<Expr, Gate>): GateNode {
    const kind = 'all' in expression ? 'all' : 'any';
    const parts = 'all' in expression ? expression.all : expression.any;
    const children = parts.map((part) => this.add(part));
    const [only] = children;
    if (children.length === 1 && only) return only;
    const title = expression.title;
    return this.#intern(`${kind}:${title}:${children.map((child) => child.id).join()}`, (id) => ({
      id,
      kind,
      title,
      children,
    }));
  }

  #intern(text: string, make: (id: number) => GateNode): GateNode {
    const found = this.#byText.get(text);
    if (found) return found;
    const node = make(this.nodes.length);
    this.nodes.push(node);
    this.#byText.set(text, node);
    return node;
  }
}
