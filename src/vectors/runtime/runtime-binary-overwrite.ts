import { fact, isHostRoot, olderThan, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'runtime-binary-overwrite',
  title: 'Container can overwrite the runtime that starts it',
  mechanism: 'runtime',
  phase: 'exec',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  when: fact('host.fact.runc-version', { matches: '.' }, 'runtime', { absent: 'closed' }),
  routes: [[olderThan('host.fact.runc-version', '1.0.0-rc7', 'runtime'), sharedKernel, isHostRoot]],
  why: 'A container whose program is a link to /proc/self/exe makes runc execute itself inside, and /proc/PID/exe then leads to the file on the host, which its owner root may open for writing (proc_exe_link(), fs/proc/base.c). runc 1.0.0-rc7 executes a sealed copy instead (CVE-2019-5736).',
  fix: 'Update runc; a user namespace takes away the right to the file.',
  refs: {
    attack: ['T1611', 'T1554'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-668'],
    cve: ['CVE-2019-5736'],
    papers: ['analysis-oslv'],
  },
  examples: [
    { docker: 'run debian', host: 'facts: { runc-version: "1.0.0-rc6" }', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { runc-version: "1.0.0-rc7" }', verdict: 'blocked', depth: 1 },
    {
      docker: 'run debian',
      host: 'facts: { runc-version: "1.0.0-rc6" }',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --user 1000 --security-opt no-new-privileges debian',
      host: 'facts: { runc-version: "1.0.0-rc6" }',
      verdict: 'blocked',
    },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
