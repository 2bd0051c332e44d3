/**
 * The machine interfaces (ABIs) through which a program on the supported hosts can enter the kernel: an x86-64 kernel serves three.
 */
export type Arch = 'x86_64' | 'i386' | 'x32' | 'aarch64';

interface ArchFacts {
  /** The name in the OCI runtime specification, `linux.seccomp.architectures`. */
  readonly oci: string;
  /** include/uapi/linux/audit.h: what `seccomp_data.arch` holds. x32 shares the value of x86-64; bit 30 of the number tells them apart. */
  readonly audit: number;
  /** How many bits of an argument a filter made by libseccomp compares (`arch_def.size`); x32 counts as 32-bit there. */
  readonly filterBits: 32 | 64;
  /** The interface of the host's own programs, which libseccomp always adds to a filter (`db_col_init`). */
  readonly native: 'x86_64' | 'aarch64';
}

const FACTS: Readonly<Record<Arch, ArchFacts>> = {
  x86_64: { oci: 'SCMP_ARCH_X86_64', audit: 0xc000003e, filterBits: 64, native: 'x86_64' },
  i386: { oci: 'SCMP_ARCH_X86', audit: 0x40000003, filterBits: 32, native: 'x86_64' },
  x32: { oci: 'SCMP_ARCH_X32', audit: 0xc000003e, filterBits: 32, native: 'x86_64' },
  aarch64: { oci: 'SCMP_ARCH_AARCH64', audit: 0xc00000b7, filterBits: 64, native: 'aarch64' },
};

export const ARCHES: readonly Arch[] = ['x86_64', 'i386', 'x32', 'aarch64'];

export const AUDIT_ARCH: Readonly<Record<Arch, number>> = {
  x86_64: FACTS.x86_64.audit,
  i386: FACTS.i386.audit,
  x32: FACTS.x32.audit,
  aarch64: FACTS.aarch64.audit,
};

/** arch/x86/include/uapi/asm/unistd.h, `__X32_SYSCALL_BIT`: set in the number of each x32 call. */
export const X32_SYSCALL_BIT = 0x40000000;

export function ociArchName(arch: Arch): string {
  return FACTS[arch].oci;
}

/** `SCMP_ARCH_X86_64` to `x86_64`; undefined for an architecture outside the supported hosts (ARM, MIPS, s390x, …). */
export function archFromOciName(name: string): Arch | undefined {
  return ARCHES.find((arch) => FACTS[arch].oci === name);
}

export function filterBits(arch: Arch): 32 | 64 {
  return FACTS[arch].filterBits;
}

/** The interface of a 64-bit host that also serves `arch`. Hosts with a 32-bit kernel are outside the model. */
export function nativeArch(arch: Arch): Arch {
  return FACTS[arch].native;
}
