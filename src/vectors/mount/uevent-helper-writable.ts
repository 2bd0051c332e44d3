import { host, kernelConfig, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'uevent-helper-writable',
  title: 'Container can set the program that the host kernel starts on device events',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-root',
  severity: 'critical',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      writesRootFile('/sys/kernel/uevent_helper'),
      kernelConfig('UEVENT_HELPER'),
      host(
        'host.kernel-config.STATIC_USERMODEHELPER',
        { isNot: 'y' },
        { usually: 'passes', title: 'the kernel starts helpers by the path given' },
      ),
    ],
  ],
  probe: allOf(
    hostFileWritten('/sys/kernel/uevent_helper'),
    hostHas(kernelConfig('UEVENT_HELPER')),
    hostHas(
      host(
        'host.kernel-config.STATIC_USERMODEHELPER',
        { isNot: 'y' },
        { usually: 'passes', title: 'the kernel starts helpers by the path given' },
      ),
    ),
  ),
  why: 'Where the kernel is built with CONFIG_UEVENT_HELPER, kobject_uevent_env() (lib/kobject_uevent.c) starts the program named in /sys/kernel/uevent_helper as root of the host for each device event, and a write to any uevent file makes one.',
  fix: 'Mount sysfs read-only; use a kernel without CONFIG_UEVENT_HELPER.',
  refs: {
    attack: ['T1611'],
    nist800190: ['3.4.3'],
    pss: ['baseline:privileged'],
    cwe: ['CWE-732'],
    docs: ['Documentation/ABI/testing/sysfs-uevent'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', host: 'kernel-config: { UEVENT_HELPER: "y" }', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'kernel-config: { UEVENT_HELPER: "n" }', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /sys:/host/sys debian', host: 'kernel-config: { UEVENT_HELPER: "y" }', verdict: 'open' },
    { docker: 'run --privileged debian', verdict: 'unknown' },
  ],
});
