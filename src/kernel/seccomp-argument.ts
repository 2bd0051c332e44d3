/**
 * Whether any call satisfies a set of conditions on its arguments, and fails others: exact arithmetic on 32- or 64-bit values.
 */
export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=' | '&';

/** One comparison; for `&` the argument masked with `mask` equals `value`. */
export interface Condition {
  readonly index: number;
  readonly op: CompareOp;
  readonly value: bigint;
  readonly mask: bigint;
}

/** `unknown`: the search was given up, as only a hostile policy needs so many steps. */
export type Satisfiable = 'yes' | 'no' | 'unknown';

const MAX_STEPS = 500;

/** Is there a call on which all of `required` hold and none of the conjunctions `excluded` holds? */
export function satisfiable(
  required: readonly Condition[],
  excluded: readonly (readonly Condition[])[],
  bits: 32 | 64,
): Satisfiable {
  const search: Search = { excluded, last: (1n << BigInt(bits)) - 1n, steps: 0 };
  return hasValues(required, search.last) ? avoid(search, required, 0) : 'no';
}

function describeCondition({ index, op, value, mask }: Condition): string {
  return op === '&' ? `arg${index} & ${hex(mask)} == ${hex(value)}` : `arg${index} ${op} ${hex(value)}`;
}

export function describeConditions(conditions: readonly Condition[]): string {
  return conditions.map(describeCondition).join(' and ');
}

interface Search {
  readonly excluded: readonly (readonly Condition[])[];
  readonly last: bigint;
  steps: number;
}

/** Goes through the excluded conjunctions and lets each fail by one of its conditions. */
function avoid(search: Search, chosen: readonly Condition[], from: number): Satisfiable {
  const conjunction = search.excluded[from];
  if (conjunction === undefined) return 'yes';
  if (!hasValues([...chosen, ...conjunction], search.last)) return avoid(search, chosen, from + 1);
  let result: Satisfiable = 'no';
  for (const condition of conjunction) {
    for (const opposite of negate(condition)) {
      search.steps += 1;
      if (search.steps > MAX_STEPS) return 'unknown';
      const next = [...chosen, opposite];
      if (!hasValues(next, search.last)) continue;
      const found = avoid(search, next, from + 1);
      if (found === 'yes') return found;
      if (found === 'unknown') result = found;
    }
  }
  return result;
}

const OPPOSITE = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;

/** The alternatives, one of which holds when the condition does not: for a mask, any one of its bits is different. */
function negate(condition: Condition): Condition[] {
  if (condition.op !== '&') return [{ ...condition, op: OPPOSITE[condition.op] }];
  const alternatives: Condition[] = [];
  for (let bit = 1n; bit <= condition.mask; bit <<= 1n) {
    if ((condition.mask & bit) !== 0n) alternatives.push({ ...condition, mask: bit, value: ~condition.value & bit });
  }
  return alternatives;
}

/** Arguments are independent: the conjunction holds for some call if for each argument some value satisfies its conditions. */
function hasValues(conditions: readonly Condition[], last: bigint): boolean {
  for (let index = 0; index < 6; index += 1) {
    if (!hasValue(conditions, index, last)) return false;
  }
  return true;
}

function hasValue(conditions: readonly Condition[], index: number, last: bigint): boolean {
  let low = 0n;
  let high = last;
  let mask = 0n;
  let fixed = 0n;
  const not = new Set<bigint>();
  for (const { index: of, op, value, mask: bits } of conditions) {
    if (of !== index) continue;
    if (op === '!=') not.add(value);
    else if (op === '&') {
      if ((mask & bits & (fixed ^ value)) !== 0n) return false;
      mask |= bits;
      fixed |= value;
    } else {
      if ((op === '==' || op === '>=') && value > low) low = value;
      if (op === '>' && value >= low) low = value + 1n;
      if ((op === '==' || op === '<=') && value < high) high = value;
      if (op === '<' && value <= high) high = value - 1n;
    }
  }
  for (;;) {
    const candidate = low <= high ? nextMatching(low, mask, fixed, last) : undefined;
    if (candidate === undefined || candidate > high) return false;
    if (!not.has(candidate)) return true;
    low = candidate + 1n;
  }
}

/** The least x at or above `low` with `(x & mask) == fixed`. */
function nextMatching(low: bigint, mask: bigint, fixed: bigint, last: bigint): bigint | undefined {
  const wrong = (low & mask) ^ fixed;
  if (wrong === 0n) return low;
  const top = 1n << BigInt(wrong.toString(2).length - 1);
  if ((fixed & top) !== 0n) return keepAbove(low, top) | top | (fixed & (top - 1n));
  // The wrong bit must fall from 1 to 0, so a free bit above it has to rise.
  for (let bit = top << 1n; bit <= last; bit <<= 1n) {
    if ((mask & bit) === 0n && (low & bit) === 0n) return keepAbove(low, bit) | bit | (fixed & (bit - 1n));
  }
  return undefined;
}

function keepAbove(value: bigint, bit: bigint): bigint {
  return value & ~((bit << 1n) - 1n);
}

function hex(value: bigint): string {
  return value < 10n ? value.toString() : `0x${value.toString(16)}`;
}
