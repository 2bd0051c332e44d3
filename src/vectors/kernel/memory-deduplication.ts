import { host } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'memory-deduplication',
  title: 'The host merges equal pages of different tenants',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'other-container',
  severity: 'low',
  stride: 'I',
  appliesTo: ['host'],
  routes: [[host('host.fact.ksm-run', { is: 1 }, { title: '/sys/kernel/mm/ksm/run is 1' })]],
  why: 'A write to a merged page takes longer (ksm, mm/ksm.c), which tells whether somebody else holds the same content. Processes opt in by madvise(MADV_MERGEABLE) or prctl(PR_SET_MEMORY_MERGE) (6.4), as hypervisors and some service managers do for all they start.',
  fix: 'echo 0 (or 2, to unmerge) into /sys/kernel/mm/ksm/run on hosts with several tenants.',
  refs: {
    attack: ['T1082'],
    nist800190: ['3.5.2'],
    cwe: ['CWE-1303', 'CWE-203'],
    papers: ['dedup'],
    docs: ['Documentation/admin-guide/mm/ksm.rst'],
  },
  examples: [
    { hostProfile: 'facts: { ksm-run: 1 }', verdict: 'open' },
    { hostProfile: 'facts: { ksm-run: 0 }', verdict: 'blocked' },
  ],
});
