import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'ssh-or-gpg-agent-forwarded',
  title: 'Container can use keys of a forwarded agent',
  mechanism: 'mount',
  phase: 'create',
  goal: 'credential',
  severity: 'high',
  stride: 'SE',
  appliesTo: ['workload'],
  routes: [
    [
      connectsToSocket({
        source:
          'ssh-agent|/ssh-[^/]+(/agent[^/]*)?$|S[.]gpg-agent|ssh-auth[.]sock|/keyring(/ssh)?$|SSH_AUTH_SOCK|/openssh_agent$',
        title: 'the socket of an SSH or GnuPG agent is mounted',
        mode: 'any',
      }),
    ],
  ],
  why: "An agent signs for whoever connects to its socket, as long as the container runs, without giving the key away: logins to every server that trusts it, and commits in the user's name. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).",
  fix: 'Deploy keys with read rights; confirmation for each use; destination constraints (OpenSSH 8.9).',
  refs: {
    nist800190: ['3.4.3', '3.1.4'],
    owaspDocker: ['D06'],
    attack: ['T1552', 'T1552.001'],
    cwe: ['CWE-522', 'CWE-668'],
  },
  examples: [
    { docker: 'run -v /run/host-services/ssh-auth.sock:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /run/host-services/ssh-auth.sock:/s:ro debian', verdict: 'open' },
    { docker: 'run -v /run/host-services/ssh-auth.sock:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /run/host-services/ssh-auth.sock:/s --runtime runsc debian', verdict: 'unknown' },
  ],
});
