import { someFact } from '../../model/words.ts';
import { LITERAL_VALUE, SECRET_NAME, SELF_TELLING, SELF_TELLING_INLINE } from '../credentials.data.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'secrets-in-image-config',
  title: 'Image carries a credential in its configuration or history',
  mechanism: 'image',
  phase: 'build',
  goal: 'credential',
  severity: 'high',
  stride: 'I',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.env.',
        name: SECRET_NAME,
        value: { matches: LITERAL_VALUE },
        mechanism: 'image',
        title: 'a variable of the image is named as a credential and holds one',
      }),
    ],
    [
      someFact({
        family: 'image.env.',
        value: { matches: SELF_TELLING },
        mechanism: 'image',
        title: 'a variable of the image holds a value in the form of a credential',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        value: { matches: SELF_TELLING_INLINE },
        mechanism: 'image',
        title: 'an instruction holds a credential in clear',
      }),
    ],
  ],
  why: 'ENV becomes part of the image configuration and every instruction part of its history (OCI image-spec config.md, `config.Env` and `history.created_by`): whoever may pull the image, or reads the Dockerfile, has the credential. It passes to each process that the image starts and to each image built on it, and a later `unset` takes nothing back.',
  fix: 'Take it out and revoke it. For the build use `RUN --mount=type=secret`, for the running container a file from a secret store.',
  refs: {
    attack: ['T1552.001'],
    cisDocker: ['4.10'],
    nist800190: ['3.1.4'],
    owaspDocker: ['D06'],
    microsoftMatrix: ['MS-TA9027'],
    cwe: ['CWE-526', 'CWE-798'],
    papers: ['image-secrets'],
    docs: ['OCI image-spec config.md', 'Dockerfile reference, RUN --mount=type=secret'],
  },
  aliases: ['secret-in-image-environment'],
  examples: [
    { dockerfile: 'FROM debian\nENV DB_PASSWORD=hunter2\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nENV ADMIN_PASSWORD=changeme\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nENV DATABASE_URL=postgres://app:s3cr3t@db/app\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN git clone https://bot:abc123@git.example.org/x.git\n', verdict: 'open' },
    {
      dockerfile:
        'FROM debian\nENV POSTGRES_PASSWORD_FILE=/run/secrets/db JWT_PUBLIC_KEY=MIIB TOKENIZERS_PARALLELISM=false\n',
      verdict: 'blocked',
    },
    { dockerfile: 'FROM debian\nENV DB_PASSWORD=""\n', verdict: 'blocked' },
    {
      dockerfile: 'FROM debian\nRUN --mount=type=secret,id=token git clone https://git.example.org/x.git\n',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
