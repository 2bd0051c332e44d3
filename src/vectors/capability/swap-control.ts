import { any, capable, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'swap-control',
  title: "Container can switch the host's swap on and off",
  mechanism: 'capability',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'TD',
  appliesTo: ['workload'],
  routes: [[capable('SYS_ADMIN'), any('a call', syscall('swapoff'), syscall('swapon'))]],
  probe: anyOf(
    triesHarmless('swapoff', ['ENOENT'], needs('SYS_ADMIN')),
    triesHarmless('swapon', ['ENOENT'], needs('SYS_ADMIN')),
  ),
  why: 'swapon(2) and swapoff(2) ask capable(CAP_SYS_ADMIN) (mm/swapfile.c) and act on the one memory of the machine: taking swap away under pressure kills processes of others, putting a file of the container in writes their memory there.',
  fix: 'Drop CAP_SYS_ADMIN, or refuse swapon and swapoff in the seccomp profile.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1499'],
    cwe: ['CWE-250'],
    docs: ['swapon(2)'],
  },
  examples: [
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_ADMIN debian', verdict: 'blocked', depth: 1 },
  ],
});
