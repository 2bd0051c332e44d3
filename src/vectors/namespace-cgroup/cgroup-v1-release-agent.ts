import {
  all,
  any,
  capable,
  createsNamespace,
  fact,
  host,
  isHostRoot,
  kernel,
  mounts,
  mountsSomewhere,
  rootMapsToHost,
  seesHostProcesses,
  syscall,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, shares, untold } from '../probe.ts';
import { canBeHostRoot } from '../probe-places.ts';
import {
  capableOnHost,
  mountsAnywhere,
  mounts as mountsAsked,
  namespaceMade,
  passesFilter,
} from '../probe-questions.ts';

export default defineVector({
  id: 'cgroup-v1-release-agent',
  title: 'Container can name a program that the host runs as root when a cgroup empties',
  mechanism: 'namespace-cgroup',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_ADMIN'),
      rootMapsToHost,
      mounts,
      any(
        'a v1 hierarchy',
        host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'hierarchies of v1 are mounted' }),
        host(
          'host.kernel-parameter.cgroup_no_v1',
          { notMatches: '\\bnamed\\b' },
          { usually: 'passes', title: 'v1 hierarchies without controllers are not switched off' },
        ),
      ),
      any(
        'sees its root, or may make one',
        fact('namespace.cgroup', { is: 'host' }, 'namespace-cgroup', {
          set: 'private',
          title: "uses the host's cgroup namespace",
        }),
        all('after joining it', seesHostProcesses, syscall('setns')),
        all(
          'stays in the root of a hierarchy',
          host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'hierarchies of v1 are mounted' }),
          host(
            'host.fact.cgroup-v1-hierarchy-not-joined',
            { is: true },
            { title: 'a v1 hierarchy is mounted that the runtime does not know (misc, rdma)' },
          ),
        ),
      ),
    ],
    [
      isHostRoot,
      mountsSomewhere,
      createsNamespace('NEWCGROUP'),
      host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'hierarchies of v1 are mounted' }),
      kernel({ before: '5.17' }),
      host(
        'host.fact.patched-CVE-2022-0492',
        { is: false },
        { title: 'the distribution has not mended it in its own release' },
      ),
    ],
  ],
  probe: anyOf(
    allOf(
      capableOnHost('SYS_ADMIN'),
      mountsAsked,
      anyOf(
        hostHas(host('host.cgroup', { in: ['v1', 'hybrid'] })),
        hostHas(host('host.kernel-parameter.cgroup_no_v1', { notMatches: '\\bnamed\\b' }, { usually: 'passes' })),
      ),
      anyOf(
        shares('cgroup'),
        allOf(shares('pid'), passesFilter('setns')),
        allOf(
          hostHas(host('host.cgroup', { in: ['v1', 'hybrid'] })),
          untold('whether the runtime leaves a v1 hierarchy out'),
        ),
      ),
    ),
    allOf(
      canBeHostRoot,
      hostHas(host('host.cgroup', { in: ['v1', 'hybrid'] })),
      hostHas(kernel({ before: '5.17' })),
      mountsAnywhere,
      namespaceMade('NEWCGROUP'),
      untold('whether the distribution has mended it in its own release'),
    ),
  ),
  why: 'cgroup1_release_agent() (kernel/cgroup/cgroup-v1.c) starts the program named in release_agent with call_usermodehelper(), in the namespaces of the host. The file is at the root of a v1 hierarchy and, since 5.17, asks for CAP_SYS_ADMIN in the initial user namespace (CVE-2022-0492); before that, root could do it in a user namespace of its own. In a cgroup namespace of its own a container sees its own group as the root, where the file is not (tried), and may not make a hierarchy (cgroup1_root_to_use()); in the initial one it can, even where the host uses v2 alone.',
  fix: 'Do not add SYS_ADMIN, keep the AppArmor or SELinux profile, use cgroup v2 with private cgroup namespaces.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.4', '5.5'],
    nist800190: ['3.4.3', '3.5.2'],
    cwe: ['CWE-269', 'CWE-862'],
    cve: ['CVE-2022-0492'],
    docs: ['cgroups(7), Cgroups v1 release notification'],
  },
  examples: [
    { docker: 'run --privileged debian', host: 'cgroup: v1', verdict: 'open' },
    {
      docker: 'run --privileged --cgroupns private debian',
      host: '{ cgroup: v1, kernel: 6.12.0 }',
      verdict: 'unknown',
    },
    {
      docker: 'run --privileged --cgroupns private debian',
      host: '{ cgroup: v1, kernel: 6.12.0, facts: { cgroup-v1-hierarchy-not-joined: false } }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --cap-add SYS_ADMIN --security-opt apparmor=unconfined debian',
      host: 'cgroup: hybrid',
      verdict: 'open',
    },
    { docker: 'run --privileged --cgroupns host debian', host: 'cgroup: v2', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'cgroup: v2', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged --pid host debian', host: 'cgroup: v2', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --privileged debian',
      host: '{ cgroup: v1, kernel: 6.1.0 }',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --security-opt seccomp=unconfined --security-opt apparmor=unconfined debian',
      host: '{ cgroup: v1, kernel: 5.10.50, facts: { patched-CVE-2022-0492: false } }',
      verdict: 'open',
    },
  ],
});
