import { capable, mounted, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOnHost, passesFilter } from '../probe-questions.ts';

const HANDLES = '^/run/(docker/)?netns(/|$)|^/(run|proc/[0-9]+/ns(/.*)?|run/docker|run/user/[0-9]+/netns)$|^/$';

export default defineVector({
  id: 'foreign-namespace-handle',
  title: 'Container can join the namespace of another by a handle',
  mechanism: 'mount',
  phase: 'create',
  goal: 'other-container',
  severity: 'high',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        source: HANDLES,
        title: 'handles of namespaces are mounted',
      }),
      capable('SYS_ADMIN'),
      syscall('setns'),
    ],
  ],
  probe: allOf(capableOnHost('SYS_ADMIN'), sees({ source: HANDLES }), passesFilter('setns')),
  why: 'setns(2) takes any handle that can be opened and asks CAP_SYS_ADMIN in the user namespace that owns the target (netns_install(), net/core/net_namespace.c). Engines keep such handles as bind mounts below /run.',
  fix: 'Do not mount directories with namespace handles; drop CAP_SYS_ADMIN.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.6', '5.4'],
    nist800190: ['3.4.3'],
    kubehound: ['CE_NSENTER'],
    cwe: ['CWE-668', 'CWE-403'],
    docs: ['setns(2)'],
  },
  examples: [
    { docker: 'run -v /var/run/docker/netns:/netns --cap-add SYS_ADMIN debian', verdict: 'open' },
    { docker: 'run -v /run/netns:/run/netns debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run -v /run/netns:/run/netns --cap-add SYS_ADMIN debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
