import { call } from '../../kernel/index.ts';
import { any, calls, fact, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, passes, shares, sharesKernel } from '../probe.ts';
import { reachesKernel } from '../probe-questions.ts';

export default defineVector({
  id: 'keyring-syscalls-allowed',
  title: 'Container shares kernel keyrings with other processes of its uid',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'credential',
  severity: 'medium',
  stride: 'TID',
  appliesTo: ['workload'],
  routes: [
    [
      calls('keyctl'),
      any(
        'another container has the same user namespace',
        fact('namespace.user', { in: ['host', 'shared'] }, 'namespace-user', {
          title: 'its user namespace is not its own',
        }),
        fact('engine.rootless', { is: true }, 'namespace-user', {
          absent: 'closed',
          title: 'containers of a rootless engine share its user namespace',
        }),
      ),
      kernelConfig('KEYS', { usually: 'passes' }),
    ],
  ],
  probe: allOf(
    anyOf(
      reachesKernel('keyctl'),
      // KEYCTL_GET_KEYRING_ID, KEYCTL_DESCRIBE and KEYCTL_READ: a filter may let through some commands alone.
      allOf(sharesKernel, passes(['looks'], ...[0, 6, 11].map((command) => call('keyctl', command, 0, 0, 0, 0)))),
    ),
    anyOf(shares('user'), shares('user', 'neighbours')),
    hostHas(kernelConfig('KEYS', { usually: 'passes' })),
  ),
  why: 'User keyrings hang on uid and user namespace (look_up_user_keyrings(), security/keys/process_keys.c; per namespace since 5.3), never on the container. Containers with the same uid in one user namespace find each other’s keys there, among them tickets and file system keys, and share one quota.',
  fix: 'Use a profile that refuses keyctl, add_key and request_key; give each container its user namespace.',
  refs: {
    attack: ['T1552'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2016-0728'],
    docs: ['keyctl(2)', 'user-keyring(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    {
      docker: 'run --security-opt seccomp=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { podman: 'run debian', verdict: 'open' },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostUsers: false, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
  ],
});
