import { all, any, fact, notOlderThan } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'image-signature-not-verified',
  title: 'Image is run without a check of who made it',
  mechanism: 'registry',
  phase: 'distribute',
  goal: 'supply-chain',
  severity: 'low',
  stride: 'ST',
  appliesTo: ['workload'],
  routes: [
    [
      fact('image.digest', { is: 'none' }, 'registry', { title: 'no digest is stated' }),
      fact('kubernetes.kind', { notMatches: '.' }, 'orchestrator', {
        absent: 'passes',
        title: 'no admission controller stands before it',
      }),
      any(
        'nothing verifies a signature',
        fact('image.signature-verified', { isNot: true }, 'registry', {
          absent: 'passes',
          title: 'the engine is not told to verify one',
        }),
        all(
          'content trust is gone',
          fact('engine.name', { is: 'docker' }, 'daemon', { absent: 'closed', title: 'the engine is Docker' }),
          notOlderThan('engine.version', '29.0.0', 'daemon'),
        ),
      ),
    ],
    [
      fact('image.digest', { is: 'none' }, 'registry', { title: 'no digest is stated' }),
      fact('kubernetes.kind', { matches: '.' }, 'orchestrator', { absent: 'closed', title: 'a cluster admits it' }),
      fact('cluster.image-signatures-verified', { isNot: true }, 'orchestrator', {
        title: 'no admission policy verifies signatures',
      }),
    ],
  ],
  why: 'An engine takes what the registry answers. Docker verified a signature only with content trust switched on, and its client has none since 29. Podman verifies only where containers-policy.json(5) asks for one (its default accepts anything), Kubernetes only through an admission controller.',
  fix: 'Sign images in the pipeline and verify at admission or by policy; at least pin a digest that was reviewed.',
  refs: {
    attack: ['T1525', 'T1195.002'],
    cisDocker: ['4.5', '4.12'],
    cisKubernetes: ['5.5.1'],
    nist800190: ['3.1.5'],
    owaspDocker: ['D08'],
    cwe: ['CWE-345', 'CWE-347'],
    docs: ['containers-policy.json(5)'],
  },
  examples: [
    { docker: 'run debian:12', verdict: 'open' },
    { docker: 'run --disable-content-trust=false debian:12', engine: 'docker@28', verdict: 'blocked', depth: 1 },
    { docker: 'run --disable-content-trust=false debian:12', verdict: 'open' },
    {
      docker: 'run debian@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d',
      verdict: 'blocked',
      depth: 1,
    },
    {
      kubernetes:
        'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "debian:12"}]}\n',
      verdict: 'unknown',
    },
  ],
});
