import { host, kernel, readsKernelFile, readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'rapl-power-readable',
  title: 'Container can read the energy counters of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      readsRootFile('/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj'),
      host('host.fact.rapl', { isNot: false }, { usually: 'passes', title: 'the processors have energy counters' }),
    ],
    [
      readsKernelFile('/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj'),
      kernel({ before: '5.10' }),
      host('host.fact.rapl', { isNot: false }, { usually: 'passes', title: 'the processors have energy counters' }),
    ],
  ],
  probe: allOf(
    hostFileRead('/sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj'),
    hostHas(
      host('host.fact.rapl', { isNot: false }, { usually: 'passes', title: 'the processors have energy counters' }),
    ),
  ),
  why: 'Running average power follows instructions and data of other programs closely enough to recover keys, and tells who shares the machine. The file is mode 0400 since 5.10 (drivers/powercap/powercap_sys.c), which keeps users out but not root of a container; engines mask it since late 2023.',
  fix: 'Update engine and kernel; mask /sys/devices/virtual/powercap; give the container a user namespace.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-497', 'CWE-203'],
    cve: ['CVE-2020-8694'],
    papers: ['platypus', 'containerleaks'],
    docs: ['Documentation/power/powercap/powercap.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', engine: 'docker@24.0.6', host: '{ lsm: [capability], kernel: 6.1.0 }', verdict: 'open' },
    {
      docker: 'run debian',
      engine: 'docker@24.0.6',
      withDaemon: '{"userns-remap":"default"}',
      host: 'kernel: 6.1.0',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --security-opt systempaths=unconfined debian', host: 'lsm: [capability]', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'facts: { rapl: false }', verdict: 'blocked', depth: 1 },
  ],
});
