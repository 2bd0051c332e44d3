import { compareKernelVersions, parseKernelVersion } from '../../kernel/index.ts';
import type { Fact, FactKey } from '../../posture/index.ts';
import { compareReleases, Unknown } from '../../posture/index.ts';
import type { Mechanism } from '../mechanism.ts';
import { describeTest, testValue, type ValueTest } from './fact.ts';
import { closed, type GateKind, passes, unknown } from './kind.ts';

export interface HostParams extends ValueTest {
  /** A key of the host: `host.sysctl.kernel.kptr_restrict`, `host.kernel-config.BPF_SYSCALL`, `host.lockdown`. */
  readonly key: string;
  readonly title?: string;
  /**
   * What kernels do where the host is not described: `passes` where every common kernel is built or set so (with the
   * reason in `models` or the vector). It may open a route, never close one: without a host profile a closing value stays unknown.
   */
  readonly usually?: 'passes';
}

/** The host's kernel is configured so. Only a described or observed host can close it. */
export const host: GateKind<HostParams> = {
  mechanism: () => 'kernel',
  models: 'sysctl, build configuration or boot parameter of the host kernel',
  describe: (p) => p.title ?? `${p.key} ${describeTest(p)}`,
  evaluate(p, posture) {
    const found = posture.get(p.key as FactKey);
    if (found === undefined) {
      return p.usually === 'passes'
        ? passes(`${p.title ?? p.key}: usual, host not described`)
        : unknown(`the host is not described (${p.key})`, [p.key]);
    }
    if (found.value instanceof Unknown) return unknown(found.value.why, [p.key], found);
    const value = numericText(found.value);
    return testValue(p, value) ? passes(`${p.key} is ${value}`, found) : closed(`${p.key} is ${value}`, found);
  },
  close: () => [],
};

/** Sysctls arrive as text; tests are written with numbers. */
function numericText(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
}

export interface KernelVersionParams {
  /** First version that has it. */
  readonly since?: string;
  /** First version that has it no more. */
  readonly before?: string;
  /** Where the host is not described: kernels in use are mostly so. It opens a route, never closes one. */
  readonly usually?: 'passes';
}

/** The kernel is of a version that has the function. */
export const kernelVersion: GateKind<KernelVersionParams> = {
  mechanism: () => 'kernel',
  models: 'the version in which the function appeared or went',
  describe: (p) => [p.since && `kernel ≥ ${p.since}`, p.before && `kernel < ${p.before}`].filter(Boolean).join(' and '),
  evaluate(p, posture) {
    const found = posture.get('host.kernel');
    const kernel = found === undefined || found.value instanceof Unknown ? undefined : parseKernelVersion(found.value);
    if (kernel === undefined) return withoutVersion(p, found);
    const since = p.since === undefined ? undefined : parseKernelVersion(p.since);
    const before = p.before === undefined ? undefined : parseKernelVersion(p.before);
    const inside =
      (!since || compareKernelVersions(kernel, since) >= 0) && (!before || compareKernelVersions(kernel, before) < 0);
    return inside ? passes(`kernel is ${found?.value}`, found) : closed(`kernel is ${found?.value}`, found);
  },
  close: () => [],
};

/** Functions older than this are in every kernel that containers run on (RHEL 7's 3.10 aside, which is past its life). */
const EVERYWHERE = { major: 4, minor: 18, patch: 0 };

function withoutVersion(p: KernelVersionParams, found: Fact<unknown> | undefined) {
  const since = p.since === undefined ? undefined : parseKernelVersion(p.since);
  if (p.before === undefined && (since === undefined || compareKernelVersions(since, EVERYWHERE) <= 0)) {
    return passes('in every kernel still in use');
  }
  if (found === undefined && p.usually === 'passes') return passes('usual, host not described');
  return unknown('the kernel version is not known', ['host.kernel'], found);
}

export interface VersionParams {
  /** `engine.version`, `runtime.version`. */
  readonly key: string;
  /** First release that has it no more. */
  readonly below?: string;
  /** First release that has it. */
  readonly from?: string;
  readonly mechanism: Mechanism;
}

/** A component is of a release that has the flaw: older than the one that mended it, not older than the one that brought it. */
export const version: GateKind<VersionParams> = {
  mechanism: (p) => p.mechanism,
  models: 'the release that changed it',
  describe: (p) =>
    [p.from && `${p.key} is at least ${p.from}`, p.below && `${p.key} is below ${p.below}`]
      .filter(Boolean)
      .join(' and '),
  evaluate(p, posture) {
    const found = posture.get(p.key as FactKey);
    if (found === undefined) return unknown(`nothing states ${p.key}`, [p.key]);
    if (found.value instanceof Unknown) return unknown(found.value.why, [p.key], found);
    const release = String(found.value);
    const inside =
      (p.from === undefined || compareReleases(release, p.from) >= 0) &&
      (p.below === undefined || compareReleases(release, p.below) < 0);
    return inside ? passes(`${p.key} is ${release}`, found) : closed(`${p.key} is ${release}`, found);
  },
  close: () => [],
};
