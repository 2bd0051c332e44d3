import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'container-logs-discarded',
  title: 'What the container prints is kept nowhere',
  mechanism: 'daemon',
  phase: 'run',
  goal: 'host-service',
  severity: 'low',
  stride: 'R',
  appliesTo: ['workload'],
  routes: [
    [fact('runtime.log-driver', { is: 'none' }, 'daemon', { absent: 'closed', title: 'the log driver is none' })],
  ],
  why: 'With the driver `none` the engine throws standard output and error away (moby daemon/logger): nothing tells later what a compromised program did.',
  fix: 'Use `local` or a driver that ships the log off the host.',
  refs: { cisDocker: ['2.13'], owaspDocker: ['D10'], cwe: ['CWE-778'] },
  examples: [
    { docker: 'run --log-driver none debian', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"log-driver":"none"}', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --log-driver journald debian', withDaemon: '{"log-driver":"none"}', verdict: 'blocked' },
  ],
});
