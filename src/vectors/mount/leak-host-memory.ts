import { any, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-host-memory',
  title: 'Container sees the memory statistics of the whole host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'one of the files',
        readsKernelFile('/proc/meminfo'),
        readsKernelFile('/proc/vmstat'),
        readsKernelFile('/proc/zoneinfo'),
      ),
    ],
  ],
  probe: anyOf(hostStateRead('/proc/meminfo'), hostStateRead('/proc/vmstat'), hostStateRead('/proc/zoneinfo')),
  why: '/proc/meminfo, vmstat, zoneinfo and buddyinfo describe the machine, not the memory cgroup (fs/proc/meminfo.c, mm/vmstat.c). They change with every neighbour and carry covert channels.',
  fix: 'LXCFS for meminfo, masks for the others, or a sandbox with a kernel of its own.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  aliases: ['leak-host-memory-layout'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --cap-drop ALL --read-only debian', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {runtimeClassName: gvisor, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
