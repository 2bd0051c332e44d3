import { mounted, ownsUserFiles } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { sees } from '../probe-places.ts';

const WORKSPACE =
  '^([.]{1,2}(/|$)|~/[^.]|/home/[^/]+(/[^.].*)?$|/Users/[^/]+(/[^.].*)?$|/root(/[^.].*)?$|/home$|/Users$|/workspaces?(/|$)|/builds(/|$)|/$)';

export default defineVector({
  id: 'workspace-executed-on-host',
  title: 'Container can change a project that tools on the host execute',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        source: WORKSPACE,
        writable: true,
        title: 'a project directory of the host is mounted writable',
      }),
      ownsUserFiles,
    ],
  ],
  probe: sees({ source: WORKSPACE, writable: true, as: 'owner' }),
  why: "Git hooks and configuration, Makefiles, package scripts, editor tasks and direnv files in a project run with the user's rights when the user works in it on the host. The container's sandbox ends where the next `git status` begins.",
  fix: 'Mount .git and tool configuration read-only, or work on a copy and review the difference.',
  refs: { cisDocker: ['5.6'], nist800190: ['3.4.3', '3.1.4'], attack: ['T1554', 'T1611'], cwe: ['CWE-829', 'CWE-732'] },
  examples: [
    { docker: 'run -v /home/ann/project:/workspace debian', verdict: 'open' },
    { docker: 'run -v /home/ann/project:/workspace:ro debian', verdict: 'blocked', depth: 1 },
    {
      compose: `services:
  a: { image: debian, volumes: ['./:/app'] }
`,
      verdict: 'open',
    },
    { docker: 'run -v data:/app debian', verdict: 'blocked' },
    {
      docker: 'run -v /home/ann/project:/w debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
