import { host, hostSysctl } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-accepts-modules',
  title: 'The host takes unsigned modules at any time',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'TE',
  appliesTo: ['host'],
  routes: [
    [
      hostSysctl('kernel.modules_disabled', { isNot: 1 }, { usually: 'passes' }),
      host(
        'host.kernel-config.MODULE_SIG_FORCE',
        { isNot: 'y' },
        { title: 'the kernel is not built to force signatures' },
      ),
      host(
        'host.kernel-parameter.module.sig_enforce',
        { in: ['0', 0, 'n', 'N'] },
        { title: 'signatures are not enforced at boot' },
      ),
      host('host.lockdown', { is: 'none' }, { title: 'the kernel is not locked down' }),
    ],
  ],
  why: 'module_sig_check() (kernel/module/signing.c) refuses an unsigned module only with sig_enforce or lockdown: else whoever gets CAP_SYS_MODULE on the host, from a privileged container for instance, has the kernel and hides in it.',
  fix: 'Boot with module.sig_enforce=1 or lockdown=integrity, or set kernel.modules_disabled=1 when all modules are loaded.',
  refs: {
    attack: ['T1547.006', 'T1014'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.5'],
    cwe: ['CWE-347'],
    docs: ['Documentation/admin-guide/module-signing.rst'],
  },
  examples: [
    {
      hostProfile:
        '{ lockdown: none, kernel-config: { MODULE_SIG_FORCE: n }, parameters: { module.sig_enforce: "0" } }',
      verdict: 'open',
    },
    { hostProfile: 'sysctls: { kernel.modules_disabled: 1 }', verdict: 'blocked', depth: 1 },
    { hostProfile: 'lockdown: integrity', verdict: 'blocked', depth: 1 },
    { hostProfile: 'kernel: 6.12.0', verdict: 'unknown' },
  ],
});
