import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'unverified-remote-content-in-build',
  title: 'Image is built from content of the network that nothing verifies',
  mechanism: 'image',
  phase: 'build',
  goal: 'supply-chain',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.instruction.',
        name: ':ADD$',
        value: { matches: '^(?!.*--checksum=)(?!.*\\.git#[0-9a-f]{40})(?:--\\S+\\s+)*(?:\\[\\s*")?https?://' },
        mechanism: 'image',
        title: 'ADD fetches an address without a checksum',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '\\b(?:curl|wget)\\b[^|;\\n]{0,600}\\|\\s*(?:sudo\\s+)?(?:-\\w+\\s+)?(?:/usr)?(?:/bin/)?(?:env\\s+)?(?:(?:ba|da|z|k|a)?sh|python[0-9.]{0,4}|perl|node)(?![\\w.-])',
        },
        mechanism: 'image',
        title: 'a download is piped into an interpreter',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '(?:(?:ba|da|z|k|a)?sh\\s+(?:-\\w+\\s+)?(?:-c\\s+)?|eval\\s+|source\\s+|\\.\\s+)["\']?(?:\\$\\(|`|<\\()\\s*(?:curl|wget)\\b',
        },
        mechanism: 'image',
        title: 'the output of a download is executed',
      }),
    ],
  ],
  why: 'Whoever controls the server, its name or the path to it decides what the build executes or ships, and differently for each build. TLS vouches for the server, not for the content.',
  fix: 'Fetch to a file, compare with a checksum or signature that stands in the Dockerfile (`ADD --checksum=sha256:…`), then use it; or take a signed package.',
  refs: {
    attack: ['T1195.002', 'T1105'],
    cisDocker: ['4.9', '4.11'],
    nist800190: ['3.1.5', '3.1.3'],
    owaspDocker: ['D08'],
    cwe: ['CWE-494', 'CWE-829'],
    docs: ['Dockerfile reference, ADD --checksum'],
  },
  examples: [
    { dockerfile: 'FROM debian\nRUN curl -fsSL https://example.org/install.sh | bash\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN wget -qO- "https://example.org/i?a=1&b=2" | sudo -E bash -\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN sh -c "$(curl -fsSL https://example.org/install.sh)"\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nADD https://example.org/app.tar.gz /opt/\n', verdict: 'open' },
    {
      dockerfile:
        'FROM debian\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/app.tar.gz /opt/\n',
      verdict: 'blocked',
      depth: 1,
    },
    {
      dockerfile: 'FROM debian\nRUN curl -fsSLo app https://example.org/app && echo "abc  app" | sha256sum -c\n',
      verdict: 'blocked',
    },
    {
      dockerfile:
        'FROM debian\nRUN curl -fsSL https://example.org/key.asc | gpg --dearmor -o /etc/apt/keyrings/k.gpg\n',
      verdict: 'blocked',
    },
  ],
});
