import { kernelConfig, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-scsi-writable',
  title: 'Container can remove disks from the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'high',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[writesRootFile('/proc/scsi/scsi'), kernelConfig('SCSI_PROC_FS', { usually: 'passes' })]],
  probe: allOf(hostFileWritten('/proc/scsi/scsi'), hostHas(kernelConfig('SCSI_PROC_FS', { usually: 'passes' }))),
  why: 'proc_scsi_write() (drivers/scsi/scsi_proc.c) carries out `scsi remove-single-device` for whoever may open the file, without a capability: the disk of the host is gone. Engines mask /proc/scsi since CVE-2017-16539.',
  fix: 'Keep the mask.',
  refs: {
    attack: ['T1499', 'T1485'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    cve: ['CVE-2017-16539'],
    docs: ['Documentation/scsi'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --security-opt systempaths=unconfined debian', host: 'lsm: [capability]', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged debian', host: 'kernel-config: { SCSI_PROC_FS: "n" }', verdict: 'blocked', depth: 1 },
  ],
});
