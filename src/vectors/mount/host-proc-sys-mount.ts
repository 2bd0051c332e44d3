import { all, any, initialUserNamespace, isHostRoot, mounted, mounts } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { sees } from '../probe-places.ts';

export default defineVector({
  id: 'host-proc-sys-mount',
  title: "Container can write kernel settings through a mount of the host's procfs or sysfs",
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'writable',
        mounted({
          types: ['bind'],
          covers: ['/proc', '/proc/sys', '/proc/sysrq-trigger', '/sys', '/sys/kernel', '/sys/module'],
          parts: true,
          writable: true,
          title: "the host's procfs or sysfs is mounted writable",
        }),
        all(
          'made writable',
          mounted({
            types: ['bind'],
            covers: ['/proc', '/sys'],
            parts: true,
            title: "the host's procfs or sysfs is mounted",
          }),
          mounts,
          initialUserNamespace,
        ),
      ),
      isHostRoot,
    ],
  ],
  // A folder of sysctls takes no writes (proc_sys_permission()); what lies in it does.
  probe: sees({ covers: ['/proc', '/sys', '/proc/sys/kernel/core_pattern'], parts: true, writable: true, as: 'root' }),
  why: "The masks and read-only paths of the engine lie on the container's own procfs and sysfs, not on one that is bound in. Writing asks for the global uid 0 (proc_sys_permission(), fs/proc/proc_sysctl.c; kernfs modes): core_pattern, sysrq-trigger and uevent_helper are then the host's.",
  fix: 'Mount single files read-only, or use an exporter on the host.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611'],
    kubehound: ['CE_UMH_CORE_PATTERN', 'EXPLOIT_HOST_WRITE'],
    cwe: ['CWE-668', 'CWE-732'],
  },
  examples: [
    { docker: 'run -v /proc:/host/proc debian', verdict: 'open' },
    { docker: 'run -v /proc:/host/proc:ro debian', host: 'lsm: [capability, yama]', verdict: 'blocked' },
    { docker: 'run -v /sys:/host/sys debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run -v /sys:/host/sys --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /:/host debian', verdict: 'open' },
  ],
});
