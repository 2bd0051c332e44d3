import type { ArrayValue, Word } from 'unbash';
import { type Argument, expandValue, expandWord, type Lookup, type Span } from './words.ts';

/** A stretch of commands that run together or not at all; it runs only after its parent has begun. */
export interface Block {
  readonly parent?: Block;
  /** The function whose body it is in. */
  readonly inFunction?: object;
  /** May run again, or later than it stands: the body of a loop or a function. */
  readonly repeated: boolean;
}

export interface Assignment {
  readonly name: string;
  readonly at: number;
  readonly block: Block;
  /** Undefined where something else sets it: `read`, `for`, `unset`. */
  readonly value?: Word | ArrayValue;
  readonly append: boolean;
}

/** A text that is parsed as shell, and where its characters stand in the file. */
export interface Region {
  readonly text: string;
  readonly shift: (at: number) => number;
}

interface Variable {
  /** In the order of the text. */
  readonly assignments: Assignment[];
  readonly functions: Set<object>;
}

const DEEPEST = 32;
const FURTHEST = 1000;
const LONGEST = 65_536;

/** The variables of one shell. A value is told only where one constant assignment certainly decides it. */
export class Scope {
  readonly #region: Region;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #outer: Lookup | undefined;
  readonly #variables = new Map<string, Variable>();
  readonly #barriers: number[] = [];
  readonly #values = new Map<Assignment, readonly Argument[] | undefined>();
  #depth = 0;

  /** `outer` knows the variables that an enclosing shell puts into the text before this one sees it. */
  constructor(region: Region, environment: Readonly<Record<string, string>>, outer: Lookup | undefined) {
    this.#region = region;
    this.#environment = environment;
    this.#outer = outer;
  }

  assign(assignment: Assignment): void {
    const { name, block } = assignment;
    const variable = this.#variables.get(name) ?? { assignments: [], functions: new Set() };
    this.#variables.set(name, variable);
    variable.assignments.push(assignment);
    if (block.inFunction !== undefined) variable.functions.add(block.inFunction);
  }

  /** Something that may set any variable: `source`, `eval`. */
  barrier(at: number): void {
    this.#barriers.push(at);
  }

  /** For words that stand at `at` in `block`. */
  lookup(at: number, block: Block): Lookup {
    return (name, use) => this.#find(name, at, block, use);
  }

  #find(name: string, at: number, block: Block, use: Span): readonly Argument[] | undefined {
    const variable = this.#variables.get(name);
    if (variable === undefined) return this.#fromOutside(name, use);
    const { assignments, functions } = variable;
    // Functions run at times that are not followed; one may set it only for itself.
    const own = block.inFunction !== undefined && functions.has(block.inFunction) ? 1 : 0;
    if (functions.size > own) return undefined;
    const before = countBelow(assignments, at, (one) => one.at);
    if (block.repeated && before < assignments.length) return undefined;
    const last = assignments[before - 1];
    if (last === undefined) return this.#fromOutside(name, use);
    const barrier = this.#barriers[countBelow(this.#barriers, last.at, (position) => position)];
    if (!encloses(last.block, block) || (barrier !== undefined && barrier < at)) return undefined;
    return this.#valueAfter(last);
  }

  #fromOutside(name: string, use: Span): readonly Argument[] | undefined {
    return this.#outer === undefined ? this.#fromEnvironment(name, use) : this.#outer(name, use);
  }

  #fromEnvironment(name: string, use: Span): readonly Argument[] | undefined {
    if (!Object.hasOwn(this.#environment, name)) return undefined;
    const text = this.#environment[name] ?? '';
    return [{ text, holes: [], splits: false, span: use, raw: text }];
  }

  #valueAfter(assignment: Assignment): readonly Argument[] | undefined {
    if (this.#values.has(assignment)) return this.#values.get(assignment);
    if (this.#depth >= DEEPEST) return undefined;
    this.#depth++;
    const value = this.#evaluate(assignment);
    this.#depth--;
    this.#values.set(assignment, value);
    return value;
  }

  #evaluate({ name, at, block, value, append }: Assignment): readonly Argument[] | undefined {
    if (value === undefined) return undefined;
    const { text, shift } = this.#region;
    const lookup = this.lookup(at, block);
    const own =
      value.type === 'Word'
        ? [expandValue(value, text, lookup, shift)]
        : value.elements.flatMap((element) => expandWord(element, text, lookup, shift));
    const total = append ? this.#appended(name, at, block, own, value.type === 'Word') : own;
    const length = total?.reduce((sum, argument) => sum + argument.text.length, 0) ?? 0;
    return length > LONGEST ? undefined : total;
  }

  #appended(name: string, at: number, block: Block, own: Argument[], scalar: boolean): Argument[] | undefined {
    const [first] = own;
    const before = this.#find(name, at, block, first?.span ?? { start: at, end: at });
    if (before === undefined) return undefined;
    const [start] = before;
    if (!scalar || first === undefined || start === undefined) return [...before, ...own];
    return [{ ...first, text: start.text + first.text, holes: [...start.holes, ...first.holes], raw: '' }];
  }
}

/** The first block has begun whenever the second runs. */
function encloses(outer: Block, inner: Block | undefined): boolean {
  let block = inner;
  for (let steps = 0; block !== undefined && steps < FURTHEST; steps++) {
    if (block === outer) return true;
    block = block.parent;
  }
  return false;
}

/** How many of an ascending list lie below a bound. */
function countBelow<T>(list: readonly T[], bound: number, key: (item: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(list[middle] as T) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
