import { host, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-acpi-writable',
  title: 'Container can change which devices may wake the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'T',
  appliesTo: ['workload'],
  routes: [
    [
      writesRootFile('/proc/acpi/wakeup'),
      host('host.arch', { is: 'x86_64' }, { usually: 'passes', title: 'the machine has ACPI wake-up devices' }),
    ],
  ],
  probe: allOf(
    hostFileWritten('/proc/acpi/wakeup'),
    hostHas(host('host.arch', { is: 'x86_64' }, { usually: 'passes', title: 'the machine has ACPI wake-up devices' })),
  ),
  why: 'acpi_system_write_wakeup_device() (drivers/acpi/proc.c) asks for nothing beyond mode 0644. Engines mask /proc/acpi since CVE-2018-10892 for what writes there do to the machine.',
  fix: 'Keep the mask.',
  refs: {
    attack: ['T1499'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    cve: ['CVE-2018-10892'],
    docs: ['proc(5)'],
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
    { docker: 'run --security-opt systempaths=unconfined debian', host: 'lsm: [capability]', verdict: 'open' },
  ],
});
