import { connectsToSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostSocketOpen } from '../probe-words-of-places.ts';

const SOCKET = {
  covers: ['/run/dbus/system_bus_socket', '/run/systemd/private'],
  title: 'the system bus of the host is mounted',
};

export default defineVector({
  id: 'dbus-systemd-socket-mount',
  title: 'Container can command systemd of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [[connectsToSocket(SOCKET)]],
  probe: hostSocketOpen(SOCKET),
  why: 'systemd starts any command as root for a caller of uid 0 (StartTransientUnit of org.freedesktop.systemd1), on the system bus or its private socket; polkit asks others for a password. A read-only mount does not help: connecting asks for the mode of the socket only (unix_find_bsd(), net/unix/af_unix.c).',
  fix: 'Remove the mount, or use a filtering bus proxy.',
  refs: {
    cisDocker: ['5.6'],
    cisKubernetes: ['5.2.11'],
    nist800190: ['3.4.3', '3.5.5'],
    pss: ['baseline:hostPathVolumes', 'restricted:restrictedVolumes'],
    owaspKubernetes: ['K01'],
    microsoftMatrix: ['MS-TA9013'],
    attack: ['T1611', 'T1543'],
    cwe: ['CWE-668', 'CWE-732'],
  },
  examples: [
    { docker: 'run -v /run/dbus/system_bus_socket:/s debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /run/dbus/system_bus_socket:/s:ro debian', verdict: 'open' },
    {
      docker: 'run -v /run/dbus/system_bus_socket:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /run/dbus/system_bus_socket:/s --runtime kata debian', verdict: 'blocked' },
    { docker: 'run -v /run/dbus/system_bus_socket:/s --runtime runsc debian', verdict: 'unknown' },
    {
      docker: 'run -v /run/dbus:/run/dbus --user 1000:1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
    },
  ],
});
