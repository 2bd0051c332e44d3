import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  source:
    '[.]X11-unix|wayland-[0-9]|/pulse(/native)?$|pipewire-[0-9]|^/run/user(/[0-9]+(/bus|/pulse|/at-spi)?)?$|^/run$|^/$|^/tmp$',
  title: 'a socket of the desktop session is mounted',
  mode: 'any',
} as const;

export default defineVector({
  id: 'desktop-session-sockets',
  title: 'Container takes part in the desktop session of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TIE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET, {
    below: ['/tmp/.X11-unix', '/run/user'],
    named: 'X11-unix|wayland-|/pulse/|pipewire-|/bus$|at-spi',
  }),
  why: 'X11 gives every client the keys and windows of all others; the session bus starts programs outside; sound servers give the microphone. The sockets trust the user who owns the session. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: 'A nested display server, Wayland with security context, a filtering bus proxy.',
  refs: { cisDocker: ['5.6'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'] },
  examples: [
    { docker: 'run -v /tmp/.X11-unix:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /tmp/.X11-unix:/s:ro debian', verdict: 'open' },
    { docker: 'run -v /tmp/.X11-unix:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /tmp/.X11-unix:/s --runtime runsc debian', verdict: 'unknown' },
  ],
});
