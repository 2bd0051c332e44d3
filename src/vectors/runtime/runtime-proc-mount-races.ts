import { all, any, fact, notOlderThan, olderThan, rootMapsToHost, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'runtime-proc-mount-races',
  title: 'Container can turn the masks of the runtime against the host',
  mechanism: 'runtime',
  phase: 'start',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  when: fact('host.fact.runc-version', { matches: '.' }, 'runtime', { absent: 'closed' }),
  routes: [
    [
      any(
        'a release with the flaws',
        olderThan('host.fact.runc-version', '1.2.8', 'runtime'),
        all(
          '1.3.0 to 1.3.2',
          notOlderThan('host.fact.runc-version', '1.3.0-rc.1', 'runtime'),
          olderThan('host.fact.runc-version', '1.3.3', 'runtime'),
        ),
        all(
          '1.4.0-rc.1 and 2',
          notOlderThan('host.fact.runc-version', '1.4.0-rc.1', 'runtime'),
          olderThan('host.fact.runc-version', '1.4.0-rc.3', 'runtime'),
        ),
      ),
      sharedKernel,
      rootMapsToHost,
    ],
  ],
  why: 'While runc masks paths, binds /dev/console and writes labels, a process that shares the mounts can swap a link under it, so that a procfs file of the host becomes writable or the write goes there: core_pattern or sysrq-trigger are the way out (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881). A user namespace keeps those files from being written.',
  fix: 'Update runc to 1.2.8, 1.3.3 or 1.4.0-rc.3; use user namespaces.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-367', 'CWE-59'],
    cve: ['CVE-2025-31133', 'CVE-2025-52565', 'CVE-2025-52881', 'CVE-2019-19921'],
  },
  examples: [
    { docker: 'run debian', host: 'facts: { runc-version: "1.2.6" }', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { runc-version: "1.3.1" }', verdict: 'open' },
    { docker: 'run debian', host: 'facts: { runc-version: "1.2.8" }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { runc-version: "1.4.0" }', verdict: 'blocked', depth: 1 },
    {
      docker: 'run debian',
      host: 'facts: { runc-version: "1.3.1" }',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'not-applicable' },
  ],
});
