import { AF } from '../../kernel/index.ts';
import { kernelConfig, opensSocket } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { passesSocket } from '../probe-questions.ts';

export default defineVector({
  id: 'af-alg-socket-allowed',
  title: 'Container can open kernel crypto sockets (AF_ALG)',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      opensSocket(AF.ALG),
      { gate: 'lsm', operation: 'socket', family: 'alg' },
      kernelConfig('CRYPTO_USER_API', { usually: 'passes' }),
    ],
  ],
  probe: allOf(passesSocket(AF.ALG), hostHas(kernelConfig('CRYPTO_USER_API', { usually: 'passes' }))),
  why: 'A socket of family 38 makes the host load af_alg and any algorithm named, without a capability (alg_create(), crypto/af_alg.c; __sock_create() loads the family’s module). A flaw behind it gave writes to page-cache pages of readable files. Docker 29.4.2 and later refuse the family in seccomp, but compare 64 bits where the kernel takes 32, so that 0x100000026 passes, and 29.4.3 leaves the 32-bit socketcall open; what holds is AppArmor’s `deny network alg,` of 29.4.3.',
  fix: 'Use a profile that refuses family 38 by a masked comparison of the low 32 bits and refuses the 32-bit socketcall, an AppArmor profile with `deny network alg,`, and block the algif modules on the host.',
  refs: {
    attack: ['T1068', 'T1611'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    cve: ['CVE-2026-31431', 'CVE-2019-8912'],
    docs: ['Documentation/crypto/userspace-if.rst'],
  },
  examples: [
    { docker: 'run debian', engine: 'docker@28', verdict: 'open' },
    { docker: 'run debian', engine: 'docker@29.4.2', verdict: 'open' },
    { docker: 'run debian', engine: 'docker@29.4.3', host: 'lsm: [capability, yama]', verdict: 'open' },
    {
      docker: 'run debian',
      engine: 'docker@29.4.3',
      host: '{ lsm: [apparmor], arch: x86_64 }',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --security-opt apparmor=unconfined debian',
      engine: 'docker@29.4.3',
      host: 'lsm: [apparmor]',
      verdict: 'open',
    },
    { docker: 'run --runtime runsc debian', verdict: 'blocked' },
    { podman: 'run debian', host: 'lsm: [capability]', verdict: 'open' },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[{"names":["socket"],"action":"SCMP_ACT_ERRNO","args":[{"index":0,"value":4294967295,"valueTwo":38,"op":"SCMP_CMP_MASKED_EQ"}]}]}}}',
      host: 'lsm: [capability]',
      verdict: 'blocked',
    },
  ],
});
