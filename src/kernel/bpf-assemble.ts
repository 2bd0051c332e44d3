import { type BpfInstruction, type BpfProgram, CODE } from './bpf.ts';
import { MOST_INSTRUCTIONS } from './bpf-validate.ts';

/** A decision, written as a graph: what is shared is one object, and is emitted once. */
export type Decision =
  | { readonly kind: 'return'; readonly value: number }
  | { readonly kind: 'step'; readonly code: number; readonly k: number; readonly next: Decision }
  | {
      readonly kind: 'branch';
      readonly code: number;
      readonly k: number;
      readonly yes: Decision;
      readonly no: Decision;
    };

export const step = (code: number, k: number, next: Decision): Decision => ({ kind: 'step', code, k, next });
export const branch = (code: number, k: number, yes: Decision, no: Decision): Decision => ({
  kind: 'branch',
  code,
  k,
  yes,
  no,
});

/** A conditional jump skips 255 instructions at most; one is kept for a second jump that has to be helped. */
const NEAR = 254;

function afterwards(decision: Decision): Decision | undefined {
  if (decision.kind === 'return') return undefined;
  return decision.kind === 'step' ? decision.next : decision.no;
}

/**
 * Lays the graph out from its end, so that every place is known before it is jumped to. Where one is too far for a conditional
 * jump, an unconditional one (or the return itself) is put between.
 * @throws RangeError where the program is longer than the kernel takes.
 */
export function assemble(root: Decision): BpfProgram {
  const reversed: BpfInstruction[] = [];
  /** Where a decision begins, counted from the end. */
  const places = new Map<Decision, number>();
  const emit = (code: number, k: number, jt = 0, jf = 0): number => reversed.push({ code, jt, jf, k }) - 1;
  const skipTo = (place: number): number => reversed.length - place - 1;

  const near = (decision: Decision): void => {
    const place = laid(decision);
    if (skipTo(place) < NEAR) return;
    places.set(
      decision,
      decision.kind === 'return' ? emit(CODE.RETURN, decision.value) : emit(CODE.JUMP, skipTo(place)),
    );
  };

  const lay = (decision: Decision): number => {
    if (decision.kind === 'return') return emit(CODE.RETURN, decision.value);
    if (decision.kind === 'step') {
      const skipped = skipTo(laid(decision.next));
      if (skipped > 0) emit(CODE.JUMP, skipped);
      return emit(decision.code, decision.k);
    }
    laid(decision.no);
    near(decision.yes);
    near(decision.no);
    return emit(decision.code, decision.k, skipTo(laid(decision.yes)), skipTo(laid(decision.no)));
  };

  /** A list of rules hangs on the last branch of each other, thousands deep: that way is walked, not recursed into. */
  const laid = (decision: Decision): number => {
    const waiting: Decision[] = [];
    for (let at: Decision | undefined = decision; at !== undefined && !places.has(at); at = afterwards(at))
      waiting.push(at);
    for (const each of waiting.reverse()) places.set(each, lay(each));
    return places.get(decision) as number;
  };

  laid(root);
  if (reversed.length > MOST_INSTRUCTIONS)
    throw new RangeError(`the filter has ${reversed.length} instructions, and the kernel takes ${MOST_INSTRUCTIONS}`);
  return reversed.reverse();
}
