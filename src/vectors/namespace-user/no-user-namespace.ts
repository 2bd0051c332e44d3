import { initialUserNamespace, sharedKernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { inInitialUserNamespace } from '../probe-questions.ts';

export default defineVector({
  id: 'no-user-namespace',
  title: 'Root of the container is root for the host kernel',
  mechanism: 'namespace-user',
  phase: 'create',
  goal: 'host-root',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[sharedKernel, initialUserNamespace]],
  probe: allOf(sharesKernel, inInitialUserNamespace),
  why: 'In the initial user namespace uid 0 of the container owns what uid 0 of the host owns, and each of its capabilities counts in capable(). Every other flaw then ends in root of the host; several escapes of the past did not work from a user namespace.',
  fix: 'userns-remap, podman --userns=auto, rootless engines, or hostUsers: false.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['2.9', '5.31'],
    nist800190: ['3.5.2', '3.4.3'],
    owaspDocker: ['D01'],
    cwe: ['CWE-250', 'CWE-653'],
    papers: ['sultan-survey', 'analysis-oslv'],
    docs: ['user_namespaces(7)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run --userns=host debian', withDaemon: '{"userns-remap":"default"}', verdict: 'open' },
    { podman: 'run --userns=auto debian', verdict: 'blocked' },
    { docker: 'run debian', host: 'engine: { rootless: true }', verdict: 'blocked' },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostUsers: false, containers: [{name: c, image: debian}]}}',
      verdict: 'blocked',
    },
    {
      kubernetes: '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian}]}}',
      verdict: 'open',
    },
    { docker: 'run --runtime runsc debian', verdict: 'blocked', depth: 1 },
  ],
});
