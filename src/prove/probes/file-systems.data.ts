/**
 * File systems through which the kernel shows itself, by the number that statfs(2) gives (include/uapi/linux/magic.h;
 * fs/binfmt_misc.c, ipc/mqueue.c for theirs).
 */
export const KERNEL_FILE_SYSTEMS: Readonly<Record<string, number>> = {
  proc: 0x9fa0,
  sysfs: 0x62656572,
  debugfs: 0x64626720,
  tracefs: 0x74726163,
  bpf: 0xcafe4a11,
  cgroup: 0x27e0eb,
  cgroup2: 0x63677270,
  securityfs: 0x73636673,
  selinuxfs: 0xf97cff8c,
  efivarfs: 0xde5e81e4,
  pstore: 0x6165676c,
  configfs: 0x62656570,
  binfmt_misc: 0x42494e4d,
  autofs: 0x187,
};
