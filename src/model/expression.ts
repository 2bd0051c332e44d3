import type { GateParams } from './gates/index.ts';

/**
 * Routes as data that can be walked. A leaf is one gate: a decision of one mechanism. `all` needs each part, `any` one of
 * them. A title names what a part amounts to ("mount a fresh procfs"), for the explanation tree.
 */
export type Expr = Gate | AllOf | AnyOf;

export type Gate = { readonly [K in keyof GateParams]: { readonly gate: K } & GateParams[K] }[keyof GateParams];

export interface AllOf {
  readonly all: readonly Expr[];
  readonly title?: string;
}

export interface AnyOf {
  readonly any: readonly Expr[];
  readonly title?: string;
}

export const all = (title: string, ...parts: readonly Expr[]): AllOf => ({ all: parts, title });
export const any = (title: string, ...parts: readonly Expr[]): AnyOf => ({ any: parts, title });
