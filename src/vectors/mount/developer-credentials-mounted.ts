import { mounted, ownsUserFiles } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { sees } from '../probe-places.ts';

const HOME_PARTS =
  '^((/home/[^/]+|/root|/Users/[^/]+|~)(/[.](ssh|aws|azure|config(/.*)?|docker(/config[.]json)?|kube(/config)?|npmrc|pypirc|netrc|git-credentials|gnupg|m2|cargo|terraform[.]d|password-store|mozilla)(/.*)?)?|/home|/Users|/)$';

/** An ordinary user's sandbox: its one user is the user outside, or one that is nobody's. */
const oci = (outside: number): string =>
  JSON.stringify({
    ociVersion: '1.2.0',
    process: { user: { uid: 1000, gid: 1000 }, args: ['sh'], cwd: '/', noNewPrivileges: true },
    root: { path: 'rootfs' },
    mounts: [{ destination: '/home/ann', type: 'bind', source: '/home/ann', options: ['rbind'] }],
    linux: {
      namespaces: [{ type: 'mount' }, { type: 'user' }],
      uidMappings: [{ containerID: 1000, hostID: outside, size: 1 }],
      gidMappings: [{ containerID: 1000, hostID: outside, size: 1 }],
    },
  });

export default defineVector({
  id: 'developer-credentials-mounted',
  title: 'Container can read credentials of a user of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'credential',
  severity: 'high',
  stride: 'ITE',
  appliesTo: ['workload'],
  routes: [
    [
      mounted({
        types: ['bind'],
        source: HOME_PARTS,
        title: "a user's credentials are mounted",
      }),
      ownsUserFiles,
    ],
  ],
  probe: sees({ source: HOME_PARTS, as: 'owner' }),
  why: 'Private keys, cloud tokens, registry passwords and kubeconfig files lie in the home directory with the mode of their user, and a bind mount keeps those modes: root without a user namespace, the same uid, and root of a rootless engine read them.',
  fix: 'Mount the project only; give short-lived, narrow tokens, or a proxy that adds the credential.',
  refs: {
    cisDocker: ['5.6'],
    nist800190: ['3.4.3', '3.1.4'],
    pss: ['baseline:hostPathVolumes'],
    owaspDocker: ['D06'],
    microsoftMatrix: ['MS-TA9003'],
    attack: ['T1552.001'],
    cwe: ['CWE-522', 'CWE-668'],
  },
  examples: [
    { docker: 'run -v /home/ann/.aws:/root/.aws:ro debian', verdict: 'open' },
    { docker: 'run -v /home/ann:/home/ann debian', verdict: 'open' },
    {
      compose: `services:
  a: { image: debian, volumes: ['~/.ssh:/root/.ssh:ro'] }
`,
      verdict: 'open',
    },
    { docker: 'run -v /home/ann/src:/src debian', verdict: 'blocked' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      oci: oci(1000),
      verdict: 'open',
    },
    {
      oci: oci(165536),
      verdict: 'blocked',
    },
    {
      docker: 'run -v /home/ann/.ssh:/s debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { podman: 'run -v /home/ann/.ssh:/s debian', host: 'engine: { rootless: true }', verdict: 'open' },
  ],
});
