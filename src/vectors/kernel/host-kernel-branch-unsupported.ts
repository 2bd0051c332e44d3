import { any, host, kernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';

/** Branches that kernel.org no longer maintains, as of November 2026: between those with long-term support, and all before the oldest. */
const ENDED = [
  kernel({ before: '5.10' }),
  kernel({ since: '5.11', before: '5.15' }),
  kernel({ since: '5.16', before: '6.1' }),
  kernel({ since: '6.2', before: '6.6' }),
  kernel({ since: '6.7', before: '6.12' }),
  kernel({ since: '6.13', before: '6.18' }),
];

export default defineVector({
  id: 'host-kernel-branch-unsupported',
  title: 'The host runs a kernel of a branch that gets no security updates',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'E',
  appliesTo: ['host'],
  routes: [
    [
      any('a branch that has ended', ...ENDED),
      host('host.fact.kernel-vendor-supported', { is: false }, { title: 'no distribution maintains it' }),
    ],
  ],
  why: 'The kernel is the wall between containers, and it gets dozens of fixes for local flaws each month, which only maintained branches have. Distributions keep kernels of other versions alive and mend them under the same number, so the number alone settles nothing.',
  fix: 'Update to a kernel that the distribution or kernel.org maintains, and restart.',
  refs: {
    attack: ['T1068', 'T1611'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.3'],
    owaspDocker: ['D02'],
    cwe: ['CWE-1104'],
    docs: ['kernel.org, Active kernel releases'],
  },
  examples: [
    { hostProfile: '{ kernel: 5.13.0, facts: { kernel-vendor-supported: false } }', verdict: 'open' },
    { hostProfile: 'kernel: 6.12.40', verdict: 'blocked', depth: 1 },
    {
      hostProfile: '{ kernel: 4.18.0-553.el8, facts: { kernel-vendor-supported: true } }',
      verdict: 'blocked',
      depth: 1,
    },
    { hostProfile: 'kernel: 4.18.0-553.el8', verdict: 'unknown' },
  ],
});
