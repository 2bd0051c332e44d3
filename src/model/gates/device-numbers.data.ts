/**
 * Type and fixed numbers of device nodes by their usual path (Documentation/admin-guide/devices.txt, Linux 6.18). Numbers
 * that the kernel gives out while running are left out.
 */
interface DeviceNumbers {
  readonly path: RegExp;
  readonly type: 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
}

const NUMBERS: readonly DeviceNumbers[] = [
  { path: /^\/dev\/mem$/, type: 'c', major: 1, minor: 1 },
  { path: /^\/dev\/kmem$/, type: 'c', major: 1, minor: 2 },
  { path: /^\/dev\/port$/, type: 'c', major: 1, minor: 4 },
  { path: /^\/dev\/kmsg$/, type: 'c', major: 1, minor: 11 },
  { path: /^\/dev\/(null|zero|full|random|urandom)$/, type: 'c', major: 1 },
  { path: /^\/dev\/tty\d+$/, type: 'c', major: 4 },
  { path: /^\/dev\/tty$/, type: 'c', major: 5, minor: 0 },
  { path: /^\/dev\/(console|ptmx)$/, type: 'c', major: 5 },
  { path: /^\/dev\/(ttyS|ttyUSB|ttyACM|ttyAMA)\d+$/, type: 'c' },
  { path: /^\/dev\/serial(\/|$)/, type: 'c' },
  { path: /^\/dev\/fuse$/, type: 'c', major: 10, minor: 229 },
  { path: /^\/dev\/kvm$/, type: 'c', major: 10, minor: 232 },
  { path: /^\/dev\/net\/tun$/, type: 'c', major: 10, minor: 200 },
  { path: /^\/dev\/loop-control$/, type: 'c', major: 10, minor: 237 },
  { path: /^\/dev\/vhost-net$/, type: 'c', major: 10, minor: 238 },
  { path: /^\/dev\/vhost-vsock$/, type: 'c', major: 10, minor: 241 },
  { path: /^\/dev\/uinput$/, type: 'c', major: 10, minor: 223 },
  { path: /^\/dev\/mapper\/control$/, type: 'c', major: 10, minor: 236 },
  { path: /^\/dev\/snapshot$/, type: 'c', major: 10, minor: 231 },
  { path: /^\/dev\/watchdog$/, type: 'c', major: 10, minor: 130 },
  { path: /^\/dev\/vfio\/vfio$/, type: 'c', major: 10, minor: 196 },
  { path: /^\/dev\/userfaultfd$/, type: 'c', major: 10 },
  { path: /^\/dev\/cpu\/\d+\/msr$/, type: 'c', major: 202 },
  { path: /^\/dev\/input(\/|$)/, type: 'c', major: 13 },
  { path: /^\/dev\/snd(\/|$)/, type: 'c', major: 116 },
  { path: /^\/dev\/dri(\/|$)/, type: 'c', major: 226 },
  { path: /^\/dev\/bus\/usb(\/|$)/, type: 'c', major: 189 },
  { path: /^\/dev\/video\d+$/, type: 'c', major: 81 },
  { path: /^\/dev\/fb\d+$/, type: 'c', major: 29 },
  { path: /^\/dev\/i2c-\d+$/, type: 'c', major: 89 },
  { path: /^\/dev\/sg\d+$/, type: 'c', major: 21 },
  { path: /^\/dev\/mtd\d+(ro)?$/, type: 'c', major: 90 },
  {
    path: /^\/dev\/(nvidia|kfd|dxg|accel|vfio|vhost|hidraw|tpm|ipmi|gpio|spi|media|rtc|ptp|sgx|sev|mei|dma_heap|watchdog|nvme\d+$|ppp$|uhid$|apex_|video)/,
    type: 'c',
  },
  { path: /^\/dev\/sd[a-z]+\d*$/, type: 'b', major: 8 },
  { path: /^\/dev\/loop\d+(p\d+)?$/, type: 'b', major: 7 },
  { path: /^\/dev\/md\d+/, type: 'b', major: 9 },
  { path: /^\/dev\/sr\d+$/, type: 'b', major: 11 },
  {
    path: /^\/dev\/(vd[a-z]|xvd[a-z]|hd[a-z]|nvme\d+n\d+|dm-\d|mapper\/|disk\/|mmcblk|nbd\d|rbd\d|ram\d|zram\d|pmem\d|bcache\d|drbd\d|zd\d)/,
    type: 'b',
  },
];

/** undefined: no usual path. */
export function numbersOf(path: string): Omit<DeviceNumbers, 'path'> | undefined {
  return NUMBERS.find((row) => row.path.test(path));
}
