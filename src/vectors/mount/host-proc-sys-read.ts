import { mounted } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostPathSeen } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'host-proc-sys-read',
  title: 'Container can read the state of the host through its procfs or sysfs',
  mechanism: 'mount',
  phase: 'create',
  goal: 'information',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        covers: ['/proc', '/sys'],
        parts: true,
        title: "the host's procfs or sysfs is mounted",
      }),
    ],
  ],
  probe: hostPathSeen(['/proc', '/sys'], { parts: true }),
  why: 'A bound procfs is that of the initial PID and network namespaces and has no masks: processes, mounts, connections and kernel tables of the machine are readable. Files of other processes follow the rules of ptrace.',
  fix: 'Mount single files, or use an exporter on the host.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1057', 'T1082'],
    kubehound: ['EXPLOIT_HOST_READ'],
    cwe: ['CWE-497'],
  },
  examples: [
    { docker: 'run -v /proc:/host/proc:ro debian', verdict: 'open' },
    { docker: 'run -v /sys:/sys:ro --user 1000 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run -v /srv:/srv debian', verdict: 'blocked' },
  ],
});
