import { host, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-temperature',
  title: 'Container follows the temperature sensors of the host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      readsKernelFile('/sys/class/thermal/thermal_zone0/temp'),
      host('host.fact.thermal-zones', { isNot: false }, { usually: 'passes', title: 'the host shows thermal zones' }),
    ],
  ],
  probe: allOf(
    hostStateRead('/sys/class/thermal/thermal_zone0/temp'),
    hostHas(
      host('host.fact.thermal-zones', { isNot: false }, { usually: 'passes', title: 'the host shows thermal zones' }),
    ),
  ),
  why: 'Thermal zones (drivers/thermal/thermal_sysfs.c) are world-readable; temperature follows load of all cores of the package, slow but through every limit.',
  fix: 'Mask /sys/class/thermal and the hwmon devices, or hide them in a virtual machine.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --read-only debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { thermal-zones: false }', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
