import { call } from '../../kernel/index.ts';
import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'descriptors-passed-in',
  title: 'Container gets open descriptors of whoever starts it',
  mechanism: 'runtime',
  phase: 'start',
  goal: 'host-data',
  severity: 'medium',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [
    [
      fact('runtime.leaks-descriptors', { is: true }, 'runtime', {
        absent: 'closed',
        set: false,
        title: 'descriptors are passed on',
      }),
    ],
  ],
  probe: tries(
    'looks for open descriptors beyond its standard streams',
    Array.from({ length: 61 }, (_, i) => call('fcntl', i + 3, 1, 0)),
    ['ok'],
    { effects: ['looks'], decides: Array.from({ length: 61 }, (_, i) => i), blocked: { EBADF: 'runtime' } },
  ),
  why: 'A descriptor carries the rights with which it was opened, and a folder among them is a way out of the root: openat(2) relative to it is not confined by the mount namespace (CVE-2016-9962, CVE-2024-21626 were leaks of that kind).',
  fix: 'Leave `--preserve-fds` out; hand data over by a mount or a socket.',
  refs: { attack: ['T1611'], nist800190: ['3.4.3'], cwe: ['CWE-403'], docs: ['podman-run(1), --preserve-fds'] },
  examples: [
    { podman: 'run --preserve-fds 3 debian', verdict: 'open' },
    { podman: 'run debian', verdict: 'blocked', depth: 1 },
  ],
});
