/** What isolates. The order is that of a container's start; the position is the bit in a mechanism set. */
export const MECHANISMS = [
  'kernel',
  'hypervisor',
  'user-space-kernel',
  'namespace-user',
  'namespace-mnt',
  'namespace-pid',
  'namespace-net',
  'namespace-ipc',
  'namespace-uts',
  'namespace-cgroup',
  'namespace-time',
  'mount',
  'dac',
  'device-policy',
  'cgroup-limit',
  'capability',
  'no-new-privileges',
  'seccomp',
  'lsm',
  'network-policy',
  'image',
  'registry',
  'daemon',
  'runtime',
  'orchestrator',
] as const;

/** `kernel`: the feature is not there or switched off on this kernel (version, configuration, sysctl). */
export type Mechanism = (typeof MECHANISMS)[number];

const BIT = new Map<Mechanism, number>(MECHANISMS.map((mechanism, i) => [mechanism, 1 << i]));

export function mechanismBit(mechanism: Mechanism): number {
  return BIT.get(mechanism) as number;
}

export function mechanismsOf(bits: number): Mechanism[] {
  return MECHANISMS.filter((_, i) => bits & (1 << i));
}

export function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
