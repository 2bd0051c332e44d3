import { fact, sharedKernel, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, shares, sharesKernel, untold } from '../probe.ts';

export default defineVector({
  id: 'abstract-display-socket',
  title: 'Container can reach the display of the host without a mount',
  mechanism: 'namespace-net',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
      someFact({ family: 'env.', name: '^DISPLAY$', mechanism: 'namespace-net', title: 'is told of a display' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('net'),
    anyOf(
      says('/proc/net/unix', { matches: '@/tmp/[.]X11-unix/X', outside: true, mechanism: 'kernel' }),
      untold('no display listens on this machine now'),
    ),
  ),
  why: 'The X server listens on an abstract socket beside the one below /tmp, and abstract sockets belong to the network namespace (unix_find_abstract(), net/unix/af_unix.c). An access rule for the local user is enough.',
  fix: "Do not share the host's network with graphical programs; start the X server with -nolisten local.",
  refs: { cisDocker: ['5.10'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'], docs: ['unix(7)'] },
  examples: [
    { docker: 'run --network host -e DISPLAY=:0 debian', verdict: 'open' },
    { docker: 'run -e DISPLAY=:0 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --network host debian', verdict: 'blocked' },
  ],
});
