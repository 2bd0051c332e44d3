import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-links-unprotected',
  title: 'The host follows links of strangers in shared directories',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-root',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['host'],
  routes: [[hostSysctl('fs.protected_symlinks', { is: 0 })], [hostSysctl('fs.protected_hardlinks', { is: 0 })]],
  why: 'may_follow_link() and may_linkat() (fs/namei.c, 3.6) stop programs of the host from following links that another user put into a sticky directory. Volumes that container and host share are such directories.',
  fix: 'fs.protected_symlinks=1 and fs.protected_hardlinks=1.',
  refs: { attack: ['T1574'], cisDocker: ['1.2.1'], nist800190: ['3.5.5'], cwe: ['CWE-59'], docs: ['proc_sys_fs(5)'] },
  examples: [
    { hostProfile: 'sysctls: { fs.protected_symlinks: 0, fs.protected_hardlinks: 1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { fs.protected_symlinks: 1, fs.protected_hardlinks: 1 }', verdict: 'blocked' },
  ],
});
