import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'default-cgroup-namespace-host',
  title: 'Containers see the cgroup tree of the host by default',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'information',
  severity: 'low',
  stride: 'IE',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.default-cgroupns-mode', { is: 'host' }, 'namespace-cgroup', {
        absent: 'closed',
        set: 'private',
        title: 'the default is the cgroup namespace of the host',
      }),
    ],
  ],
  why: 'cgroup_path_ns() (kernel/cgroup/cgroup.c) then shows the paths of the host, with the ids of all containers; and only in the initial cgroup namespace may a v1 hierarchy be created (cgroup1_root_to_use(), kernel/cgroup/cgroup-v1.c), which CAP_SYS_ADMIN turns into a release agent of the host.',
  fix: 'Set `private`, the default on cgroup v2.',
  refs: { attack: ['T1613', 'T1611'], nist800190: ['3.4.3'], cwe: ['CWE-668'], docs: ['cgroup_namespaces(7)'] },
  examples: [
    { daemon: '{"default-cgroupns-mode":"host"}', verdict: 'open' },
    { daemon: '{"default-cgroupns-mode":"private"}', verdict: 'blocked', depth: 1 },
  ],
});
