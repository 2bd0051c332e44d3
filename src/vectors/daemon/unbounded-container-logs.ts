import { any, fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'unbounded-container-logs',
  title: 'Container can fill the disk of the host with its log',
  mechanism: 'daemon',
  phase: 'run',
  goal: 'denial-of-service',
  severity: 'medium',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [
    [
      fact('engine.name', { is: 'docker' }, 'daemon', { title: 'Docker keeps the log' }),
      fact('runtime.log-driver', { is: 'json-file' }, 'daemon', {
        absent: 'passes',
        set: 'local',
        title: 'the log is a JSON file',
      }),
      fact('limit.log', { is: 'none' }, 'daemon', { absent: 'passes', set: 30_000_000, title: 'no size is stated' }),
      any(
        'no default size',
        fact('daemon.log-opts', { notMatches: '"max-size"' }, 'daemon', {
          absent: 'passes',
          title: 'the engine states no size',
        }),
        fact('daemon.log-driver', { isNot: 'json-file' }, 'daemon', {
          absent: 'closed',
          title: "the engine's options are for another driver",
        }),
      ),
    ],
    [
      fact('engine.name', { is: 'podman' }, 'daemon', { title: 'podman keeps the log' }),
      fact('runtime.log-driver', { in: ['k8s-file', 'json-file'] }, 'daemon', { title: 'the log is a file' }),
      fact('limit.log', { is: 'none' }, 'daemon', { absent: 'passes', set: 30_000_000, title: 'no size is stated' }),
    ],
  ],
  why: 'The driver `json-file` never rotates unless max-size is set (moby daemon/logger/jsonfilelog), and the file is written by the engine, outside every limit of the container, on the disk that holds all others. The kubelet rotates by itself at 10 MiB.',
  fix: 'Set `max-size` and `max-file`, or use the driver `local`, which rotates by default.',
  refs: {
    attack: ['T1499.001'],
    cisDocker: ['2.13'],
    nist800190: ['3.4.3'],
    owaspDocker: ['D07'],
    cwe: ['CWE-400', 'CWE-770'],
    papers: ['houdini'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --log-opt max-size=10m --log-opt max-file=3 debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --log-driver local debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', withDaemon: '{"log-opts":{"max-size":"10m"}}', verdict: 'blocked' },
    {
      docker: 'run --log-driver json-file debian',
      withDaemon: '{"log-driver":"syslog","log-opts":{"max-size":"10m"}}',
      verdict: 'open',
    },
    { podman: 'run debian', verdict: 'unknown' },
  ],
});
