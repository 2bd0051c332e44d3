import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-fifos-unprotected',
  title: 'The host opens files and pipes of strangers in shared directories',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-service',
  severity: 'low',
  stride: 'ST',
  appliesTo: ['host'],
  routes: [[hostSysctl('fs.protected_fifos', { is: 0 })], [hostSysctl('fs.protected_regular', { is: 0 })]],
  why: 'may_create_in_sticky() (fs/namei.c, 4.19) keeps O_CREAT from opening a file or pipe that another user left in a sticky directory: without it, who puts one there first reads what a program of root writes. Volumes shared with containers are such places.',
  fix: 'fs.protected_fifos=2 and fs.protected_regular=2.',
  refs: { attack: ['T1574'], cisDocker: ['1.2.1'], nist800190: ['3.5.5'], cwe: ['CWE-379'], docs: ['proc_sys_fs(5)'] },
  examples: [
    { hostProfile: 'sysctls: { fs.protected_fifos: 0, fs.protected_regular: 2 }', verdict: 'open' },
    { hostProfile: 'sysctls: { fs.protected_fifos: 1, fs.protected_regular: 2 }', verdict: 'blocked' },
  ],
});
