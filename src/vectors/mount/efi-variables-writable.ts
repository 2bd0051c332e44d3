import { becomesRoot, host, initialUserNamespace, isHostRoot, mounted, mounts } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, says } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { mountsOfHost } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'efi-variables-writable',
  title: 'Container can change the boot variables of the host firmware',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [
    [
      mounts,
      initialUserNamespace,
      becomesRoot,
      host('host.fact.efi', { isNot: false }, { usually: 'passes', title: 'the host was started by UEFI' }),
    ],
    [
      mounted({
        types: ['bind'],
        covers: ['/sys/firmware/efi/efivars'],
        fileSystems: ['efivarfs'],
        writable: true,
        title: 'the efivarfs of the host is mounted',
      }),
      isHostRoot,
      host('host.fact.efi', { isNot: false }, { usually: 'passes', title: 'the host was started by UEFI' }),
    ],
  ],
  probe: allOf(
    says('/sys/firmware/efi/runtime', { matches: '', outside: true, mechanism: 'kernel', absent: 'blocked' }),
    anyOf(
      mountsOfHost('EFIVAR_FS'),
      sees({ covers: ['/sys/firmware/efi/efivars'], fileSystems: ['efivarfs'], writable: true, as: 'root' }),
    ),
  ),
  why: 'efivarfs (fs/efivarfs) writes straight through to firmware variables: boot order, secure boot databases, and with a careless delete a machine that starts no more. It can be mounted with CAP_SYS_ADMIN of the initial user namespace only.',
  fix: 'Drop CAP_SYS_ADMIN, keep the LSM profile, do not mount /sys of the host writable.',
  refs: {
    attack: ['T1542', 'T1611'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:privileged'],
    cwe: ['CWE-732'],
    docs: ['Documentation/filesystems/efivarfs.rst'],
  },
  aliases: ['sys-firmware-efivars-exposed'],
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --privileged debian', host: 'facts: { efi: false }', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /:/host debian', verdict: 'open' },
    { docker: 'run -v /:/host:ro debian', host: 'kernel: 6.8.0', verdict: 'blocked' },
    { docker: 'run -v /:/host:ro debian', engine: 'docker@24', verdict: 'open' },
  ],
});
