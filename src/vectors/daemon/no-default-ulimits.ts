import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'no-default-ulimits',
  title: 'Containers take over the process limits of the engine',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'denial-of-service',
  severity: 'low',
  stride: 'D',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.default-ulimits', { notMatches: '"(?:nofile|nproc)"' }, 'cgroup-limit', {
        absent: 'passes',
        title: 'no default for open files or processes',
      }),
    ],
  ],
  why: 'Limits are inherited over fork(2) (copy_signal(), kernel/fork.c): what the unit of the engine or containerd has for itself, often without limit, each container gets.',
  fix: 'Set `default-ulimits` for nofile and nproc.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['2.8'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    docs: ['getrlimit(2)'],
  },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"default-ulimits":{"core":{"Name":"core","Soft":0,"Hard":0}}}', verdict: 'open' },
    {
      daemon: '{"default-ulimits":{"nofile":{"Name":"nofile","Soft":1024,"Hard":4096}}}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
