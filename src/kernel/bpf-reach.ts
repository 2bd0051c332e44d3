/*
 * What a stack of filters can answer to a call of which only some arguments are known: each way through the programs is followed,
 * with what it demands of every word of the arguments, and ways that no call can take are left.
 */
import {
  type AluFunction,
  type BpfInstruction,
  type BpfProgram,
  compute,
  holds,
  type JumpTest,
  type LoadSource,
  type Operation,
  operationOf,
} from './bpf.ts';
import { DATA_WORDS } from './bpf-run.ts';
import { type Condition, satisfiable } from './seccomp-argument.ts';
import { RETURN_ALLOW, returnOutcome, stricter } from './seccomp-return.ts';

/** A word of seccomp_data: known, free but for conditions (on 32 bits; `index` is not looked at), or not for the caller to choose. */
export type WordWish = number | readonly Condition[] | 'unknown';

interface Reached {
  readonly value: number;
  /** Some call surely gets this answer; otherwise a test stood in the way that was not understood in full. */
  readonly certain: boolean;
}

export interface Reach {
  readonly answers: readonly Reached[];
  /** The search was given up, or an answer is computed from arguments: others may be possible too. */
  readonly more: boolean;
}

/** What a register holds: a number, some bits of a word of the data, or anything. */
type Value = number | { readonly word: number; readonly mask: number } | undefined;

const FULL = 0xffffffff;

/** What a way demands of a word. */
interface Demand {
  readonly required: readonly Condition[];
  readonly excluded: readonly (readonly Condition[])[];
}

/** How a call came to an instruction. Each has one owner, who moves it on in place. */
interface Way {
  readonly program: number;
  at: number;
  A: Value;
  X: Value;
  memory: readonly Value[];
  readonly demands: ReadonlyMap<number, Demand>;
  certain: boolean;
  /** The strictest answer of the programs before. */
  readonly answer: number;
}

/** Far above what any filter in use takes; a hostile one must not hold the judgement up. */
const MOST_STEPS = 200_000;
const MOST_FORKS = 2000;

/** The programs must be valid, the oldest first, as PTRACE_SECCOMP_GET_FILTER numbers them. */
export function reach(programs: readonly BpfProgram[], words: readonly WordWish[]): Reach {
  const search = new Search(programs, words);
  return search.run();
}

class Search {
  readonly #programs: readonly BpfProgram[];
  readonly #words: readonly WordWish[];
  readonly #open: Way[] = [];
  readonly #answers = new Map<number, boolean>();
  #computed = false;
  #more = false;
  #forks = 0;

  constructor(programs: readonly BpfProgram[], words: readonly WordWish[]) {
    this.#programs = programs;
    this.#words = words;
  }

  run(): Reach {
    const demands = new Map(
      this.#words.flatMap((wish, word) => (typeof wish === 'object' ? [[word, { required: wish, excluded: [] }]] : [])),
    );
    this.#enter({ demands, certain: true, answer: RETURN_ALLOW }, this.#programs.length - 1);
    let steps = 0;
    for (let way = this.#open.pop(); way !== undefined && !this.#more; way = this.#open.pop()) {
      while (this.#advance(way)) steps += 1;
      if (steps > MOST_STEPS || this.#forks > MOST_FORKS) this.#more = true;
    }
    const answers = [...this.#answers].map(([value, certain]) => ({ value, certain }));
    return { answers, more: this.#more || this.#computed };
  }

  /** The kernel asks the newest first. Once a call is refused, the filters that are left can only refuse it more. */
  #enter(way: Pick<Way, 'demands' | 'certain' | 'answer'>, program: number): void {
    if (program >= 0 && !refuses(way.answer)) {
      this.#open.push({ ...way, program, at: 0, A: 0, X: 0, memory: [] });
    } else this.#answers.set(way.answer, way.certain || (this.#answers.get(way.answer) ?? false));
  }

  /** One instruction further; false where the way ended, or others were opened in its place. */
  #advance(way: Way): boolean {
    const instruction = this.#programs[way.program]?.[way.at];
    const operation = instruction && operationOf(instruction);
    if (operation === undefined) throw new RangeError('only valid programs can be judged');
    way.at += 1;
    const k = instruction?.k ?? 0;
    switch (operation.kind) {
      case 'load':
        way[operation.to] = this.#loaded(way, operation.from, k);
        return true;
      case 'store':
        way.memory = Object.assign([...way.memory], { [k]: way[operation.from] });
        return true;
      case 'copy':
        way[operation.to] = operation.to === 'X' ? way.A : way.X;
        return true;
      case 'alu':
        return this.#calculate(way, operation.function, operation.by === 'K' ? k : way.X);
      case 'jump':
        return this.#jump(way, operation, instruction as BpfInstruction);
      case 'return':
        return this.#return(way, operation.from === 'K' ? k : way.A);
    }
  }

  #return(way: Way, value: Value): false {
    if (typeof value === 'number') this.#enter({ ...way, answer: stricter(way.answer, value) }, way.program - 1);
    else this.#computed = true;
    return false;
  }

  /** A division by zero ends the program with 0. */
  #calculate(way: Way, name: AluFunction, operand: Value): boolean {
    if (name === 'div' && operand === 0) return this.#return(way, 0);
    if (name === 'div' && typeof operand !== 'number') {
      // It may be 0, or may be nothing else: neither way on is sure.
      way.certain = false;
      this.#return({ ...way }, 0);
    }
    way.A = combined(name, way.A, operand);
    return true;
  }

