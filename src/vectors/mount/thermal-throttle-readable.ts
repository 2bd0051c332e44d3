import { host, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'thermal-throttle-readable',
  title: 'Container can follow the thermal throttling of the host processors',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      readsKernelFile('/sys/devices/system/cpu/cpu0/thermal_throttle', { folder: true }),
      host('host.arch', { is: 'x86_64' }, { usually: 'passes', title: 'the processors are x86' }),
    ],
  ],
  probe: allOf(
    hostFileRead('/sys/devices/system/cpu/cpu0/thermal_throttle'),
    hostHas(host('host.arch', { is: 'x86_64' }, { usually: 'passes', title: 'the processors are x86' })),
  ),
  why: 'Throttle counters (arch/x86, drivers/thermal/intel/therm_throt.c) rise when neighbours heat the package, so they serve as a covert channel and co-residence test between containers. Docker masks them since 28.0.2.',
  fix: 'Update the engine, or add the paths to maskedPaths.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-497', 'CWE-203'],
    docs: ['Documentation/ABI/testing/sysfs-devices-system-cpu'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', engine: 'docker@27', verdict: 'open' },
    { docker: 'run debian', engine: 'docker@27', host: 'arch: aarch64', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', engine: 'docker@27', verdict: 'blocked', depth: 1 },
  ],
});
