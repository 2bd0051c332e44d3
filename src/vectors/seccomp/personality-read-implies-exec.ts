import { call, PERSONALITY } from '../../kernel/index.ts';
import { int32, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { eachAsInt, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'personality-read-implies-exec',
  title: 'Programs in the container can make all readable memory executable',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[syscall('personality', { 0: int32(PERSONALITY.READ_IMPLIES_EXEC) })]],
  probe: tries(
    'makes readable memory executable',
    eachAsInt(PERSONALITY.READ_IMPLIES_EXEC, (word) => call('personality', word)),
    ['ok'],
    { effects: ['changes-itself'], decides: [0, 1], blocked: { EINVAL: 'find' } },
  ),
  why: 'With READ_IMPLIES_EXEC do_mmap() (mm/mmap.c) adds PROT_EXEC to every readable mapping, which undoes the separation of data and code for what runs next.',
  fix: 'Keep a profile that limits the first argument of personality.',
  refs: {
    attack: ['T1211'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['personality(2)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --security-opt seccomp=unconfined debian', verdict: 'open' },
    { podman: 'run --privileged debian', verdict: 'open' },
  ],
});
