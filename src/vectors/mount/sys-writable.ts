import { writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'sys-writable',
  title: 'Container can change parameters of the host’s kernel modules',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [[writesRootFile('/sys/module/printk/parameters/time')]],
  probe: hostFileWritten('/sys/module/printk/parameters/time'),
  why: 'sysfs belongs to no namespace but for parts of the network, and param_attr_store() (kernel/params.c) asks for the mode of the file only. A writable /sys lets root of the container set driver parameters, bind drivers and change block queues of the host.',
  fix: 'Mount sysfs read-only, as engines do for containers that are not privileged.',
  refs: {
    attack: ['T1611', 'T1499'],
    cisDocker: ['5.4', '5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:privileged'],
    cwe: ['CWE-732'],
    docs: ['sysfs(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run -v /sys:/host/sys debian', verdict: 'open' },
    { docker: 'run -v /sys:/host/sys:ro debian', verdict: 'blocked' },
    {
      docker: 'run --security-opt systempaths=unconfined --security-opt apparmor=unconfined debian',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
  ],
});