  #loaded(way: Way, from: LoadSource, k: number): Value {
    if (from === 'constant') return k;
    if (from === 'length') return DATA_WORDS * 4;
    if (from === 'memory') return way.memory[k];
    const wish = this.#words[k >> 2];
    if (typeof wish === 'object') return { word: k >> 2, mask: FULL };
    return typeof wish === 'number' ? wish : undefined;
  }

  #jump(way: Way, { test, against }: Extract<Operation, { kind: 'jump' }>, { jt, jf, k }: BpfInstruction): boolean {
    const operand = against === 'K' ? k : way.X;
    if (test === 'always') way.at += k;
    else if (typeof way.A === 'number' && typeof operand === 'number') way.at += holds(test, way.A, operand) ? jt : jf;
    else return this.#fork(way, meaning(test, way.A, operand), way.at + jt, way.at + jf);
    return true;
  }

  #fork(way: Way, means: Meaning, yes: number, no: number): boolean {
    this.#forks += 1;
    if (means === 'never') {
      way.at = no;
      return true;
    }
    if (means === 'unclear') {
      for (const at of [yes, no]) this.#open.push({ ...way, at, certain: false });
      return false;
    }
    const { word, condition, taken } = means;
    const { required, excluded } = way.demands.get(word) ?? NOTHING;
    this.#demand(way, taken ? yes : no, word, { required: [...required, condition], excluded });
    this.#demand(way, taken ? no : yes, word, { required, excluded: [...excluded, [condition]] });
    return false;
  }

  #demand(way: Way, at: number, word: number, demand: Demand): void {
    const possible = satisfiable(demand.required, demand.excluded, 32);
    if (possible === 'no') return;
    const demands = new Map(way.demands).set(word, demand);
    this.#open.push({ ...way, at, demands, certain: way.certain && possible === 'yes' });
  }
}

const NOTHING: Demand = { required: [], excluded: [] };

/** A jump as a condition on a word: it is taken where the condition holds, or where it does not. */
type Meaning = { readonly word: number; readonly condition: Condition; readonly taken: boolean } | 'never' | 'unclear';

function meaning(test: Exclude<JumpTest, 'always'>, left: Value, right: Value): Meaning {
  if (typeof left !== 'object' || typeof right !== 'number') return 'unclear';
  const { word, mask } = left;
  const where = (op: Condition['op'], value: number, bits: number, taken: boolean): Meaning => ({
    word,
    condition: { index: 0, op, value: BigInt(value), mask: BigInt(bits) },
    taken,
  });
  if (test === 'eq') {
    if (compute('and', right, mask) !== right) return 'never';
    return mask === FULL ? where('==', right, 0, true) : where('&', right, mask, true);
  }
  if (test === 'set') {
    const tested = compute('and', right, mask) ?? 0;
    return tested === 0 ? 'never' : where('&', 0, tested, false);
  }
  if (mask !== FULL) return 'unclear';
  return where(test === 'gt' ? '>' : '>=', right, 0, true);
}

function combined(name: AluFunction, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return compute(name, left, right);
  if (name !== 'and') return undefined;
  if (left === 0 || right === 0) return 0;
  if (typeof left === 'object' && typeof right === 'number') return masked(left, right);
  if (typeof right === 'object' && typeof left === 'number') return masked(right, left);
  return undefined;
}

function masked({ word, mask }: { readonly word: number; readonly mask: number }, bits: number): Value {
  const left = compute('and', mask, bits) ?? 0;
  return left === 0 ? 0 : { word, mask: left };
}

function refuses(value: number): boolean {
  return returnOutcome(value).effect === 'refused';
}
