import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-dumps-privileged-programs',
  title: 'The host writes the memory of set-user-id programs to core files',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'credential',
  severity: 'medium',
  stride: 'IE',
  appliesTo: ['host'],
  routes: [[hostSysctl('fs.suid_dumpable', { is: 1 })]],
  why: 'With 1, begin_new_exec() (fs/exec.c) leaves a program that gained privileges dumpable as its caller, who may then trace it, and who gets a core file with what root had read. With 2 the core belongs to root, and do_coredump() (fs/coredump.c) writes it only to an absolute path or a pipe (3.6).',
  fix: 'fs.suid_dumpable=0, or 2 where cores of such programs are needed.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-528'],
    docs: ['proc_sys_fs(5)', 'core(5)'],
  },
  examples: [
    { hostProfile: 'sysctls: { fs.suid_dumpable: 1 }', verdict: 'open' },
    { hostProfile: 'sysctls: { fs.suid_dumpable: 0 }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'kernel: 6.12.0', verdict: 'unknown' },
    {
      hostProfile: 'sysctls: { fs.suid_dumpable: 2, kernel.core_pattern: "|/usr/lib/systemd/systemd-coredump %P" }',
      verdict: 'blocked',
    },
  ],
});
