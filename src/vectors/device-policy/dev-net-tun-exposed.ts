import {
  all,
  any,
  capableInSomeNetwork,
  createsNamespace,
  createsUserNamespace,
  type DeviceWish,
  host,
  kernelConfig,
  opensDevice,
} from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { capableOverSomeNetwork } from '../probe-questions.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/net/tun$',
  title: '/dev/net/tun is within reach',
  type: 'c',
  major: 10,
  minor: 200,
  access: 'rw',
  mode: 'any',
};

/** Who opens the node without it has it loaded (misc_open(), drivers/char/misc.c). */
const driver = host(
  'host.module.tun',
  { isNot: 'absent' },
  { usually: 'passes', title: 'its driver is there or can be loaded' },
);

export default defineVector({
  id: 'dev-net-tun-exposed',
  title: 'Container can make tunnel interfaces and inject packets',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      opensDevice(DEVICE),
      any(
        'rules over a network',
        capableInSomeNetwork('NET_ADMIN'),
        all('in namespaces of its own', createsUserNamespace, createsNamespace('NEWNET')),
      ),
      kernelConfig('TUN', { usually: 'passes' }),
      driver,
    ],
  ],
  probe: allOf(hostDeviceUsed(DEVICE), capableOverSomeNetwork('NET_ADMIN'), hostHas(driver)),
  why: "tun_set_iff() (drivers/net/tun.c) asks ns_capable(net->user_ns, CAP_NET_ADMIN), which a network namespace of the process's own gives, too. Packets written there enter the kernel as if from the wire, past the engine's bridge rules.",
  fix: 'Run the tunnel in a container of its own.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1068'],
    cwe: ['CWE-668'],
    docs: ['Documentation/networking/tuntap.rst'],
  },
  examples: [
    { docker: 'run --device /dev/net/tun --cap-add NET_ADMIN debian', verdict: 'open' },
    { docker: 'run --device /dev/net/tun debian', host: '{ kernel: 6.8.0, arch: x86_64 }', verdict: 'blocked' },
    // runc's own rules allow 10:200, and CAP_MKNOD makes the node: tried with Docker 20.10.24 and runc 1.1.5.
    { docker: 'run --cap-add NET_ADMIN debian', verdict: 'open' },
    { docker: 'run --cap-add NET_ADMIN --cap-drop MKNOD debian', verdict: 'blocked', depth: 1 },
    {
      docker: 'run --cap-add NET_ADMIN debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --device /dev/net/tun --cap-add NET_ADMIN --user 1000 --security-opt no-new-privileges debian',
      host: '{ kernel: 6.8.0, arch: x86_64 }',
      verdict: 'blocked',
    },
  ],
});
