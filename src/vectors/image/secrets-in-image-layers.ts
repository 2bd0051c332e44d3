import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'secrets-in-image-layers',
  title: 'Image holds a file that looks like a credential',
  mechanism: 'image',
  phase: 'build',
  goal: 'credential',
  severity: 'high',
  stride: 'I',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.file.',
        property: 'secret',
        value: { is: true },
        mechanism: 'image',
        title: 'a file with the name of a credential is copied into the image',
      }),
    ],
  ],
  why: 'Every COPY and ADD is a layer of its own. A later `rm` only adds a whiteout entry (OCI image-spec layer.md, Whiteouts): the file is still in the layer beneath and comes with every pull.',
  fix: 'Keep the file out of the build context (ignore file), use `RUN --mount=type=secret` or a stage that is only copied from, and revoke what was published.',
  refs: {
    attack: ['T1552.001', 'T1552.004'],
    cisDocker: ['4.10'],
    nist800190: ['3.1.4'],
    owaspDocker: ['D06'],
    cwe: ['CWE-312', 'CWE-538'],
    papers: ['image-secrets'],
    docs: ['OCI image-spec layer.md'],
  },
  examples: [
    {
      dockerfile:
        'FROM alpine\nCOPY id_rsa /root/.ssh/id_rsa\nRUN git clone git@example.org:x && rm /root/.ssh/id_rsa\n',
      verdict: 'open',
    },
    { dockerfile: 'FROM node\nCOPY .npmrc ./\nRUN npm ci\n', verdict: 'open' },
    {
      dockerfile: 'FROM alpine AS build\nCOPY id_rsa /root/.ssh/id_rsa\nFROM alpine\nCOPY --from=build /app /app\n',
      verdict: 'blocked',
    },
    {
      dockerfile: 'FROM alpine\nCOPY known_hosts /root/.ssh/known_hosts\nCOPY .env.example app/\n',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
