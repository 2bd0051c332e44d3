import { type DeviceWish, opensDevice } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostDeviceUsed } from '../probe-words-of-places.ts';

const DEVICE: DeviceWish = {
  path: '^/dev/tpm',
  title: '/dev/tpm0 is within reach',
  type: 'c',
  major: 10,
  minor: 224,
  access: 'rw',
  groups: ['tss'],
};

export default defineVector({
  id: 'tpm-exposed',
  title: 'Container can use the TPM of the host',
  mechanism: 'device-policy',
  phase: 'create',
  goal: 'credential',
  severity: 'high',
  stride: 'STI',
  appliesTo: ['workload'],
  routes: [[opensDevice(DEVICE)]],
  probe: hostDeviceUsed(DEVICE),
  why: 'The TPM answers whoever opens its node (drivers/char/tpm/tpm-dev.c): keys of the host are used, sealed secrets unsealed where they are bound to boot state only, and the lock-out counter is raised. The raw node is exclusive: holding it denies the host its TPM.',
  fix: 'Give the workload a software TPM, or keys through a service.',
  refs: {
    cisDocker: ['5.18'],
    nist800190: ['3.4.3'],
    attack: ['T1611'],
    cwe: ['CWE-668'],
    docs: ['Documentation/security/tpm'],
  },
  examples: [
    { docker: 'run --device /dev/tpm0 debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --device /dev/tpm0 --runtime runsc debian', verdict: 'blocked' },
    { docker: 'run --device /dev/tpm0 debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
