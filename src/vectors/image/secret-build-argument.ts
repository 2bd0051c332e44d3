import { someFact } from '../../model/words.ts';
import { SECRET_NAME, SELF_TELLING } from '../credentials.data.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'secret-build-argument',
  title: 'Image is built with a credential as a build argument',
  mechanism: 'image',
  phase: 'build',
  goal: 'credential',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.arg.',
        name: SECRET_NAME,
        mechanism: 'image',
        title: 'a build argument is named as a credential',
      }),
    ],
    [
      someFact({
        family: 'image.arg.',
        value: { matches: SELF_TELLING },
        mechanism: 'image',
        title: 'a build argument holds a value in the form of a credential',
      }),
    ],
  ],
  why: 'The builder writes the arguments that a RUN could see before the command into the history of the image (BuildKit frontend/dockerfile/dockerfile2llb `commitToHistory`, seen as `|1 NAME=value` by `docker history`) and into its provenance attestation, whatever value is given on the command line. Arguments of a stage that is only copied from stay out of it.',
  fix: 'Use `RUN --mount=type=secret,id=NAME` and `--secret id=NAME,env=NAME` instead of the argument.',
  refs: {
    attack: ['T1552.001'],
    cisDocker: ['4.10'],
    nist800190: ['3.1.4'],
    owaspDocker: ['D06'],
    cwe: ['CWE-538'],
    docs: ['Dockerfile reference, build check SecretsUsedInArgOrEnv'],
  },
  examples: [
    { dockerfile: 'FROM node\nARG NPM_TOKEN\nRUN npm ci\n', verdict: 'open' },
    { dockerfile: 'FROM node\nARG VERSION=1.2\nARG TOKEN_TTL=3600\nRUN npm ci\n', verdict: 'blocked', depth: 1 },
    {
      dockerfile: 'FROM node AS build\nARG NPM_TOKEN\nRUN npm ci\nFROM scratch\nCOPY --from=build /app /app\n',
      verdict: 'blocked',
    },
  ],
});
