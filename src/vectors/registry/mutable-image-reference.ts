import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'mutable-image-reference',
  title: 'Image is named by a tag that can come to mean another image',
  mechanism: 'registry',
  phase: 'distribute',
  goal: 'supply-chain',
  severity: 'low',
  stride: 'T',
  appliesTo: ['workload', 'image'],
  routes: [
    [
      fact('image.base', { isNot: 'scratch' }, 'image', { absent: 'passes', title: 'it is not built from nothing' }),
      fact('image.digest', { is: 'none' }, 'registry', { title: 'no digest is stated' }),
    ],
  ],
  why: 'A registry resolves a tag at each pull, and whoever may push can move it (OCI distribution-spec, Pushing manifests). A digest is the hash of the manifest, which the client compares with what it got; only that names one image.',
  fix: 'Name the image by digest (`NAME:TAG@sha256:…`) and let a bot propose updates.',
  refs: {
    attack: ['T1525', 'T1195.002'],
    cisDocker: ['5.28', '4.2'],
    nist800190: ['3.1.5', '3.2.2'],
    owaspDocker: ['D08'],
    microsoftMatrix: ['MS-TA9002'],
    cwe: ['CWE-494'],
    docs: ['OCI distribution-spec'],
  },
  examples: [
    { docker: 'run debian:12', verdict: 'open' },
    { dockerfile: 'FROM node:22\n', verdict: 'open' },
    {
      docker: 'run debian@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d',
      verdict: 'blocked',
      depth: 1,
    },
    { dockerfile: 'FROM scratch\nCOPY app /\n', verdict: 'blocked' },
  ],
});
