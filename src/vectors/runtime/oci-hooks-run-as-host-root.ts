import { fact, olderThan } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'oci-hooks-run-as-host-root',
  title: 'Container is started with a hook that the image or a writable folder can turn against the host',
  mechanism: 'runtime',
  phase: 'start',
  goal: 'host-root',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      fact(
        'runtime.hooks',
        { matches: '^(?:/home/|/tmp/|/var/tmp/|/dev/shm/|/mnt/|/media/|/srv/|\\.{1,2}/)' },
        'runtime',
        {
          absent: 'closed',
          title: 'a hook lies in a folder that others may write',
        },
      ),
    ],
    [
      fact('runtime.hooks', { matches: 'nvidia' }, 'runtime', {
        absent: 'closed',
        title: 'the NVIDIA hook prepares the container',
      }),
      olderThan('host.fact.nvidia-container-toolkit-version', '1.17.8', 'runtime'),
    ],
  ],
  why: 'Hooks are programs that the runtime starts as root of the host, some with the root of the container before them (OCI runtime-spec config.md, POSIX-platform Hooks). The toolkit of NVIDIA before 1.17.8 passed the environment of the image to one of them, and LD_PRELOAD with it (CVE-2025-23266).',
  fix: 'Keep hooks and their folders owned by root, remove what is not needed, update the NVIDIA Container Toolkit.',
  refs: {
    attack: ['T1611', 'T1574.006'],
    nist800190: ['3.4.1'],
    cwe: ['CWE-426'],
    cve: ['CVE-2025-23266', 'CVE-2025-23359', 'CVE-2024-0132'],
    docs: ['OCI runtime-spec config.md'],
  },
  examples: [
    { docker: 'run --gpus all cuda', host: 'facts: { nvidia-container-toolkit-version: "1.17.7" }', verdict: 'open' },
    {
      docker: 'run --gpus all cuda',
      host: 'facts: { nvidia-container-toolkit-version: "1.17.8" }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --gpus all cuda', verdict: 'unknown' },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
