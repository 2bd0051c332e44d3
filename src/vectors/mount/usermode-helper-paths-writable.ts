import { host, kernelConfig, writesKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'usermode-helper-paths-writable',
  title: 'Container can replace the program that loads modules for the host kernel',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      writesKernelFile('/proc/sys/kernel/modprobe'),
      kernelConfig('MODULES', { usually: 'passes' }),
      host(
        'host.kernel-config.STATIC_USERMODEHELPER',
        { isNot: 'y' },
        { usually: 'passes', title: 'the kernel starts helpers by the path given' },
      ),
    ],
  ],
  probe: allOf(
    hostFileWritten('/proc/sys/kernel/modprobe'),
    hostHas(kernelConfig('MODULES', { usually: 'passes' })),
    hostHas(
      host(
        'host.kernel-config.STATIC_USERMODEHELPER',
        { isNot: 'y' },
        { usually: 'passes', title: 'the kernel starts helpers by the path given' },
      ),
    ),
  ),
  why: 'call_modprobe() (kernel/module/kmod.c) starts the program named by kernel.modprobe as root in the initial namespaces whenever something unknown is asked for, such as a socket family, which the container does itself. The path is looked up on the host, where the container’s writable layer has a path too.',
  fix: 'Keep /proc/sys read-only; kernels with CONFIG_STATIC_USERMODEHELPER ignore the path.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    kubehound: ['CE_UMH_CORE_PATTERN'],
    cwe: ['CWE-732'],
    docs: ['proc_sys_kernel(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    {
      docker: 'run --privileged debian',
      host: 'kernel-config: { STATIC_USERMODEHELPER: "y" }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /:/host:ro debian', host: 'kernel: 6.8.0', verdict: 'blocked' },
    { docker: 'run -v /:/host:ro debian', engine: 'docker@24', verdict: 'open' },
  ],
});
