import { kernelConfig, readsRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-hardware-serial',
  title: 'Container can read the serial numbers of the host hardware',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[readsRootFile('/sys/devices/virtual/dmi/id/product_uuid'), kernelConfig('DMIID', { usually: 'passes' })]],
  probe: allOf(
    hostFileRead('/sys/devices/virtual/dmi/id/product_uuid'),
    hostHas(kernelConfig('DMIID', { usually: 'passes' })),
  ),
  why: 'product_uuid and the serials are mode 0400 of the host’s root (drivers/firmware/dmi-id.c) and outside the masked /sys/firmware; they identify the machine for ever.',
  fix: 'Mask /sys/devices/virtual/dmi; give the container a user namespace or another user.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel-config: { DMIID: "n" }', verdict: 'blocked', depth: 1 },
  ],
});
