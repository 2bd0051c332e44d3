import { rootUser } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'image-runs-as-root',
  title: 'Image starts its program as root',
  mechanism: 'image',
  phase: 'build',
  goal: 'privilege-in-container',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['image'],
  routes: [[rootUser]],
  why: 'An image without USER starts as uid 0, and on execve(2) root gets every capability of the bounding set (handle_privileged_root(), security/commoncap.c). Most ways out of a container begin with that uid. Where the base image decides, this file does not tell.',
  fix: 'Add a user without rights and state it by number: `USER 10001:10001`.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['4.1'],
    nist800190: ['3.1.2'],
    pss: ['restricted:runAsNonRoot'],
    owaspDocker: ['D01'],
    cwe: ['CWE-250'],
    docs: ['Dockerfile reference, USER'],
  },
  examples: [
    { dockerfile: 'FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nUSER root\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nUSER 10001:10001\n', verdict: 'blocked', depth: 1 },
    { dockerfile: 'FROM debian\nRUN useradd -u 1500 app\nUSER app\n', verdict: 'blocked' },
  ],
});
