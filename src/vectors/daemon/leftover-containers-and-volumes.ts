import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'leftover-containers-and-volumes',
  title: 'Data of ended containers stays on the host',
  mechanism: 'daemon',
  phase: 'teardown',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['host'],
  routes: [
    [fact('host.fact.exited-containers', { atLeast: 1 }, 'daemon', { title: 'ended containers are kept' })],
    [
      fact('host.fact.dangling-volumes', { atLeast: 1 }, 'daemon', {
        title: 'volumes are kept that no container uses',
      }),
    ],
  ],
  why: 'The writable layer, environment and log of an ended container, and its anonymous volumes, stay until somebody removes them: whoever later reaches the engine or the disk reads the data and credentials of work that is long over.',
  fix: 'Start short-lived work with `--rm`, prune on a schedule, and encrypt the disk.',
  refs: { attack: ['T1005', 'T1613'], cisDocker: ['6.1', '6.2'], nist800190: ['3.4.5'], cwe: ['CWE-226', 'CWE-459'] },
  examples: [
    { hostProfile: 'facts: { exited-containers: 12, dangling-volumes: 0 }', verdict: 'open' },
    { hostProfile: 'facts: { exited-containers: 0, dangling-volumes: 0 }', verdict: 'blocked', depth: 1 },
  ],
});
