import { fact, someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'build-context-unfiltered',
  title: 'Image takes in the whole build context with nothing held back',
  mechanism: 'image',
  phase: 'build',
  goal: 'credential',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.instruction.',
        name: ':(?:COPY|ADD)$',
        value: { matches: '^(?!.*--from=)(?:--\\S+\\s+)*(?:\\[\\s*")?\\./?(?:"|\\s)' },
        mechanism: 'image',
        title: 'the whole build context is copied',
      }),
      fact('image.ignore-file', { is: false }, 'image', { title: 'no .dockerignore holds anything back' }),
    ],
  ],
  why: 'What lies in the folder when the image is built goes into a layer: version history with what was once committed, environment files, local configuration and keys. Only a `.dockerignore` keeps files out of what the client sends (Docker build context reference).',
  fix: 'Add a .dockerignore that excludes everything and lets the needed paths in, or copy the needed paths by name.',
  refs: {
    attack: ['T1552.001'],
    cisDocker: ['4.10'],
    nist800190: ['3.1.4'],
    owaspDocker: ['D06'],
    cwe: ['CWE-538'],
    docs: ['Docker build context, .dockerignore files'],
  },
  examples: [
    { dockerfile: 'FROM node\nCOPY . .\n', verdict: 'open' },
    { dockerfile: 'FROM node\nCOPY --chown=node:node ./ /app\n', verdict: 'open' },
    { dockerfile: 'FROM node\nCOPY ["." , "/app"]\n', verdict: 'open' },
    { dockerfile: 'FROM node\nCOPY src package.json ./\n', verdict: 'blocked', depth: 1 },
    { dockerfile: 'FROM node AS build\nRUN make\nFROM node\nCOPY --from=build . /app\n', verdict: 'blocked' },
  ],
});
