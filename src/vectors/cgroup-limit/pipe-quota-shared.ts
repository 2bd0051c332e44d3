import { any, fact, hostSysctl, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, shares, sharesKernel, untold } from '../probe.ts';

export default defineVector({
  id: 'pipe-quota-shared',
  title: 'Container shares the pipe memory allowance of its host uid with others',
  mechanism: 'cgroup-limit',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      any(
        'other containers have its uids outside',
        fact('namespace.user', { in: ['host', 'shared'] }, 'namespace-user', {
          title: 'its user namespace is not its own',
        }),
        fact('daemon.userns-remap', { notIn: ['', false] }, 'namespace-user', {
          absent: 'closed',
          title: 'the engine maps every container to one range',
        }),
        fact('engine.rootless', { is: true }, 'namespace-user', {
          absent: 'closed',
          title: 'containers of a rootless engine share its range',
        }),
      ),
      hostSysctl('fs.pipe-user-pages-soft', { isNot: 0 }, { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    hostHas(hostSysctl('fs.pipe-user-pages-soft', { isNot: 0 }, { usually: 'passes' })),
    anyOf(
      shares('user', 'kernel'),
      shares('user', 'neighbours'),
      untold('whether other containers have its ids outside is known to their engine'),
    ),
  ),
  why: 'account_pipe_buffers() (fs/pipe.c) counts pages per host uid (user_struct): once fs.pipe-user-pages-soft is reached, new pipes of every container of that uid have two pages only. Holders of CAP_SYS_RESOURCE or CAP_SYS_ADMIN in the initial user namespace are not held to it.',
  fix: 'Different host ids per container, by user namespaces or --user.',
  refs: {
    attack: ['T1499.001'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    papers: ['demons'],
    docs: ['pipe(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostUsers: false, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
