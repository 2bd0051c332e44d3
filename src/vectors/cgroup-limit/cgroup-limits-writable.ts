import { any, fact, host, isHostRoot, mounted, mounts, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says, shares, sharesKernel } from '../probe.ts';
import { canBeHostRoot, hasMounted, sees } from '../probe-places.ts';
import { mounts as mountsAsked } from '../probe-questions.ts';

export default defineVector({
  id: 'cgroup-limits-writable',
  title: 'Container can lift its own limits or set those of others',
  mechanism: 'cgroup-limit',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      isHostRoot,
      any(
        'a cgroup file system that is writable',
        mounted({ types: ['cgroup', 'cgroup2'], writable: true, title: 'the cgroup file system is mounted writable' }),
        mounts,
      ),
      any(
        'the files of its own limits are its to write',
        fact('namespace.cgroup', { is: 'host' }, 'namespace-cgroup', {
          set: 'private',
          title: "uses the host's cgroup namespace",
        }),
        host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'limits are those of cgroup v1' }),
        host('host.fact.cgroup2-nsdelegate', { is: false }, { title: 'cgroup2 is mounted without nsdelegate' }),
      ),
    ],
    [
      sharedKernel,
      isHostRoot,
      mounted({
        types: ['bind'],
        covers: ['/sys/fs/cgroup'],
        parts: true,
        writable: true,
        title: "the host's cgroup tree is mounted writable",
      }),
    ],
  ],
  probe: anyOf(
    allOf(
      sharesKernel,
      canBeHostRoot,
      anyOf(hasMounted({ types: ['cgroup', 'cgroup2'], writable: true }), mountsAsked),
      anyOf(
        shares('cgroup'),
        says('/proc/{pid}/cgroup', { matches: '^[1-9][0-9]*:[a-z]', outside: true, mechanism: 'kernel' }),
        says('/proc/mounts', { matches: ' cgroup2 (?!.*nsdelegate)', outside: true, mechanism: 'namespace-cgroup' }),
      ),
    ),
    allOf(sharesKernel, sees({ covers: ['/sys/fs/cgroup'], parts: true, writable: true, as: 'root' })),
  ),
  why: 'Limits are files, and their owner is root of the host. With `nsdelegate`, which systemd mounts with, cgroup_file_write() (kernel/cgroup/cgroup.c) keeps a cgroup namespace from the files at its own root; v1 and the namespace of the host know no such line. A bind of the tree of the host shows every other group as well.',
  fix: 'Leave the mount read-only and the cgroup namespace private; delegate a subtree to what must make groups.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['5.25'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-732'],
    papers: ['houdini'],
    docs: ['Documentation/admin-guide/cgroup-v2.rst, Delegation'],
  },
  aliases: ['cgroup-fs-writable'],
  examples: [
    { docker: 'run --privileged debian', host: 'cgroup: v1', verdict: 'open' },
    { docker: 'run --privileged --cgroupns host debian', verdict: 'open' },
    {
      docker: 'run --privileged debian',
      host: '{ cgroup: v2, facts: { cgroup2-nsdelegate: true } }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /sys/fs/cgroup:/sys/fs/cgroup debian', verdict: 'open' },
    { docker: 'run -v /sys/fs/cgroup:/sys/fs/cgroup:ro debian', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run -v /sys/fs/cgroup:/sys/fs/cgroup debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
    },
  ],
});
