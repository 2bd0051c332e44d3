import { createsNamespace, kernel, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { namespaceMade } from '../probe-questions.ts';

export default defineVector({
  id: 'nested-time-namespace',
  title: 'Container can shift its monotonic and boot clocks by a time namespace of its own',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'T',
  appliesTo: ['workload'],
  routes: [
    [
      createsNamespace('NEWTIME'),
      kernel({ since: '5.6', usually: 'passes' }),
      kernelConfig('TIME_NS', { usually: 'passes' }),
    ],
  ],
  probe: namespaceMade('NEWTIME'),
  why: 'copy_time_ns() (kernel/time/namespace.c, 5.6) lets the owner of the namespace offset CLOCK_MONOTONIC and CLOCK_BOOTTIME, so that a program’s time-outs, leases and rate limits count from another origin. The wall clock is not concerned.',
  fix: 'Refuse unshare in the profile where programs rest on the monotonic clock.',
  refs: {
    attack: ['T1124'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['time_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { podman: 'run debian', verdict: 'open' },
    { docker: 'run --security-opt seccomp=unconfined debian', host: 'kernel: 5.4.0', verdict: 'blocked', depth: 1 },
  ],
});
