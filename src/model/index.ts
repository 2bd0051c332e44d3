/**
 * What Linux decides, as an executable specification: gates (one decision of one mechanism, naming the kernel function
 * that takes it), the words that compose them, and their judgement over a posture in three values.
 */
export { type BranchNode, GateGraph, type GateNode, type LeafNode } from './compile.ts';
export type { Expr, Gate } from './expression.ts';
export { GATES, type GateKind, type Result } from './gates/index.ts';
export { Judgement } from './judgement.ts';
export { MECHANISMS, type Mechanism, mechanismsOf } from './mechanism.ts';
