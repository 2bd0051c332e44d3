import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'runtime-in-writable-path',
  title: 'Engine starts a runtime from a folder that others may write',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['engine'],
  routes: [
    [
      fact(
        'daemon.runtimes',
        { matches: '"path":"(?:/home/|/tmp/|/var/tmp/|/dev/shm/|/mnt/|/media/|/srv/|\\.{1,2}/)' },
        'daemon',
        {
          absent: 'closed',
          title: 'a registered runtime lies below a home, temporary or data folder',
        },
      ),
    ],
  ],
  why: 'containerd executes the path as root for each container of that runtime: whoever may replace the file is root of the host at the next start.',
  fix: 'Install the runtime into /usr/local/bin or /opt, owned by root and not writable by others.',
  refs: {
    attack: ['T1574', 'T1554'],
    cisDocker: ['1.2.2'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-732', 'CWE-426'],
    docs: ['dockerd reference, runtimes'],
  },
  examples: [
    { daemon: '{"runtimes":{"custom":{"path":"/home/dev/bin/runc"}}}', verdict: 'open' },
    { daemon: '{"runtimes":{"runsc":{"path":"/usr/local/bin/runsc"}}}', verdict: 'blocked', depth: 1 },
    { daemon: '{}', verdict: 'blocked' },
  ],
});
