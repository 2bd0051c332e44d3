/** Starts a container and stops for good before the step named on its command line, or when the container is ready: to be killed there. */
import { startEmbedded } from '../start.ts';

const CONFIG = {
  process: {
    user: { uid: 1000, gid: 1000 },
    cwd: '/srv',
    noNewPrivileges: true,
    rlimits: [{ type: 'RLIMIT_CORE', soft: 0, hard: 0 }],
  },
  root: { readonly: true },
  hostname: 'inside',
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['ro', 'mode=755'] },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro'] },
    { destination: '/run/engine.sock', type: 'bind', source: '/run/not-there.sock', options: ['bind'] },
  ],
  linux: {
    namespaces: ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup', 'time'].map((type) => ({ type })),
    resources: { pids: { limit: 20 }, memory: { limit: 67_108_864 }, devices: [{ allow: false, access: 'rwm' }] },
    sysctl: { 'net.ipv4.ip_forward': '1' },
    maskedPaths: ['/proc/keys', '/sys/firmware'],
    readonlyPaths: ['/proc/sys'],
    seccomp: {
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
      syscalls: [],
    },
  },
};

const wanted = process.argv[2] ?? '';
const stop = async (where: string): Promise<void> => {
  process.stdout.write(`${where}\n`);
  setInterval(() => undefined, 1000);
  await new Promise(() => undefined);
};

// Who stops nowhere on the way starts as everybody does: many steps in one exchange.
if (wanted === 'ready') await startEmbedded({ config: CONFIG });
else {
  await startEmbedded({ config: CONFIG }, async (step) => {
    if (step === wanted) await stop(step);
  });
}
await stop('ready');
