import { any, readsKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { hostStateRead } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'leak-host-load',
  title: 'Container sees load and processor time of the whole host',
  mechanism: 'mount',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[any('one of the files', readsKernelFile('/proc/loadavg'), readsKernelFile('/proc/stat'))]],
  probe: anyOf(hostStateRead('/proc/loadavg'), hostStateRead('/proc/stat')),
  why: '/proc/loadavg and /proc/stat count all tasks and processors of the machine (fs/proc/loadavg.c, fs/proc/stat.c); no namespace narrows them. Equal values prove that two containers share a machine, and a rhythm of load is a covert channel.',
  fix: 'LXCFS over the files, or a sandbox with a kernel of its own.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-497', 'CWE-203'],
    papers: ['containerleaks'],
    docs: ['proc(5)'],
  },
  aliases: ['leak-host-load-uptime'],
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
