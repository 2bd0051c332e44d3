import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'file-capabilities-in-image',
  title: 'Image adds a program with capabilities of its own',
  mechanism: 'image',
  phase: 'build',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.file.',
        property: 'capabilities',
        value: { matches: '^(?!NET_BIND_SERVICE$).' },
        mechanism: 'image',
        title: 'a file gets more than the right to bind low ports',
      }),
    ],
  ],
  why: 'get_file_caps() (security/commoncap.c) raises any user that executes the file, as far as the bounding set of the container allows and no_new_privs is off: dropping root by USER does not drop these. NET_BIND_SERVICE alone harms nobody.',
  fix: 'Leave setcap out; add the capability to the container that needs it, where it can be seen.',
  refs: {
    attack: ['T1548.001'],
    cisDocker: ['4.8'],
    nist800190: ['3.1.2'],
    cwe: ['CWE-250'],
    docs: ['capabilities(7), File capabilities'],
  },
  examples: [
    { dockerfile: 'FROM debian\nRUN setcap cap_net_raw,cap_net_admin=+ep /usr/bin/dumpcap\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN setcap cap_net_bind_service=+ep /usr/bin/caddy\n', verdict: 'blocked', depth: 1 },
    { dockerfile: 'FROM debian\nRUN setcap -r /usr/bin/ping\n', verdict: 'blocked' },
  ],
});
