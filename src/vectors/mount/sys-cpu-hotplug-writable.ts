import { kernelConfig, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'sys-cpu-hotplug-writable',
  title: 'Container can take processors of the host off line',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[writesRootFile('/sys/devices/system/cpu/cpu1/online'), kernelConfig('HOTPLUG_CPU', { usually: 'passes' })]],
  probe: allOf(
    hostFileWritten('/sys/devices/system/cpu/cpu1/online'),
    hostHas(kernelConfig('HOTPLUG_CPU', { usually: 'passes' })),
  ),
  why: 'online_store() (drivers/base/core.c) takes a processor out of use for the whole machine; the file belongs to the host’s root with mode 0644 and no capability is asked.',
  fix: 'Mount sysfs read-only.',
  refs: {
    attack: ['T1499'],
    nist800190: ['3.4.3'],
    pss: ['baseline:privileged'],
    cwe: ['CWE-732'],
    docs: ['Documentation/core-api/cpu_hotplug.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --privileged --runtime runsc debian', verdict: 'blocked' },
  ],
});
