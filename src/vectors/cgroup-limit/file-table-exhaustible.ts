import { fact, hostSysctl, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas, sharesKernel } from '../probe.ts';
import { unlimited } from '../probe-places.ts';

export default defineVector({
  id: 'file-table-exhaustible',
  title: 'Container can use up the table of open files of the host',
  mechanism: 'cgroup-limit',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      sharedKernel,
      fact('limit.memory', { is: 'none' }, 'cgroup-limit', {
        absent: 'passes',
        set: 536870912,
        title: 'no memory limit bounds what it may open',
      }),
      hostSysctl('fs.file-max', { below: 10000000 }),
    ],
  ],
  probe: allOf(sharesKernel, unlimited('memory'), hostHas(hostSysctl('fs.file-max', { below: 10000000 }))),
  why: 'alloc_empty_file() (fs/file_table.c) compares one counter of the machine with fs.file-max, for all containers together; no controller has a share of it. What bounds a container is its memory, since open files are charged to its memory cgroup. systemd raises fs.file-max to the largest value at boot.',
  fix: 'A memory limit and lower nofile and pids limits; raise fs.file-max.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['5.11'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    papers: ['demons'],
    docs: ['proc_sys_fs(5)'],
  },
  aliases: ['abstract-file-tables-exhaustible'],
  examples: [
    { docker: 'run debian', host: 'sysctls: { fs.file-max: 400000 }', verdict: 'open' },
    { docker: 'run --memory 512m debian', host: 'sysctls: { fs.file-max: 400000 }', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', host: 'sysctls: { fs.file-max: "9223372036854775807" }', verdict: 'blocked', depth: 1 },
    { docker: 'run --runtime runsc debian', host: 'sysctls: { fs.file-max: 400000 }', verdict: 'blocked', depth: 1 },
  ],
});
