import { kernel, kernelConfig, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-dynamic-debug-writable',
  title: 'Container can switch on debug messages of the host kernel',
  mechanism: 'mount',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'ID',
  appliesTo: ['workload'],
  routes: [
    [
      writesRootFile('/proc/dynamic_debug/control'),
      kernelConfig('DYNAMIC_DEBUG', { usually: 'passes' }),
      kernel({ since: '5.7', usually: 'passes' }),
    ],
  ],
  probe: allOf(
    hostFileWritten('/proc/dynamic_debug/control'),
    hostHas(kernelConfig('DYNAMIC_DEBUG', { usually: 'passes' })),
    hostHas(kernel({ since: '5.7', usually: 'passes' })),
  ),
  why: 'ddebug_proc_write() (lib/dynamic_debug.c) asks for the mode 0644 of /proc/dynamic_debug/control and nothing else, and the path is neither masked nor read-only by default: root of a container without a user namespace floods the host’s log where no AppArmor profile denies writes below /proc.',
  fix: 'Give the container a user namespace, run as another user, keep the AppArmor profile; make the path read-only in the runtime.',
  refs: {
    attack: ['T1499'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-732'],
    docs: ['Documentation/admin-guide/dynamic-debug-howto.rst'],
  },
  examples: [
    { docker: 'run debian', host: 'lsm: [capability, yama]', verdict: 'open' },
    { docker: 'run debian', host: 'lsm: [apparmor]', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'unknown' },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
  ],
});
