import { hostSysctl, kernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-terminal-injection',
  title: 'The host lets a process type into the terminal of another',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-root',
  severity: 'medium',
  stride: 'SE',
  appliesTo: ['host'],
  routes: [
    [hostSysctl('dev.tty.legacy_tiocsti', { isNot: 0 }), kernel({ since: '6.2' })],
    // The sysctl is of 6.2; some distributions brought it to older releases.
    [hostSysctl('dev.tty.legacy_tiocsti', { isNot: 0 }, { usually: 'passes' }), kernel({ before: '6.2' })],
  ],
  why: 'tiocsti() (drivers/tty/tty_io.c) puts characters into the input of the controlling terminal: what runs in `docker run -t` or `su` with a terminal of the administrator types commands that the shell behind executes. Since 6.2 the sysctl decides, and its default comes from CONFIG_LEGACY_TIOCSTI.',
  fix: 'Kernel 6.2 or later with dev.tty.legacy_tiocsti=0.',
  refs: { attack: ['T1611'], cisDocker: ['1.2.1'], nist800190: ['3.5.1'], cwe: ['CWE-77'], docs: ['TIOCSTI(2const)'] },
  examples: [
    { hostProfile: '{ kernel: 6.12.0, sysctls: { dev.tty.legacy_tiocsti: 1 } }', verdict: 'open' },
    { hostProfile: 'kernel: 6.1.0', verdict: 'open' },
    { hostProfile: '{ kernel: 6.12.0, sysctls: { dev.tty.legacy_tiocsti: 0 } }', verdict: 'blocked', depth: 1 },
  ],
});
