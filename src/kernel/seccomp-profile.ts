import type { SeccompArg, SeccompPolicy, SeccompRule } from './seccomp.ts';
import { type KernelVersion, kernelAtLeast, parseKernelVersion } from './version.ts';

/*
 * The engines' seccomp profiles: rules that hold on conditions (a capability in the bounding set, the architecture, a least kernel).
 * Resolving one decides the conditions, as the engines do in moby/profiles seccomp_linux.go `setupSeccomp`, in containers/common
 * pkg/seccomp of the same name, and by code in containerd's contrib/seccomp `DefaultProfile`.
 */

export interface SeccompProfile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number | undefined;
  /** Interfaces that the filter covers, by native architecture. */
  readonly archMap: readonly ArchitectureEntry[];
  readonly groups: readonly ProfileRule[];
}

export interface ArchitectureEntry {
  /** OCI name, `SCMP_ARCH_X86_64`. */
  readonly architecture: string;
  readonly subArchitectures: readonly string[];
}

export interface ProfileRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number | undefined;
  readonly args?: readonly SeccompArg[] | undefined;
  /** All that is stated must hold: one of the architectures, every capability, the kernel. */
  readonly includes?: ProfileCondition | undefined;
  /** None may hold: no such architecture, not one of the capabilities, an older kernel. */
  readonly excludes?: ProfileCondition | undefined;
}

export interface ProfileCondition {
  /** With `CAP_`. */
  readonly caps?: readonly string[] | undefined;
  readonly arches?: readonly string[] | undefined;
  /** `4.8`. */
  readonly minKernel?: string | undefined;
}

/** Names of libseccomp, as the conditions use them. */
export type ProfileArch =
  | 'amd64'
  | 'x86'
  | 'arm64'
  | 'arm'
  | 'ppc64le'
  | 's390x'
  | 's390'
  | 'riscv64'
  | 'loongarch64'
  | 'mips64'
  | 'mipsel64';

export interface ProfileSubject {
  /** The bounding set, with or without `CAP_`. */
  readonly capabilities: Iterable<string>;
  readonly arch: ProfileArch;
  readonly kernel: KernelVersion;
}

const OCI_ARCH: Readonly<Record<ProfileArch, string>> = {
  amd64: 'SCMP_ARCH_X86_64',
  x86: 'SCMP_ARCH_X86',
  arm64: 'SCMP_ARCH_AARCH64',
  arm: 'SCMP_ARCH_ARM',
  ppc64le: 'SCMP_ARCH_PPC64LE',
  s390x: 'SCMP_ARCH_S390X',
  s390: 'SCMP_ARCH_S390',
  riscv64: 'SCMP_ARCH_RISCV64',
  loongarch64: 'SCMP_ARCH_LOONGARCH64',
  mips64: 'SCMP_ARCH_MIPS64',
  mipsel64: 'SCMP_ARCH_MIPSEL64',
};

/** The `linux.seccomp` section that an engine writes for this container on this host. */
export function resolveProfile(profile: SeccompProfile, subject: ProfileSubject): SeccompPolicy {
  const held = new Set([...subject.capabilities].map(withPrefix));
  const applies = (rule: ProfileRule) =>
    !excluded(rule.excludes, subject, held) && included(rule.includes, subject, held);
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet === undefined ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    ...architectures(profile, subject.arch),
    syscalls: inEnginesOrder(profile.groups.filter(applies)).map(toRule),
  };
}

/**
 * Engines write the long lists without conditions first, and so are they added to the filter; profiles stored as changes to
 * a base have lost that order. libseccomp's answer turns on it for calls that a second interface multiplexes.
 */
function inEnginesOrder(rules: readonly ProfileRule[]): readonly ProfileRule[] {
  const plain = (rule: ProfileRule) => (rule.args ?? []).length === 0;
  return [...rules.filter(plain), ...rules.filter((rule) => !plain(rule))];
}

function withPrefix(capability: string): string {
  return capability.startsWith('CAP_') ? capability : `CAP_${capability}`;
}

