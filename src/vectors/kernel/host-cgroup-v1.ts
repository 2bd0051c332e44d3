import { host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-cgroup-v1',
  title: 'The host groups processes by cgroup v1',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-root',
  severity: 'low',
  stride: 'DE',
  appliesTo: ['host'],
  routes: [[host('host.cgroup', { in: ['v1', 'hybrid'] }, { title: 'controllers are those of v1' })]],
  why: 'v1 has the release agent and devices.allow, both ways from CAP_SYS_ADMIN to the host, cannot be delegated safely, and charges buffered writes to nobody. Kubernetes keeps it in maintenance since 1.31, systemd 258 and RHEL 10 have dropped it.',
  fix: 'Boot with systemd.unified_cgroup_hierarchy=1 on a current distribution.',
  refs: { attack: ['T1611'], cisDocker: ['1.2.1'], nist800190: ['3.5.1'], cwe: ['CWE-1104'], docs: ['cgroups(7)'] },
  examples: [
    { hostProfile: 'cgroup: v1', verdict: 'open' },
    { hostProfile: 'cgroup: hybrid', verdict: 'open' },
    { hostProfile: 'cgroup: v2', verdict: 'blocked', depth: 1 },
  ],
});
