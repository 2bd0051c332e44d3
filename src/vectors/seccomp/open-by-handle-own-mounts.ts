import { calls, capable, capableInContainer, fact, kernel } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, sharesKernel } from '../probe.ts';
import { needs, O_DIRECTORY, opensByHandle, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'open-by-handle-own-mounts',
  title: 'Container can open directories by handle in mounts that it owns',
  mechanism: 'seccomp',
  phase: 'create',
  goal: 'host-data',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [
    [
      calls('open_by_handle_at'),
      capableInContainer('SYS_ADMIN'),
      capableInContainer('DAC_READ_SEARCH'),
      fact('namespace.mnt', { isNot: 'host' }, 'namespace-mnt', {
        absent: 'passes',
        title: 'its user namespace owns its mount namespace',
      }),
      kernel({ since: '6.11' }),
    ],
    [calls('open_by_handle_at'), capable('DAC_READ_SEARCH')],
  ],
  probe: allOf(
    sharesKernel,
    tries('opens by a handle of no kind', [opensByHandle(0), opensByHandle(O_DIRECTORY)], ['ESTALE', 'EOPNOTSUPP'], {
      effects: ['looks'],
      decides: [0, 1],
      ...needs('DAC_READ_SEARCH'),
    }),
  ),
  why: 'Until 6.11 open_by_handle_at() asked capable(CAP_DAC_READ_SEARCH) on the host and nothing else. may_decode_fh() (fs/fhandle.c) now also lets the owner of the mount namespace decode handles of directories whose parents it owns, below the mount’s root. A handle names an inode of the file system, so a bind mount of one directory leads to its neighbours where the first check is the one passed.',
  fix: 'Keep the call refused by the profile; drop CAP_DAC_READ_SEARCH.',
  refs: {
    attack: ['T1611'],
    cisDocker: ['5.22'],
    cisKubernetes: ['5.6.2'],
    nist800190: ['3.4.3', '3.5.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-693'],
    docs: ['open_by_handle_at(2)'],
  },
  aliases: ['open-by-handle-allowed'],
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    { docker: 'run --cap-add DAC_READ_SEARCH debian', verdict: 'open' },
    { docker: 'run --cap-add DAC_READ_SEARCH debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked' },
    {
      docker: 'run --cap-add DAC_READ_SEARCH --cap-add SYS_ADMIN debian',
      withDaemon: '{"userns-remap":"default"}',
      host: 'kernel: 6.12.0',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add DAC_READ_SEARCH --cap-add SYS_ADMIN debian',
      withDaemon: '{"userns-remap":"default"}',
      host: 'kernel: 6.8.0',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
