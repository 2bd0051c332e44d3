import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'package-verification-disabled',
  title: 'Image installs packages with verification switched off',
  mechanism: 'image',
  phase: 'build',
  goal: 'supply-chain',
  severity: 'high',
  stride: 'ST',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '--allow-unauthenticated|--force-yes|--allow-untrusted|--nogpgcheck|--no-gpg-checks|--no-gpgcheck|APT::Get::AllowUnauthenticated=(?:true|1)|\\[[^\\]]{0,80}trusted=yes|gpgcheck=0',
        },
        mechanism: 'image',
        title: 'the package manager is told not to check signatures',
      }),
    ],
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '\\bcurl\\b[^;&|]{0,400}\\s(?:-[A-Za-z]{0,8}k[A-Za-z]{0,8}|--insecure)(?=\\s|$)|--no-check-certificate|--trusted-host[\\s=]|http\\.sslVerify[\\s=]"?(?:false|0)|GIT_SSL_NO_VERIFY=(?:1|true)|strict-ssl[\\s=]"?false|Acquire::https::Verify-Peer[\\s=]"?false',
        },
        mechanism: 'image',
        title: 'a download does not check the certificate of the server',
      }),
    ],
    [
      someFact({
        family: 'image.env.',
        name: '^(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)$',
        value: { matches: '^0$' },
        mechanism: 'image',
        title: 'the image switches off the check of certificates',
      }),
    ],
  ],
  why: 'Package managers verify a signature over the index or the package, and clients the certificate of the server; the switch takes that away, and whoever stands between the builder and the server (or runs a mirror) chooses the content.',
  fix: 'Remove the switch. Install the key of the repository, or the certificate of the private authority, instead.',
  refs: {
    attack: ['T1195.002', 'T1557'],
    cisDocker: ['4.11'],
    nist800190: ['3.1.5'],
    owaspDocker: ['D08'],
    cwe: ['CWE-295', 'CWE-347'],
    docs: ['apt-secure(8)', 'dnf.conf(5)'],
  },
  examples: [
    { dockerfile: 'FROM debian\nRUN apt-get install -y --allow-unauthenticated foo\n', verdict: 'open' },
    { dockerfile: 'FROM debian\nRUN curl -sSLk https://example.org/a -o a\n', verdict: 'open' },
    { dockerfile: 'FROM node\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\n', verdict: 'open' },
    {
      dockerfile: 'FROM debian\nRUN apt-get install -y foo && curl -fsSL https://example.org/k-k -o k\n',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
