import type { Change, Fact, FactKey, Posture } from '../../posture/index.ts';
import { Unknown } from '../../posture/index.ts';
import type { Mechanism } from '../mechanism.ts';
import { closed, type GateKind, type Outcome, passes, unknown } from './kind.ts';

export type Plain = string | number | boolean;

/** A test of one value. Exactly one of the tests is stated; numbers compare as numbers, `none` is without limit. */
export interface ValueTest {
  readonly is?: Plain;
  readonly isNot?: Plain;
  readonly in?: readonly Plain[];
  readonly notIn?: readonly Plain[];
  /** Regular expression over the text of the value; for lists, over any member. */
  readonly matches?: string;
  readonly notMatches?: string;
  readonly below?: number;
  readonly atLeast?: number;
}

export interface FactParams extends ValueTest {
  readonly key: string;
  readonly mechanism: Mechanism;
  /** What holds when nothing states the key. Without it the gate is unknown. */
  readonly absent?: 'passes' | 'closed';
  /** The value that closes the gate, for the fix. */
  readonly set?: unknown;
  /** As a condition, where the plain rendering reads badly. */
  readonly title?: string;
}

/** One fact, tested. The plainest gate: what an artifact, an engine or a host says is decided by itself. */
export const fact: GateKind<FactParams> = {
  mechanism: (p) => p.mechanism,
  models: 'the fact itself',
  describe: (p) => p.title ?? `${p.key} ${describeTest(p)}`,
  evaluate(p, posture) {
    const found = posture.get(p.key as FactKey);
    if (found === undefined) return absent(p);
    if (found.value instanceof Unknown) return unknown(found.value.why, [p.key], found);
    const text = `${p.key} is ${show(found.value)}`;
    return testValue(p, found.value) ? passes(text, found) : closed(text, found);
  },
  close(p, posture) {
    const set: Change[][] = p.set === undefined ? [] : [[{ kind: 'set', key: p.key as FactKey, value: p.set }]];
    const statement = withdrawable(posture, p.key as FactKey);
    return statement === undefined ? set : [[statement], ...set];
  },
};

function absent(p: FactParams): Outcome {
  if (p.absent === 'passes') return passes(`nothing states ${p.key}`);
  if (p.absent === 'closed') return closed(`nothing states ${p.key}`);
  return unknown(`nothing states ${p.key}`, [p.key]);
}

export interface FamilyParams {
  /** `env.`, `image.instruction.`: the members whose rest and value are tested. */
  readonly family: string;
  /** Regular expression over the rest of the key. */
  readonly name?: string;
  readonly value?: ValueTest;
  /** Test a property of the value instead of the value. */
  readonly property?: string;
  readonly mechanism: Mechanism;
  /** What holds when no member of the family is stated. Default: closed. */
  readonly absent?: 'unknown' | 'closed';
  readonly title: string;
}

/** Some member of a family of facts: an environment variable, an instruction, a published port. */
export const family: GateKind<FamilyParams> = {
  mechanism: (p) => p.mechanism,
  models: 'the facts themselves',
  describe: (p) => p.title,
  evaluate(p, posture) {
    const members = posture.family<unknown>(p.family);
    let open: Fact<unknown> | undefined;
    for (const [rest, member] of members) {
      const match = matchMember(p, rest, member);
      if (match === true) return passes(`${p.family}${rest}${valueText(p.family, member.value)}`, member);
      if (match === undefined) open ??= member;
    }
    if (open !== undefined) return unknown((open.value as Unknown).why, [open.key], open);
    if (members.size === 0 && p.absent === 'unknown') return unknown(`nothing states ${p.family}*`, [`${p.family}*`]);
    return closed(
      members.size === 0 ? `there is no ${p.family.slice(0, -1)}` : `none of ${members.size} ${p.family}* matches`,
    );
  },
  close(p, posture) {
    const changes: Change[] = [];
    for (const [rest, member] of posture.family<unknown>(p.family)) {
      if (matchMember(p, rest, member) !== true) continue;
      const change = withdrawable(posture, member.key as FactKey);
      if (change === undefined) return [];
      changes.push(change);
    }
    return changes.length > 0 ? [changes] : [];
  },
};

/** Values that may be secrets, or whole instructions that hold some, are named and not shown. */
const HIDDEN = new Set(['env.', 'image.env.', 'image.arg.', 'image.instruction.']);

function valueText(family: string, value: unknown): string {
  return value === '' || HIDDEN.has(family) ? '' : ` is ${show(value)}`;
}

/** undefined: not known. */
function matchMember(p: FamilyParams, rest: string, member: Fact<unknown>): boolean | undefined {
  if (p.name !== undefined && !regex(p.name).test(rest)) return false;
  if (p.value === undefined) return true;
  if (member.value instanceof Unknown) return undefined;
  const value =
    p.property === undefined ? member.value : (member.value as Readonly<Record<string, unknown>>)[p.property];
  return value === undefined ? false : testValue(p.value, value);
}

/** What an object is, not what it asks for: without it there is no object. */
const NATURE: ReadonlySet<FactKey> = new Set<FactKey>(['kubernetes.kind', 'engine.name']);

/** Taking back the statement that decided, if somebody stated it. */
export function withdrawable(posture: Posture, key: FactKey): Change | undefined {
  const found = posture.get(key);
  if (found?.source.kind !== 'stated' || NATURE.has(key)) return undefined;
  return { kind: 'withdraw', source: found.source };
}

export function testValue(test: ValueTest, value: unknown): boolean {
  if (test.is !== undefined) return value === test.is;
  if (test.isNot !== undefined) return value !== test.isNot;
  if (test.in !== undefined) return test.in.includes(value as Plain);
  if (test.notIn !== undefined) return !test.notIn.includes(value as Plain);
  if (test.matches !== undefined) return matchesText(test.matches, value);
  if (test.notMatches !== undefined) return !matchesText(test.notMatches, value);
  if (test.below !== undefined) return numeric(value) < test.below;
  if (test.atLeast !== undefined) return numeric(value) >= test.atLeast;
  return true;
}

function matchesText(pattern: string, value: unknown): boolean {
  const expression = regex(pattern);
  return Array.isArray(value) ? value.some((member) => expression.test(String(member))) : expression.test(show(value));
}

/** Words that stand for "without limit" compare above every number. */
function numeric(value: unknown): number {
  return value === 'none' || value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
}

const expressions = new Map<string, RegExp>();

export function regex(pattern: string): RegExp {
  let expression = expressions.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(pattern);
    expressions.set(pattern, expression);
  }
  return expression;
}

function show(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function describeTest(test: ValueTest): string {
  if (test.is !== undefined) return `is ${test.is}`;
  if (test.isNot !== undefined) return `is not ${test.isNot}`;
  if (test.in !== undefined) return `is one of ${test.in.join(', ')}`;
  if (test.notIn !== undefined) return `is none of ${test.notIn.join(', ')}`;
  if (test.matches !== undefined) return `matches /${test.matches}/`;
  if (test.notMatches !== undefined) return `does not match /${test.notMatches}/`;
  if (test.below !== undefined) return `is below ${test.below}`;
  if (test.atLeast !== undefined) return `is at least ${test.atLeast}`;
  return 'is stated';
}