function included(condition: ProfileCondition | undefined, subject: ProfileSubject, held: ReadonlySet<string>) {
  if (condition === undefined) return true;
  if (condition.arches !== undefined && !condition.arches.includes(subject.arch)) return false;
  if (condition.caps?.some((capability) => !held.has(capability))) return false;
  return condition.minKernel === undefined || atLeast(subject.kernel, condition.minKernel);
}

function excluded(condition: ProfileCondition | undefined, subject: ProfileSubject, held: ReadonlySet<string>) {
  if (condition === undefined) return false;
  if (condition.arches?.includes(subject.arch)) return true;
  if (condition.caps?.some((capability) => held.has(capability))) return true;
  return condition.minKernel !== undefined && atLeast(subject.kernel, condition.minKernel);
}

function atLeast(kernel: KernelVersion, wanted: string): boolean {
  const version = parseKernelVersion(wanted);
  if (version === undefined) throw new RangeError(`seccomp profile: minKernel is no version: ${wanted}`);
  return kernelAtLeast(kernel, version);
}

/** A host architecture that the map lacks gets no list: the filter then covers the native interface alone. */
function architectures(profile: SeccompProfile, arch: ProfileArch): Pick<SeccompPolicy, 'architectures'> {
  const entry = profile.archMap.find(({ architecture }) => architecture === OCI_ARCH[arch]);
  return entry === undefined ? {} : { architectures: [entry.architecture, ...entry.subArchitectures] };
}

function toRule(rule: ProfileRule): SeccompRule {
  return {
    names: rule.names,
    action: rule.action,
    ...(rule.errnoRet === undefined ? {} : { errnoRet: rule.errnoRet }),
    ...(rule.args === undefined ? {} : { args: rule.args }),
  };
}

/** A profile as stored: whole, or as what changed against `base`. */
export interface ProfileDocument extends Partial<SeccompProfile> {
  readonly id: string;
  readonly base?: string | undefined;
  /** Rules of the base that are gone, name by name; each must be there. */
  readonly drop?: readonly ProfileRule[] | undefined;
  readonly add?: readonly ProfileRule[] | undefined;
}

/** The whole profile behind `id`; `find` gives the stored documents. */
export function expandProfile(id: string, find: (id: string) => ProfileDocument | undefined): SeccompProfile {
  const document = find(id);
  if (document === undefined) throw new RangeError(`no seccomp profile ${id}`);
  const { base, defaultAction, archMap, groups } = document;
  if (base === undefined) {
    if (defaultAction === undefined || archMap === undefined || groups === undefined) {
      throw new RangeError(`seccomp profile ${id} has no base and is not whole`);
    }
    return { defaultAction, defaultErrnoRet: document.defaultErrnoRet, archMap, groups };
  }
  const old = expandProfile(base, find);
  return {
    defaultAction: defaultAction ?? old.defaultAction,
    defaultErrnoRet: document.defaultErrnoRet ?? old.defaultErrnoRet,
    archMap: archMap ?? old.archMap,
    groups: [...without(old.groups, document.drop ?? [], id), ...(document.add ?? [])],
  };
}

function without(groups: readonly ProfileRule[], drop: readonly ProfileRule[], id: string): ProfileRule[] {
  const gone = new Set(drop.flatMap(ruleKeys));
  const kept: ProfileRule[] = [];
  for (const group of groups) {
    const key = conditionKey(group);
    const names = group.names.filter((name) => !gone.delete(`${name} ${key}`));
    if (names.length > 0) kept.push({ ...group, names });
  }
  if (gone.size > 0) throw new RangeError(`seccomp profile ${id} drops what its base lacks: ${[...gone].join(', ')}`);
  return kept;
}

function ruleKeys(rule: ProfileRule): string[] {
  const key = conditionKey(rule);
  return rule.names.map((name) => `${name} ${key}`);
}

function conditionKey({ action, errnoRet, args = [], includes = {}, excludes = {} }: ProfileRule): string {
  const conditions = [includes, excludes].map(({ caps = [], arches = [], minKernel }) => [caps, arches, minKernel]);
  return JSON.stringify([action, errnoRet, args.map((a) => [a.index, a.op, a.value, a.valueTwo ?? 0]), conditions]);
}
