import { CODE } from './bpf.ts';
import { branch, type Decision, step } from './bpf-assemble.ts';
import type { Condition } from './seccomp-argument.ts';
import type { Clause } from './seccomp-compile.ts';

/**
 * The order in which libseccomp asks the rules of a call where several meet the same arguments (db.c, `_db_chain_lt`): by the first
 * condition that differs, the later argument before the earlier, equality before order, and of one kind the larger value, of
 * `<` and `<=` the smaller one.
 */
export function inOrder(clauses: readonly Clause[]): Clause[] {
  const sorted = clauses.map((clause) => ({
    clause,
    conditions: clause.conditions.toSorted((a, b) => a.index - b.index),
  }));
  return sorted.sort((a, b) => orderOf(a.conditions, b.conditions)).map(({ clause }) => clause);
}

function orderOf(a: readonly Condition[], b: readonly Condition[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return -1;
    const order = conditionOrder(left, right);
    if (order !== 0) return order;
  }
  return a.length < b.length ? 1 : 0;
}

function conditionOrder(a: Condition, b: Condition): number {
  const kinds = rank(a.op) - rank(b.op);
  if (a.index !== b.index) return b.index - a.index;
  if (kinds !== 0) return kinds;
  const larger = a.value === b.value ? 0 : a.value > b.value ? -1 : 1;
  return rank(a.op) === SMALLER ? -larger : larger;
}

const SMALLER = 1;

function rank(op: Condition['op']): number {
  if (op === '<' || op === '<=') return SMALLER;
  return op === '>' || op === '>=' ? 2 : 0;
}

const ARGS = 16;

/** A filter compares words of 32 bits: the upper half first, and the lower one where that does not settle it. */
export function compareArgument(condition: Condition, bits: 32 | 64, yes: Decision, no: Decision): Decision {
  const { index, op, mask, value } = condition;
  const offset = ARGS + 8 * index;
  const low = word(value);
  const high = word(value >> 32n);
  const wide = bits === 64;
  const onHigh = (next: Decision): Decision => (wide ? step(CODE.LOAD, offset + 4, next) : next);
  const onLow = (code: number): Decision => step(CODE.LOAD, offset, branch(code, low, yes, no));
  const equalHigh = (next: Decision): Decision => (wide ? branch(CODE.JEQ, high, next, no) : next);
  const ordered = (code: number): Decision =>
    wide ? onHigh(branch(CODE.JGT, high, yes, branch(CODE.JEQ, high, onLow(code), no))) : onLow(code);
  switch (op) {
    case '==':
      return onHigh(equalHigh(onLow(CODE.JEQ)));
    case '>':
      return ordered(CODE.JGT);
    case '>=':
      return ordered(CODE.JGE);
    case '!=':
      return compareArgument({ ...condition, op: '==' }, bits, no, yes);
    case '<':
      return compareArgument({ ...condition, op: '>=' }, bits, no, yes);
    case '<=':
      return compareArgument({ ...condition, op: '>' }, bits, no, yes);
    case '&':
      return masked(offset + 4, word(mask >> 32n), high, masked(offset, word(mask), low, yes, no), no);
  }
}

/** A half under an empty mask is not compared. */
function masked(offset: number, mask: number, value: number, yes: Decision, no: Decision): Decision {
  if (mask === 0) return yes;
  return step(CODE.LOAD, offset, step(CODE.AND, mask, branch(CODE.JEQ, value, yes, no)));
}

function word(value: bigint): number {
  return Number(value & 0xffffffffn);
}
