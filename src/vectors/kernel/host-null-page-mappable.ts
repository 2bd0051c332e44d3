import { hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-null-page-mappable',
  title: 'The host lets everybody map memory at address zero',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['host'],
  routes: [[hostSysctl('vm.mmap_min_addr', { below: 4096 })]],
  why: 'cap_mmap_addr() (security/commoncap.c) asks for CAP_SYS_RAWIO below this address. With 0 every null pointer in the kernel leads to memory of the attacker, where SMAP does not stop it.',
  fix: 'vm.mmap_min_addr=65536.',
  refs: {
    attack: ['T1068'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.1'],
    cwe: ['CWE-476'],
    docs: ['Documentation/admin-guide/sysctl/vm.rst'],
  },
  examples: [
    { hostProfile: 'sysctls: { vm.mmap_min_addr: 0 }', verdict: 'open' },
    { hostProfile: 'sysctls: { vm.mmap_min_addr: 65536 }', verdict: 'blocked', depth: 1 },
  ],
});
