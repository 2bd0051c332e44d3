import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, shares, sharesKernel, untold } from '../probe.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  source:
    'ssh-agent|/ssh-[^/]+(/agent[^/]*)?$|S[.]gpg-agent|ssh-auth[.]sock|/keyring(/ssh)?$|SSH_AUTH_SOCK|/openssh_agent$',
  title: 'the socket of an SSH or GnuPG agent is mounted',
  mode: 'any',
} as const;

export default defineVector({
  id: 'ssh-or-gpg-agent-forwarded',
  title: 'Container can use keys of a forwarded agent',
  mechanism: 'mount',
  phase: 'create',
  goal: 'credential',
  severity: 'high',
  stride: 'SE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  // An agent's socket has a name of its own; where the whole of the host is in view it may be anywhere.
  probe: anyOf(
    hostSocketOpen(SOCKET, { below: [], named: 'agent|keyring|ssh' }),
    allOf(sharesKernel, shares('mnt'), untold('where an agent listens now is not looked for')),
  ),
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
