import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ALL_CAPABILITIES_MASK,
  CAPABILITIES,
  capabilitiesOfMask,
  capabilityFacts,
  capabilityMask,
  formatCapabilityMask,
  parseCapability,
  parseCapabilityMask,
} from './capabilities.ts';

test('the list is complete and in the order of the numbers', () => {
  expect(CAPABILITIES.length).toBe(41);
  expect(ALL_CAPABILITIES_MASK).toBe(0x1ffffffffffn);
  expect(capabilityFacts('SYS_ADMIN').number).toBe(21);
  expect(capabilityFacts('CHECKPOINT_RESTORE')).toMatchObject({ number: 40, since: { major: 5, minor: 9 } });
  for (const name of CAPABILITIES) expect(capabilityFacts(name).gates.length).toBeGreaterThan(10);
});

test.for([
  ['cap_sys_admin', 'SYS_ADMIN'],
  ['SYS_ADMIN', 'SYS_ADMIN'],
  ['Sys_Admin', 'SYS_ADMIN'],
  ['CAP_NET_RAW', 'NET_RAW'],
  ['ALL', undefined],
  ['CAP_CAP_CHOWN', undefined],
  ['toString', undefined],
] as const)('%s is read as %s', ([text, capability]) => {
  expect(parseCapability(text)).toBe(capability);
});

test('the default set of Docker has the mask that /proc shows', () => {
  const docker =
    'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE';
  const mask = capabilityMask(docker.split(' ').flatMap((name) => parseCapability(name) ?? []));
  expect(formatCapabilityMask(mask)).toBe('00000000a80425fb');
});

test('masks and lists are the same thing', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: ALL_CAPABILITIES_MASK }), (mask) => {
      expect(capabilityMask(capabilitiesOfMask(mask))).toBe(mask);
      expect(parseCapabilityMask(formatCapabilityMask(mask))).toBe(mask);
    }),
  );
  expect(parseCapabilityMask('not a mask')).toBeUndefined();
});
