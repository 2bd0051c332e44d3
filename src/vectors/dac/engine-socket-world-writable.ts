import { all, any, fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'engine-socket-world-writable',
  title: 'Every user of the host may write to the socket of the engine',
  mechanism: 'dac',
  phase: 'request',
  goal: 'host-root',
  severity: 'high',
  stride: 'E',
  appliesTo: ['host'],
  routes: [
    [
      fact('engine.rootless', { isNot: true }, 'namespace-user', {
        absent: 'passes',
        title: 'the engine runs as root',
      }),
      any(
        'its mode lets others write',
        fact('host.file-mode./run/docker.sock', { matches: '[2367]$' }, 'dac', {
          absent: 'closed',
          title: 'the mode of /run/docker.sock',
        }),
        fact('host.file-mode./var/run/docker.sock', { matches: '[2367]$' }, 'dac', {
          absent: 'closed',
          title: 'the mode of /var/run/docker.sock',
        }),
        // Either name is the same file: where none is stated, nothing is known.
        all(
          'by either name',
          fact('host.file-mode./run/docker.sock', { matches: '[2367]$' }, 'dac'),
          fact('host.file-mode./var/run/docker.sock', { matches: '[2367]$' }, 'dac'),
        ),
      ),
    ],
  ],
  why: 'unix_find_bsd() (net/unix/af_unix.c) asks for write permission on the socket, and that is all that stands before the API: whoever passes mounts the root of the host into a privileged container. No password is asked and no shell history shows it.',
  fix: 'root:docker and mode 0660 (`SocketMode=` of docker.socket).',
  refs: { attack: ['T1078.003', 'T1610'], cisDocker: ['3.4', '3.15', '3.16'], nist800190: ['3.5.4'], cwe: ['CWE-732'] },
  aliases: ['engine-socket-access-broad'],
  examples: [
    { hostProfile: 'file-modes: { /run/docker.sock: "0666" }', verdict: 'open' },
    { hostProfile: 'file-modes: { /var/run/docker.sock: "666" }', verdict: 'open' },
    { hostProfile: 'file-modes: { /run/docker.sock: "0660" }', verdict: 'blocked', depth: 1 },
    { hostProfile: '{ engine: { rootless: true }, file-modes: { /run/docker.sock: "0666" } }', verdict: 'blocked' },
    { hostProfile: 'kernel: 6.12.0', verdict: 'unknown' },
  ],
});
