import { someFact } from '../../model/words.ts';
import { LITERAL_VALUE, SECRET_NAME, SELF_TELLING } from '../credentials.data.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'secrets-in-runtime-environment',
  title: 'Container gets a credential in clear through its environment',
  mechanism: 'image',
  phase: 'request',
  goal: 'credential',
  severity: 'medium',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      someFact({
        family: 'env.',
        name: SECRET_NAME,
        value: { matches: LITERAL_VALUE },
        mechanism: 'image',
        title: 'a variable is named as a credential and its value is written down',
      }),
    ],
    [
      someFact({
        family: 'env.',
        value: { matches: SELF_TELLING },
        mechanism: 'image',
        title: 'a variable holds a value in the form of a credential',
      }),
    ],
  ],
  why: 'The value stands in the artifact, in the engine (`docker inspect`) or API server and in /proc/PID/environ, which environ_read() (fs/proc/base.c) shows to every process that may trace it; all children inherit it, and crash reports and debug pages print it.',
  fix: 'Give the credential as a file from a secret store (`secrets:`, a secret volume) and revoke the one that was written down.',
  refs: {
    attack: ['T1552.001', 'T1552.007'],
    cisDocker: ['4.10'],
    cisKubernetes: ['5.4.1'],
    nist800190: ['3.1.4', '3.4.3'],
    owaspDocker: ['D06'],
    owaspKubernetes: ['K03'],
    microsoftMatrix: ['MS-TA9027'],
    cwe: ['CWE-526'],
    docs: ['proc_pid_environ(5)'],
  },
  examples: [
    { docker: 'run -e POSTGRES_PASSWORD=hunter2 postgres', verdict: 'open' },
    {
      compose:
        'services:\n  web:\n    image: app\n    environment:\n      DATABASE_URL: postgres://app:s3cret@db/app\n',
      verdict: 'open',
    },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run -e POSTGRES_PASSWORD_FILE=/run/secrets/db -e JWT_PUBLIC_KEY=abc -e MAX_TOKENS=4096 postgres',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -e DB_PASSWORD= -e MYSQL_ALLOW_EMPTY_PASSWORD=yes mysql', verdict: 'blocked' },
    {
      kubernetes:
        'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: app\n    env:\n    - {name: API_TOKEN, valueFrom: {secretKeyRef: {name: s, key: k}}}\n',
      verdict: 'unknown',
    },
  ],
});
