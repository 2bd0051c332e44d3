import { all, any, becomesRoot, calls, host, kernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas } from '../probe.ts';
import { canBeRoot } from '../probe-places.ts';
import { reachesKernel } from '../probe-questions.ts';

const CACHESTAT = kernel({ since: '6.5' });

export default defineVector({
  id: 'page-cache-residency-visible',
  title: 'Container can ask which pages of shared files its neighbours have in memory',
  mechanism: 'seccomp',
  phase: 'run',
  goal: 'other-container',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      becomesRoot,
      any('a call that tells', calls('mincore'), all('cachestat', calls('cachestat'), CACHESTAT)),
      host(
        'host.fact.image-store-shared',
        { isNot: false },
        { usually: 'passes', title: 'containers of other tenants use the same image layers' },
      ),
    ],
  ],
  probe: allOf(
    canBeRoot,
    anyOf(reachesKernel('mincore'), allOf(reachesKernel('cachestat'), hostHas(CACHESTAT))),
    hostHas(host('host.fact.image-store-shared', { isNot: false }, { usually: 'passes' })),
  ),
  why: 'Equal image layers are one set of page-cache pages. can_do_mincore() (mm/mincore.c, 5.2) tells residency to the owner of a file, and root of the container owns the files of its image, so it sees which library pages a neighbour touched. Reload times tell the same more slowly.',
  fix: 'Run as a user who owns no file of the image; refuse mincore and cachestat in the profile; image stores or machines per tenant.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-1303', 'CWE-203'],
    cve: ['CVE-2019-5489'],
    papers: ['page-cache', 'flush-reload'],
    docs: ['mincore(2)', 'cachestat(2)'],
  },
  aliases: ['shared-page-cache'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'facts: { image-store-shared: false }', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
