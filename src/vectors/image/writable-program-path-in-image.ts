import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'writable-program-path-in-image',
  title: 'Image lets an unprivileged user replace what is executed',
  mechanism: 'image',
  phase: 'build',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'TE',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: { matches: '\\bchmod\\s+(?:-[A-Za-z]+\\s+)*(?:0?777|a\\+rwx|ugo\\+rwx|o\\+w|a\\+w)\\s' },
        mechanism: 'image',
        title: 'files are made writable for every user',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':ENV$',
        value: {
          matches:
            '\\bLD_(?:PRELOAD|LIBRARY_PATH|AUDIT)[= ]"?(?:[^\\s"]{0,400}:)?(?:\\.(?:[/:\\s"]|$)|/tmp|/var/tmp|/home|/dev/shm)',
        },
        mechanism: 'image',
        title: 'the loader takes libraries from a writable place',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':ENV$',
        value: {
          matches: '(?:^|\\s)PATH[= ]"?(?:[^\\s"]{0,400}:)?(?:\\.(?:[/:\\s"]|$)|/tmp|/var/tmp|/dev/shm)',
        },
        mechanism: 'image',
        title: 'programs are looked for in a writable place',
      }),
    ],
  ],
  why: 'A process that was taken over as the unprivileged user puts its own program or library where root, an exec from outside or the next start will execute it; ld.so follows LD_LIBRARY_PATH before the system folders (ld.so(8)).',
  fix: 'Leave programs owned by root with mode 0755, give the user only the folders that it must write, and run with a read-only root.',
  refs: { attack: ['T1574.006', 'T1574.007'], nist800190: ['3.1.2'], cwe: ['CWE-732', 'CWE-426'], docs: ['ld.so(8)'] },
  examples: [
    { dockerfile: 'FROM debian\nRUN mkdir /app && chmod -R 777 /app\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nENV LD_LIBRARY_PATH=/usr/lib/x:/tmp/lib\n', verdict: 'open' },
    { dockerfile: 'FROM node\nENV PATH="./node_modules/.bin:$PATH"\n', verdict: 'open' },
    { dockerfile: 'FROM node\nENV PATH=$PATH:/opt/app/bin\n', verdict: 'blocked' },
    {
      dockerfile:
        'FROM debian\nENV PATH=/opt/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nRUN chmod -R 755 /opt/app\n',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
