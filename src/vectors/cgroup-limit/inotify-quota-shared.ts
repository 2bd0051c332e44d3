import { type Call, call } from '../../kernel/index.ts';
import { any, sharedKernel, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { type AttemptProbe, allOf, anyOf, attempts, sharesKernel } from '../probe.ts';

const watches = (by: Call): AttemptProbe =>
  attempts({
    title: 'makes an inotify instance',
    effects: ['makes-objects'],
    calls: [by],
    open: ['ok', 'EMFILE'],
    blocked: { EPERM: 'find', ENOSYS: 'find' },
  });

export default defineVector({
  id: 'inotify-quota-shared',
  title: 'Container can use up the inotify instances of its user for the whole host',
  mechanism: 'cgroup-limit',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[sharedKernel, any('a call that makes one', syscall('inotify_init1'), syscall('inotify_init'))]],
  probe: allOf(sharesKernel, anyOf(watches(call('inotify_init1', 0)), watches(call('inotify_init')))),
  why: 'inc_ucount() (kernel/ucount.c) counts instances and watches for the user in its user namespace and again in each parent for that namespace’s creator, so containers of one uid share fs.inotify.max_user_instances, and those with user namespaces made by one engine share its allowance. Usually there are 128.',
  fix: 'Raise fs.inotify.max_user_instances and max_user_watches for many containers; different engines’ users per tenant.',
  refs: {
    attack: ['T1499.001'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-770'],
    papers: ['demons'],
    docs: ['inotify(7)'],
  },
  aliases: ['per-uid-tables-shared'],
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
