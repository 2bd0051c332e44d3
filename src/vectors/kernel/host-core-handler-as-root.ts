import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-core-handler-as-root',
  title: 'The host starts a core-dump handler as root for crashes inside containers',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-service',
  severity: 'low',
  stride: 'DE',
  appliesTo: ['host'],
  routes: [[hostSysctl('kernel.core_pattern', { matches: '^\\|' })]],
  why: 'do_coredump() (fs/coredump.c) starts the program of a pipe pattern in the initial namespaces, as root, with names and paths that the crashing process chose, whatever container it is in. Handlers followed them into the container or the host before (CVE-2015-1318, CVE-2022-4415, CVE-2025-4598, CVE-2025-5054).',
  fix: 'Write cores to a file in a folder of their own, or keep the handler up to date and have it use the pidfd (%F, 6.16).',
  refs: {
    attack: ['T1611', 'T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.3'],
    cwe: ['CWE-367'],
    cve: ['CVE-2022-4415', 'CVE-2025-4598', 'CVE-2025-5054'],
    docs: ['core(5)'],
  },
  examples: [
    { hostProfile: 'sysctls: { kernel.core_pattern: "|/usr/share/apport/apport -p%p" }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.core_pattern: core }', verdict: 'blocked', depth: 1 },
  ],
});
