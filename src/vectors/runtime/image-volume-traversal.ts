import { all, any, fact, notOlderThan, olderThan } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'image-volume-traversal',
  title: 'Image can have files of the host copied into its container',
  mechanism: 'runtime',
  phase: 'start',
  goal: 'host-data',
  severity: 'high',
  stride: 'I',
  appliesTo: ['workload'],
  when: fact('host.fact.containerd-version', { matches: '.' }, 'runtime', { absent: 'closed' }),
  routes: [
    [
      fact('engine.name', { in: ['containerd', 'kubernetes'] }, 'daemon', {
        title: 'the CRI plug-in of containerd starts it',
      }),
      any(
        'a release with the flaw',
        olderThan('host.fact.containerd-version', '1.4.13', 'runtime'),
        all(
          '1.5.0 to 1.5.9',
          notOlderThan('host.fact.containerd-version', '1.5.0', 'runtime'),
          olderThan('host.fact.containerd-version', '1.5.10', 'runtime'),
        ),
        all(
          '1.6.0',
          notOlderThan('host.fact.containerd-version', '1.6.0', 'runtime'),
          olderThan('host.fact.containerd-version', '1.6.1', 'runtime'),
        ),
      ),
    ],
  ],
  why: 'The CRI plug-in copied what lies at the `Volumes` of the image configuration into a new volume and followed `..` in the path: an image names a file of the host and reads it, whatever the pod policy says (CVE-2022-23648).',
  fix: 'Update containerd.',
  refs: { attack: ['T1611', 'T1005'], nist800190: ['3.4.1'], cwe: ['CWE-22'], cve: ['CVE-2022-23648'] },
  examples: [
    {
      kubernetes: 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: a}]}\n',
      host: 'facts: { containerd-version: "1.5.9" }',
      verdict: 'open',
    },
    {
      kubernetes: 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: a}]}\n',
      host: 'facts: { containerd-version: "1.7.2" }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', host: 'facts: { containerd-version: "1.5.9" }', verdict: 'blocked' },
  ],
});
