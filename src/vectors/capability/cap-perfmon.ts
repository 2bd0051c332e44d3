import { all, any, capable, host, hostSysctl, kernel, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf } from '../probe.ts';
import { capableOnHost, needs, opensCounter, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-perfmon',
  title: 'Container can observe the whole machine with performance events',
  mechanism: 'capability',
  phase: 'create',
  goal: 'information',
  severity: 'high',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      any(
        'perfmon_capable()',
        all('since the kernel has it', capable('PERFMON'), kernel({ since: '5.8' })),
        capable('SYS_ADMIN'),
      ),
      syscall('perf_event_open'),
      kernelConfig('PERF_EVENTS', { usually: 'passes' }),
      any(
        'the distribution does not keep it for CAP_SYS_ADMIN',
        host(
          'host.kernel-config.SECURITY_PERF_EVENTS_RESTRICT',
          { isNot: 'y' },
          { usually: 'passes', title: 'the kernel has no stricter kernel.perf_event_paranoid' },
        ),
        hostSysctl('kernel.perf_event_paranoid', { below: 3 }),
        capable('SYS_ADMIN'),
      ),
      host(
        'host.lockdown',
        { isNot: 'confidentiality' },
        { usually: 'passes', title: 'lockdown leaves performance events' },
      ),
    ],
  ],
  probe: allOf(
    anyOf(capableOnHost('PERFMON'), capableOnHost('SYS_ADMIN')),
    tries('counts on a whole processor', opensCounter('machine'), ['ok'], {
      effects: ['makes-objects'],
      ...needs('PERFMON', 'SYS_ADMIN'),
    }),
  ),
  why: 'perfmon_capable() (include/linux/capability.h, 5.8) overrides kernel.perf_event_paranoid: samples of every CPU and every process, kernel addresses included (perf_event_open(), kernel/events/core.c). In kernels of Debian and Ubuntu a value of 3 asks for CAP_SYS_ADMIN before (perf_paranoid_any()).',
  fix: 'Drop it; profile from the host.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1057', 'T1082'],
    cwe: ['CWE-250'],
    docs: ['perf_event_open(2)'],
    papers: ['ebpf-cross'],
  },
  examples: [
    { docker: 'run --cap-add PERFMON debian', host: 'kernel: 6.1.0', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'open' },
    {
      docker: 'run --cap-add PERFMON debian',
      withDaemon: '{"userns-remap":"default"}',
      host: 'kernel: 6.1.0',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
