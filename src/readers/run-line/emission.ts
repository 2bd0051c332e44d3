import {
  CofferdamError,
  type FactKey,
  type Place,
  type StatedSource,
  type Statement,
  Unknown,
} from '../../posture/index.ts';
import { parseBoolean } from '../go-boolean.ts';
import type { ReadOptions } from '../subject.ts';
import type { FlagUse, OpenUse } from './arguments.ts';
import { type RunEngine, statedKeys } from './flags.ts';
import type { SourceText } from './source-text.ts';

export type Facts = Statement['facts'];

/** Collects the statements of one line, in the order in which they hold. */
export class Emission {
  readonly engine: RunEngine;
  readonly options: ReadOptions;
  readonly source: SourceText;
  readonly statements: Statement[] = [];
  readonly problems: CofferdamError[] = [];
  readonly #kept = new Map<string, unknown>();
  /** The last value of each key. */
  readonly #last = new Map<string, unknown>();

  constructor(engine: RunEngine, options: ReadOptions, source: SourceText) {
    this.engine = engine;
    this.options = options;
    this.source = source;
  }

  state(use: FlagUse | OpenUse, facts: Facts, at: { place?: Place; text?: string } = {}): void {
    if (Object.keys(facts).length === 0) return;
    const via = [at.place === undefined ? undefined : use.span, use.via].filter((span) => span !== undefined);
    const source: StatedSource = {
      kind: 'stated',
      ...(at.place ?? this.source.place(use.span)),
      text: at.text ?? use.text,
      ...(via.length > 0 && { via: via.map((span) => this.source.place(span)) }),
    };
    for (const [key, value] of Object.entries(facts)) this.#last.set(key, value);
    this.statements.push({ phase: Object.keys(facts).every(isImageKey) ? 'distribute' : 'request', source, facts });
  }

  /** Every fact that the flag may state is not known. */
  unknown(use: FlagUse, why: string): void {
    this.#unknownKeys(use, statedKeys(use.flag), why);
  }

  /** Any of the keys may be stated here; what opens the container already stays, since flags do not take it back. */
  open(use: OpenUse, keys: readonly FactKey[]): void {
    this.#unknownKeys(use, keys, use.why);
  }

  /** The value is not one that the engine takes: reported, and unknown what it would mean. */
  reject(use: FlagUse, message: string, hint: string): void {
    this.problem(use, 'flag-value', message, hint);
    this.unknown(use, message);
  }

  problem(use: FlagUse, code: string, message: string, hint: string): void {
    this.problems.push(new CofferdamError(code, message, hint, this.source.place(use.span)));
  }

  /** What flags of one kind have said so far, where each adds to those before. */
  kept<T>(key: string, initial: T): T {
    return (this.#kept.get(key) as T | undefined) ?? initial;
  }

  keep<T>(key: string, value: T): T {
    this.#kept.set(key, value);
    return value;
  }

  #unknownKeys(use: FlagUse | OpenUse, keys: readonly FactKey[], why: string): void {
    const unknown = new Unknown(why);
    const open = keys.filter((key) => !opens(key, this.#last.get(key)));
    this.state(use, Object.fromEntries(open.map((key) => [key, unknown])) as Facts);
  }
}

const OPENING_SWITCHES = new Set<string>(['request.privileged', 'request.system-paths-unmasked']);

function opens(key: string, value: unknown): boolean {
  if (OPENING_SWITCHES.has(key)) return value === true;
  if (key.startsWith('request.capability.')) return value === 'add';
  return key.startsWith('namespace.') && value === 'host';
}

/** What is decided when the image is fetched, not when the container is asked for. */
function isImageKey(key: string): boolean {
  return IMAGE_KEYS.has(key);
}

const IMAGE_KEYS = new Set([
  'image.reference',
  'image.registry',
  'image.tag',
  'image.digest',
  'image.pull-policy',
  'image.signature-verified',
]);

/** Why a value with parts that the shell fills in is not known. */
export function unknownParts(use: FlagUse): string {
  return `\`${use.text}\`: the value of ${use.holes.join(', ') || 'a variable'} is not known before the line runs`;
}

/** A switch with Go's idea of a boolean behind its `=`. */
export function emitSwitch(use: FlagUse, out: Emission, then: (on: boolean) => void): void {
  const on = parseBoolean(use.value);
  if (on === undefined) out.reject(use, `--${use.flag.name}=${use.value} is no boolean`, 'write true or false');
  else then(on);
}

export function parseInteger(text: string): number | undefined {
  return /^[+-]?\d{1,18}$/.test(text) ? Number(text) : undefined;
}
