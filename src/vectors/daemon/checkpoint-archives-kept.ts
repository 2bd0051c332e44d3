import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'checkpoint-archives-kept',
  title: 'Memory of containers lies in checkpoint archives on the host',
  mechanism: 'daemon',
  phase: 'teardown',
  goal: 'credential',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['host'],
  routes: [
    [fact('host.fact.checkpoint-archives', { atLeast: 1 }, 'daemon', { title: 'checkpoint archives are kept' })],
  ],
  why: 'A checkpoint is the memory of the processes written to files: private keys, tokens and session data in clear, which scanners for secrets in images do not look into. `docker checkpoint`, `podman container checkpoint` and the checkpoint endpoint of the kubelet (/var/lib/kubelet/checkpoints) make them.',
  fix: 'Delete archives after use, keep the folder for root only, never push them as images.',
  refs: { attack: ['T1005', 'T1552.001'], nist800190: ['3.1.4'], cwe: ['CWE-312', 'CWE-212'], docs: ['criu(8)'] },
  aliases: ['checkpoint-or-commit-images'],
  examples: [
    { hostProfile: 'facts: { checkpoint-archives: 2 }', verdict: 'open' },
    { hostProfile: 'facts: { checkpoint-archives: 0 }', verdict: 'blocked', depth: 1 },
  ],
});
