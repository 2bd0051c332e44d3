import { call, PERSONALITY } from '../../kernel/index.ts';
import { int32, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { eachAsInt, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'personality-allowed',
  title: 'Programs in the container can switch address randomisation off',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[syscall('personality', { 0: int32(PERSONALITY.ADDR_NO_RANDOMIZE) })]],
  probe: tries(
    'switches the randomisation of its addresses off',
    eachAsInt(PERSONALITY.ADDR_NO_RANDOMIZE, (word) => call('personality', word)),
    ['ok'],
    { effects: ['changes-itself'], decides: [0, 1], blocked: { EINVAL: 'find' } },
  ),
  why: 'personality(ADDR_NO_RANDOMIZE) is kept over execve (setup_new_exec(), fs/exec.c; only set-user-id programs drop it), so an attacker with a first foothold starts the next program at known addresses. Default profiles allow five values of the argument: 0, 8, 0x20000, 0x20008 and the query.',
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
    { docker: 'run --privileged debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'blocked' },
  ],
});
