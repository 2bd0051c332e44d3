import { any, calls, host, kernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas, untold } from '../probe.ts';
import { reachesKernel } from '../probe-questions.ts';

export default defineVector({
  id: 'dirty-pipe-kernel',
  title: 'The host kernel lets readers of a file write to its page cache (Dirty Pipe)',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      calls('splice'),
      any(
        'a release with the flaw',
        kernel({ since: '5.8', before: '5.10.102' }),
        kernel({ since: '5.11', before: '5.15.25' }),
        kernel({ since: '5.16', before: '5.16.11' }),
      ),
      host(
        'host.fact.patched-CVE-2022-0847',
        { is: false },
        { title: 'the distribution has not mended it in its own release' },
      ),
    ],
  ],
  probe: allOf(
    reachesKernel('splice'),
    hostHas(kernel({ since: '5.8', before: '5.16.11' })),
    untold('whether the distribution has mended it in its own release'),
  ),
  why: 'copy_page_to_iter_pipe() (lib/iov_iter.c) left the flags of a pipe buffer as they were, so that a splice from a file and a write to the pipe changed the page cache of a file that was only readable: image layers of neighbours, and the runtime of the host where it can be reached. Distributions mend old releases without a new version number, so the version alone settles nothing.',
  fix: 'Update the kernel and restart; live patch.',
  refs: {
    attack: ['T1068', 'T1611'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.2', '3.5.3'],
    owaspDocker: ['D02'],
    cwe: ['CWE-1395', 'CWE-665'],
    cve: ['CVE-2022-0847'],
    papers: ['analysis-oslv', 'measurement-study'],
    docs: ['splice(2)'],
  },
  aliases: ['outdated-host-kernel'],
  examples: [
    { docker: 'run debian', host: '{ kernel: 5.15.10, facts: { patched-CVE-2022-0847: false } }', verdict: 'open' },
    { docker: 'run debian', host: 'kernel: 6.1.0', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'kernel: 5.15.10', verdict: 'unknown' },
    {
      docker: 'run debian',
      host: '{ kernel: 5.15.10, facts: { patched-CVE-2022-0847: true } }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
