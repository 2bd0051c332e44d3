import { call } from '../../kernel/index.ts';
import { defineVector } from '../define.ts';
import { tries } from '../probe-questions.ts';

export default defineVector({
  id: 'no-new-privs-off',
  title: 'Executing set-user-id programs and files with capabilities raises privileges',
  mechanism: 'no-new-privileges',
  phase: 'create',
  goal: 'privilege-in-container',
  severity: 'medium',
  stride: 'E',
  appliesTo: ['workload'],
  routes: [[{ gate: 'privilege-gain' }]],
  probe: tries('asks whether no_new_privs is set', call('prctl', 39, 0, 0, 0, 0), ['= 0'], {
    effects: ['looks'],
    blocked: { '= 1': 'no-new-privileges' },
  }),
  why: 'Without no_new_privs bprm_fill_uid() (fs/exec.c) and cap_bprm_creds_from_file() (security/commoncap.c) give what a file’s mode and capabilities say, up to the bounding set: a process that was started as another user becomes root again through su or ping. No engine sets the flag by itself; Kubernetes sets it for allowPrivilegeEscalation: false.',
  fix: 'Set no-new-privileges; in Kubernetes allowPrivilegeEscalation: false.',
  refs: {
    attack: ['T1548.001'],
    cisDocker: ['5.26', '2.14'],
    cisKubernetes: ['5.2.6'],
    nist800190: ['3.4.3'],
    pss: ['restricted:allowPrivilegeEscalation'],
    owaspDocker: ['D04'],
    cwe: ['CWE-250', 'CWE-269'],
    docs: ['PR_SET_NO_NEW_PRIVS(2const)'],
  },
  examples: [
    { docker: 'run --user 1000 debian', verdict: 'open' },
    { docker: 'run --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', withDaemon: '{"no-new-privileges":true}', verdict: 'blocked', depth: 1 },
    {
      kubernetes:
        '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian, securityContext: {allowPrivilegeEscalation: false}}]}}',
      verdict: 'blocked',
    },
    {
      kubernetes: '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: debian}]}}',
      verdict: 'open',
    },
  ],
});
