import { capable, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { needs, opensByHandle, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-dac-read-search',
  title: 'Container can open any file of the host by its handle',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-data',
  severity: 'critical',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[capable('DAC_READ_SEARCH'), syscall('open_by_handle_at')]],
  probe: allOf(
    sharesKernel,
    tries('opens by a handle of no kind', opensByHandle(0), ['ESTALE', 'EOPNOTSUPP'], {
      effects: ['looks'],
      ...needs('DAC_READ_SEARCH'),
    }),
  ),
  why: "open_by_handle_at(2) takes a file handle that is guessable and any mount of the same file system, and asks capable(CAP_DAC_READ_SEARCH) (may_decode_fh(), fs/fhandle.c; up to 6.10 do_handle_to_path()). Every engine binds /etc/hosts and the like from the host's own file system, so the mount is always there, and no path restriction applies. Holders inside a user namespace get only what lies below the mount (6.11).",
  fix: 'Drop the capability; backup agents get a read-only mount of the exact directory instead.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611', 'T1005'],
    kubehound: ['EXPLOIT_HOST_READ'],
    cwe: ['CWE-250'],
    docs: ['open_by_handle_at(2)'],
  },
  examples: [
    { docker: 'run --cap-add DAC_READ_SEARCH debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    {
      docker: 'run --cap-add DAC_READ_SEARCH debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --cap-drop ALL --cap-add DAC_READ_SEARCH --user 1000 --security-opt no-new-privileges debian',
      verdict: 'blocked',
    },
    { podman: 'run --cap-add DAC_READ_SEARCH debian', verdict: 'open' },
  ],
});
