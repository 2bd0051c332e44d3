import { becomesRoot, fact, host, initialUserNamespace, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, shares, sharesKernel, untold } from '../probe.ts';
import { canBeRoot } from '../probe-places.ts';

export default defineVector({
  id: 'shim-abstract-socket',
  title: 'Container can speak to host services that trust root on abstract sockets',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'host-root',
  severity: 'high',
  stride: 'SE',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('namespace.net', { is: 'host' }, 'namespace-net', {
        set: 'private',
        title: "uses the host's network namespace",
      }),
      becomesRoot,
      initialUserNamespace,
      host(
        'host.fact.abstract-socket-trusts-root',
        { is: true },
        { title: 'a service of the host listens on an abstract socket and trusts uid 0' },
      ),
    ],
  ],
  probe: allOf(
    sharesKernel,
    shares('net'),
    shares('user', 'kernel'),
    canBeRoot,
    anyOf(
      says('/proc/net/unix', { matches: '@/containerd-shim/', outside: true, mechanism: 'kernel' }),
      untold('which services of this machine trust a peer of uid 0 is not told'),
    ),
  ),
  why: 'Abstract Unix sockets belong to the network namespace (unix_find_abstract(), net/unix/af_unix.c) and have no mode; a listener sees only the uid of its peer, and root of a container without a user namespace is uid 0. The shim of containerd before 1.3.9 and 1.4.3 was such a listener. Landlock can scope abstract sockets since 6.12.',
  fix: 'No host network; a patched containerd; a user namespace.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.10'],
    nist800190: ['3.4.2', '3.3.3'],
    owaspDocker: ['D03'],
    cve: ['CVE-2020-15257'],
    cwe: ['CWE-669'],
    docs: ['unix(7)'],
  },
  examples: [
    { docker: 'run --network host debian', host: 'facts: { abstract-socket-trusts-root: true }', verdict: 'open' },
    { docker: 'run --network host debian', verdict: 'unknown' },
    {
      docker: 'run --network host debian',
      host: 'facts: { abstract-socket-trusts-root: false }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --network host --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked' },
  ],
});
