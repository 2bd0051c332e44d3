import type { ProfileCondition, ProfileRule, SeccompProfile } from '../kernel/seccomp-profile.ts';
import { type SeccompRequest, Unknown, type Value } from '../posture/index.ts';
import type { ReadOptions } from './subject.ts';

/**
 * Reads a profile file in Docker's form (moby/profiles seccomp.go `Seccomp`), conditions by capability, architecture and kernel
 * included. By hand and not with a schema library: nearly no compose file names a profile, and each start would pay for the library.
 */
function readSeccompProfile(text: string, name: string): SeccompProfile | Unknown {
  let profile: unknown;
  try {
    profile = JSON.parse(withBigNumbersQuoted(text), asBigInt);
  } catch {
    return new Unknown(`seccomp profile \`${name}\` is not JSON`);
  }
  try {
    return profileOf(profile);
  } catch (error) {
    if (error instanceof Malformed) return new Unknown(`seccomp profile \`${name}\`: ${error.message}`);
    throw error;
  }
}

/** The file that an option names, as the request for its filter; unknown where it cannot be had or read. */
export function seccompFileAt(path: string, from: string, options: ReadOptions): Value<SeccompRequest> {
  const file = options.read(path, from);
  if (file instanceof Unknown) return new Unknown(`seccomp profile \`${path}\` cannot be read: ${file.why}`);
  return seccompRequest(file.text, path);
}

export function seccompRequest(text: string, name: string): Value<SeccompRequest> {
  const policy = readSeccompProfile(text, name);
  return policy instanceof Unknown ? policy : { kind: 'profile', policy };
}

class Malformed extends Error {}

/** Arguments reach 2⁶⁴ − 1, JSON's numbers only 2⁵³. */
const withBigNumbersQuoted = (text: string): string =>
  text.replace(/^\ufeff/, '').replace(/("value(?:Two)?"\s*:\s*)(\d{16,20})\b/g, '$1"$2"');

const asBigInt = (key: string, value: unknown): unknown =>
  (key === 'value' || key === 'valueTwo') && typeof value === 'string' && /^\d{16,20}$/.test(value)
    ? BigInt(value)
    : value;

type Members = Readonly<Record<string, unknown>>;

function members(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new Malformed(`${what} is not an object`);
}

function listOf<T>(value: unknown, what: string, item: (value: unknown, what: string) => T): T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Malformed(`${what} is not a list`);
  return value.map((member, i) => item(member, `${what}[${i}]`));
}

function word(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new Malformed(`${what} is not a text`);
}

function whole(value: unknown, what: string): number | bigint {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0))
    return value;
  throw new Malformed(`${what} is not a whole number`);
}

const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value);

function profileOf(json: unknown): SeccompProfile {
  const { defaultAction, defaultErrnoRet, architectures, archMap, syscalls } = members(json, 'the profile');
  const flat = listOf(architectures, 'architectures', word);
  // A flat list holds whatever the host is: each of its members is the native one of some host, with the others beside it.
  const spread = flat.map((architecture) => ({
    architecture,
    subArchitectures: flat.filter((other) => other !== architecture),
  }));
  return {
    defaultAction: word(defaultAction, 'defaultAction'),
    defaultErrnoRet: optional(defaultErrnoRet, (value) => Number(whole(value, 'defaultErrnoRet'))),
    archMap: flat.length > 0 ? spread : listOf(archMap, 'archMap', architectureOf),
    groups: listOf(syscalls, 'syscalls', ruleOf),
  };
}

function architectureOf(json: unknown, what: string): SeccompProfile['archMap'][number] {
  const entry = members(json, what);
  return {
    architecture: word(entry.architecture, `${what}.architecture`),
    subArchitectures: listOf(entry.subArchitectures, `${what}.subArchitectures`, word),
  };
}

function ruleOf(json: unknown, what: string): ProfileRule {
  const rule = members(json, what);
  const single = optional(rule.name, (name) => word(name, `${what}.name`));
  const names = listOf(rule.names, `${what}.names`, word);
  return {
    names: single ? [...names, single] : names,
    action: word(rule.action, `${what}.action`),
    errnoRet: optional(rule.errnoRet, (value) => Number(whole(value, `${what}.errnoRet`))),
    args: optional(rule.args, (value) => listOf(value, `${what}.args`, argumentOf)),
    includes: optional(rule.includes, (value) => conditionOf(value, `${what}.includes`)),
    excludes: optional(rule.excludes, (value) => conditionOf(value, `${what}.excludes`)),
  };
}

function argumentOf(json: unknown, what: string): NonNullable<ProfileRule['args']>[number] {
  const arg = members(json, what);
  const valueTwo = optional(arg.valueTwo, (value) => whole(value, `${what}.valueTwo`));
  return {
    index: Number(whole(arg.index, `${what}.index`)),
    value: whole(arg.value ?? 0, `${what}.value`),
    ...(valueTwo === undefined ? {} : { valueTwo }),
    op: word(arg.op, `${what}.op`),
  };
}

function conditionOf(json: unknown, what: string): ProfileCondition {
  const condition = members(json, what);
  return {
    caps: someOf(condition.caps, `${what}.caps`),
    arches: someOf(condition.arches, `${what}.arches`),
    minKernel: optional(condition.minKernel, kernelOf),
  };
}

/** moby profiles/seccomp/seccomp_linux.go looks at the length only: an empty list is no condition. */
function someOf(value: unknown, what: string): string[] | undefined {
  const words = listOf(value, what, word);
  return words.length > 0 ? words : undefined;
}

function kernelOf(value: unknown): string {
  const kernel = word(value, 'minKernel');
  if (/^\d+\.\d+$/.test(kernel)) return kernel;
  throw new Malformed('minKernel is not VERSION.PATCHLEVEL');
}
