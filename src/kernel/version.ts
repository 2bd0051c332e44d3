/** A kernel release: `6.1.0-23-cloud-amd64` is 6.1.0. What a distribution back-ported cannot be told from it. */
export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads what `uname -r` or a requirement such as `4.8` says; undefined where it does not begin with `number.number`. */
export function parseKernelVersion(text: string): KernelVersion | undefined {
  const match = /^\s*v?(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?(?!\d)/.exec(text);
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Negative, zero or positive as `a` is older than, the same as or newer than `b`. */
export function compareKernelVersions(a: KernelVersion, b: KernelVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

export function kernelAtLeast(kernel: KernelVersion, wanted: KernelVersion): boolean {
  return compareKernelVersions(kernel, wanted) >= 0;
}

export function formatKernelVersion(version: KernelVersion): string {
  const base = `${version.major}.${version.minor}`;
  return version.patch === 0 ? base : `${base}.${version.patch}`;
}
