import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/console$',
  title: 'the console of the host is within reach',
  type: 'c',
  major: 5,
  minor: 1,
  access: 'w',
};

export default defineVector({
  id: 'host-console-writable',
  title: 'Container can write to and read from the console of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-service',
  severity: 'low',
  stride: 'TI',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: "Device 5:1 is whatever console the kernel has (tty_lookup_driver(), drivers/tty/tty_io.c), not the pseudo-terminal that an engine binds over /dev/console. Docker's device rules let it be opened, and CAP_MKNOD makes the node: text appears on the host's screen or serial line.",
  fix: "Drop CAP_MKNOD; the rule itself is the engine's.",
  refs: { cisDocker: ['5.18'], nist800190: ['3.4.3'], attack: ['T1611'], cwe: ['CWE-668'] },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --cap-drop MKNOD debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked' },
    { podman: 'run debian', verdict: 'blocked' },
  ],
});
