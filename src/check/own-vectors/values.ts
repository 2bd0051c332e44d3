import { type Capability, parseCapability, parseKernelVersion } from '../../kernel/index.ts';
import type { DecodeContext, Node, ScalarNode, Schema } from '../../readers/document/index.ts';
import { nearest } from '../../readers/nearest.ts';
import { patternFault } from './pattern.ts';

/**
 * Schemas of the values that gates and words take. Unlike those of artifacts they give plain values: routes are data without
 * places. Each says what it is, for messages and for the reference page.
 */
export interface ValueSchema<T> extends Schema<T> {
  /** As it stands in the reference: `capability`, `list of host path`, `ro` or `rw`. */
  readonly what: string;
}

export type Plain = string | number | boolean;

function report(context: DecodeContext, node: Node, message: string, hint: string): undefined {
  return context.report('vector', message, hint, node);
}

export function found(node: Node): string {
  return node.kind === 'scalar' ? `\`${short(node.text)}\`` : node.kind === 'map' ? 'a mapping' : 'a list';
}

export function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 60 ? `${flat.slice(0, 59)}…` : flat;
}

/** A scalar that a function turns into a value, or says what is wrong with: message without its subject, and hint. */
export function scalar<T>(what: string, read: (node: ScalarNode) => T | Fault): ValueSchema<T> {
  return {
    what,
    decode(node, context) {
      if (node.kind !== 'scalar')
        return report(context, node, `expected ${what}, found ${found(node)}`, `write ${what} here`);
      const value = read(node);
      return value instanceof Fault
        ? report(context, node, `\`${short(node.text)}\` ${value.message}`, value.hint)
        : value;
    },
  };
}

export class Fault {
  readonly message: string;
  readonly hint: string;
  constructor(message: string, hint: string) {
    this.message = message;
    this.hint = hint;
  }
}

export const text: ValueSchema<string> = scalar('text', (node) =>
  node.text.trim() === '' ? new Fault('is empty', 'write some words') : node.text,
);

export const flag: ValueSchema<boolean> = scalar('true or false', (node) =>
  node.quoted || (node.text !== 'true' && node.text !== 'false')
    ? new Fault('is not true or false', 'write true or false')
    : node.text === 'true',
);

export const count: ValueSchema<number> = scalar('whole number', (node) =>
  /^\d{1,9}$/.test(node.text) ? Number(node.text) : new Fault('is not a whole number', 'write digits'),
);

export const quantity: ValueSchema<number> = scalar('number', (node) => {
  const value = plainOf(node);
  return typeof value === 'number' ? value : new Fault('is not a number', 'write digits, without quotes');
});

/** As YAML's core schema reads it: `0` is a number, `"0"` a text. */
export const plain: ValueSchema<Plain> = scalar('text, number or true/false', plainOf);

function plainOf(node: ScalarNode): Plain {
  if (node.quoted) return node.text;
  if (node.text === 'true' || node.text === 'false') return node.text === 'true';
  return /^[-+]?\d+(\.\d+)?$|^0x[\da-f]+$/i.test(node.text) ? Number(node.text) : node.text;
}

export function oneOf<const T extends string>(
  words: readonly T[],
  what = words.map((word) => `\`${word}\``).join(', '),
): ValueSchema<T> {
  return scalar(what, (node) => words.find((word) => word === node.text) ?? notAmong(node.text, words));
}

export function notAmong(given: string, words: readonly string[], noun = 'value'): Fault {
  const near = nearest(given.slice(0, 60), words);
  if (near !== undefined) return new Fault(`is not a known ${noun}`, `did you mean \`${near}\`?`);
  return new Fault(
    `is not a known ${noun}`,
    words.length <= 30 ? `write one of ${words.join(', ')}` : 'see docs/own-vectors.md',
  );
}

/** Names of a union as a list; a missing or further one is a compile error. */
export const namesOf = <T extends string>(names: Readonly<Record<T, true>>): readonly T[] => Object.keys(names) as T[];

export const capability: ValueSchema<Capability> = scalar('capability', (node) => {
  const name = parseCapability(node.text);
  return name ?? new Fault('is no capability of Linux', 'write a name of capabilities(7), as in SYS_ADMIN');
});

export const pattern: ValueSchema<string> = scalar('regular expression', (node) => {
  const fault = node.text === '' ? 'is empty' : patternFault(node.text);
  return fault === undefined
    ? node.text
    : new Fault(fault, 'write a JavaScript regular expression without slashes, of a simple shape');
});

export const hostPath: ValueSchema<string> = scalar('absolute path', (node) =>
  node.text.startsWith('/') ? node.text : new Fault('is not an absolute path', 'begin it with /'),
);

export const kernelFile: ValueSchema<string> = scalar('path below /proc or /sys', (node) =>
  /^\/(proc|sys)\/[^/]/.test(node.text) && !/\/\.{1,2}(\/|$)|\/\/|\/$/.test(node.text)
    ? node.text
    : new Fault('is not a file of procfs or sysfs', 'write its path, as in /proc/sys/kernel/core_pattern'),
);

export const kernelRelease: ValueSchema<string> = scalar('kernel version', (node) =>
  /^\d/.test(node.text) && parseKernelVersion(node.text)
    ? node.text
    : new Fault('is no kernel version', 'write it as in 5.10'),
);

export const release: ValueSchema<string> = scalar('version', (node) =>
  /^v?\d+(\.\d+)*([-~+][\w.]+)?$/.test(node.text) ? node.text : new Fault('is no version', 'write it as in 1.1.12'),
);

/** Letters of rwm. */
export const access: ValueSchema<string> = scalar('letters of `rwm`', (node) =>
  /^[rwm]+$/.test(node.text) ? node.text : new Fault('is no device access', 'write letters of rwm'),
);

export function listOf<T>(item: ValueSchema<T>, least = 1): ValueSchema<readonly T[]> {
  return {
    what: `list of ${item.what}`,
    decode(node, context) {
      if (node.kind !== 'list')
        return report(context, node, `expected a list, found ${found(node)}`, 'write a list here: [a, b]');
      if (node.items.length < least) return report(context, node, 'the list is empty', 'name at least one');
      const decoded = node.items.map((child) => item.decode(child, context)).filter((value) => value !== undefined);
      return decoded.length === node.items.length ? decoded : undefined;
    },
  };
}

/** A scalar by one schema, a list by another. */
export function scalarOrList<S, L>(one: ValueSchema<S>, many: ValueSchema<L>): ValueSchema<S | L> {
  return {
    what: `${one.what}, or ${many.what}`,
    decode: (node, context): S | L | undefined => (node.kind === 'list' ? many : one).decode(node, context),
  };
}
