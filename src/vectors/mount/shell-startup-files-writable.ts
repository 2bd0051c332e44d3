import { mounted, ownsUserFiles } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { sees } from '../probe-places.ts';

const HOME_PARTS =
  '^((/home/[^/]+|/root|/Users/[^/]+|~)(/[.](bashrc|bash_profile|zshrc|profile|config(/.*)?|local(/.*)?|ssh|gitconfig|vscode(/.*)?))?|/home|/Users|/)$';

export default defineVector({
  id: 'shell-startup-files-writable',
  title: 'Container can change what a user of the host executes at login',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-service',
  severity: 'high',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        source: HOME_PARTS,
        writable: true,
        title: 'a home directory is mounted writable',
      }),
      ownsUserFiles,
    ],
  ],
  probe: sees({ source: HOME_PARTS, writable: true, as: 'owner' }),
  why: "Shells, editors and desktops run start-up files of the home directory with the user's rights, outside the container, at the next login or window.",
  fix: 'Mount the project only, or read-only.',
  refs: {
    cisDocker: ['5.6'],
    nist800190: ['3.4.3'],
    pss: ['baseline:hostPathVolumes'],
    attack: ['T1611'],
    cwe: ['CWE-732', 'CWE-829'],
  },
  examples: [
    { docker: 'run -v /home/ann:/home/ann debian', verdict: 'open' },
    { docker: 'run -v /home/ann:/home/ann:ro debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /home/ann/src:/src debian', verdict: 'blocked' },
    { docker: 'run -v /home/ann:/h debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
  ],
});
