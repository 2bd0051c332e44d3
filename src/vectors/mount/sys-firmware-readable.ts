import { readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'sys-firmware-readable',
  title: 'Container can read the firmware tables of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsRootFile('/sys/firmware/dmi/tables/DMI')]],
  probe: hostFileRead('/sys/firmware/dmi/tables/DMI'),
  why: 'ACPI and DMI tables below /sys/firmware are mode 0400 of the host’s root (drivers/firmware/dmi_scan.c, drivers/acpi/sysfs.c); they name model, serial numbers, memory layout and sometimes licence keys. Engines mask the directory.',
  fix: 'Keep the mask.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-497'],
    docs: ['Documentation/ABI/testing/sysfs-firmware-acpi'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      host: 'lsm: [apparmor]',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /sys/firmware:/fw:ro debian', verdict: 'open' },
  ],
});
