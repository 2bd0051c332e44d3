import { host, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-bus-pci-writable',
  title: 'Container can write the PCI configuration of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [
    [
      writesRootFile('/proc/bus/pci/00/00.0'),
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
    ],
  ],
  probe: allOf(
    hostFileWritten('/proc/bus/pci/00/00.0'),
    hostHas(host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' })),
  ),
  why: 'proc_bus_pci_write() (drivers/pci/proc.c) asks lockdown and the mode of the file, no capability. Configuration space moves device windows and masters the bus, so it leads to memory. Engines keep /proc/bus read-only.',
  fix: 'Keep /proc/bus read-only; boot with lockdown.',
  refs: {
    attack: ['T1611'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    docs: ['OCI runtime-spec config-linux.md#readonly-paths'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'lockdown: integrity', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt systempaths=unconfined --security-opt apparmor=unconfined debian', verdict: 'open' },
  ],
});
