import { writesKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'vm-sysctls-writable',
  title: 'Container can change the memory management settings of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'high',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[writesKernelFile('/proc/sys/vm/overcommit_memory')]],
  probe: hostFileWritten('/proc/sys/vm/overcommit_memory'),
  why: 'Nothing below /proc/sys/vm belongs to a namespace. panic_on_oom, overcommit, min_free_kbytes, drop_caches, nr_hugepages or mmap_min_addr change how the whole machine behaves under load, and the last one removes a defence against null pointer flaws.',
  fix: 'Keep /proc/sys read-only; set vm.* on the host.',
  refs: {
    attack: ['T1499'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    docs: ['proc_sys_vm(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run -v /proc:/host/proc debian', verdict: 'open' },
    {
      docker: 'run -v /proc:/host/proc --security-opt no-new-privileges --user 1000 debian',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged --runtime runsc debian', verdict: 'blocked' },
  ],
});
