import {
  becomesRoot,
  host,
  initialUserNamespace,
  isHostRoot,
  kernelConfig,
  mounted,
  mounts,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, sharesKernel } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { mountsOfHost } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'tracefs-exposed',
  title: 'Container can trace every process of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-data',
  severity: 'high',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [
    [
      mounts,
      initialUserNamespace,
      becomesRoot,
      host('host.lockdown', { isNot: 'confidentiality' }, { usually: 'passes' }),
      kernelConfig('FTRACE', { usually: 'passes' }),
    ],
    [
      mounted({
        types: ['bind'],
        covers: ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'],
        fileSystems: ['tracefs', 'debugfs'],
        title: 'the tracefs of the host is mounted',
      }),
      isHostRoot,
      host('host.lockdown', { isNot: 'confidentiality' }, { usually: 'passes' }),
      kernelConfig('FTRACE', { usually: 'passes' }),
    ],
  ],
  probe: anyOf(
    mountsOfHost('TRACING'),
    allOf(
      sharesKernel,
      sees({
        covers: ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'],
        fileSystems: ['tracefs', 'debugfs'],
        as: 'root',
      }),
    ),
  ),
  why: 'Whoever writes to tracefs sets probes in kernel and programs and reads arguments and memory of all processes; tracing_check_open_get_tr() (kernel/trace/trace.c) asks lockdown (confidentiality), the rest is mode 0700 of the host’s root.',
  fix: 'Do not mount it, drop CAP_SYS_ADMIN; give tracing agents their own pod.',
  refs: {
    attack: ['T1611', 'T1057'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:hostPathVolumes'],
    cwe: ['CWE-732'],
    papers: ['ebpf-cross'],
    docs: ['Documentation/trace/ftrace.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /sys/kernel/tracing:/t debian', verdict: 'open' },
    { docker: 'run -v /sys/kernel/tracing:/t debian', host: 'lockdown: confidentiality', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
  ],
});
