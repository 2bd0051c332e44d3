import { call, IOCTL } from '../../kernel/index.ts';
import { any, capable, fact, host, hostSysctl, int32, sharedKernel, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, anyOf, hostHas, passes, sharesKernel, untold } from '../probe.ts';
import { capableOnHost, eachAsInt } from '../probe-questions.ts';

export default defineVector({
  id: 'tiocsti-terminal-injection',
  title: 'Container can push input into the terminal it was started from',
  mechanism: 'seccomp',
  phase: 'exec',
  goal: 'host-root',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      fact('process.terminal', { is: false }, 'runtime', {
        absent: 'closed',
        title: 'the runtime makes no terminal of its own, standard streams are those of the caller',
      }),
      host('host.fact.started-from-terminal', { is: true }, { title: 'the caller’s standard streams are a terminal' }),
      sharedKernel,
      syscall('ioctl', { 1: int32(IOCTL.TIOCSTI) }),
      any(
        'the kernel still takes it',
        hostSysctl('dev.tty.legacy_tiocsti', { isNot: 0 }, { usually: 'passes' }),
        capable('SYS_ADMIN'),
      ),
      fact('engine.name', { notIn: ['docker', 'podman', 'kubernetes', 'containerd', 'cri-o'] }, 'runtime', {
        title: 'no engine stands between the terminal and the container',
      }),
    ],
  ],
  probe: allOf(
    sharesKernel,
    passes(['cannot-succeed'], ...eachAsInt(IOCTL.TIOCSTI, (word) => call('ioctl', -1, word, 0))),
    anyOf(
      hostHas(hostSysctl('dev.tty.legacy_tiocsti', { isNot: 0 }, { usually: 'passes' })),
      capableOnHost('SYS_ADMIN'),
    ),
    untold('whether the sandbox is started with the terminal of its caller'),
  ),
  why: 'tiocsti() (drivers/tty/tty_io.c) puts a character into the queue of the controlling terminal; the shell of the host reads it when the container’s program has ended. Engines give a container pipes or a pseudo-terminal of its own; a bare runtime started in the foreground with terminal false, or a light sandbox, hands on the caller’s. Since 6.2 dev.tty.legacy_tiocsti=0 closes it but for CAP_SYS_ADMIN.',
  fix: 'Let the runtime allocate a terminal (terminal: true) or start it with pipes; dev.tty.legacy_tiocsti=0; refuse the ioctl in the profile.',
  refs: {
    attack: ['T1611'],
    nist800190: ['3.4.3'],
    cwe: ['CWE-693'],
    cve: ['CVE-2017-5226'],
    docs: ['TIOCSTI(2const)'],
  },
  examples: [
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/","terminal":false},"root":{"path":"rootfs"},"linux":{}}',
      host: 'facts: { started-from-terminal: true }',
      verdict: 'open',
    },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/","terminal":true},"root":{"path":"rootfs"},"linux":{}}',
      host: 'facts: { started-from-terminal: true }',
      verdict: 'blocked',
    },
    {
      oci: '{"ociVersion":"1.2.0","process":{"args":["sh"],"cwd":"/","terminal":false,"capabilities":{"bounding":["CAP_CHOWN"]}},"root":{"path":"rootfs"},"linux":{}}',
      host: '{ sysctls: { dev.tty.legacy_tiocsti: 0 }, facts: { started-from-terminal: true } }',
      verdict: 'blocked',
    },
    { docker: 'run -it debian', verdict: 'blocked' },
  ],
});
