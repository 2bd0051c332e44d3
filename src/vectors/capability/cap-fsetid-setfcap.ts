import { capableOnHostFiles, host, mounted } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { ORDINARY_FILES } from '../host-files.data.ts';
import { allOf, hostHas } from '../probe.ts';
import { sees } from '../probe-places.ts';
import { capableOverHostFiles } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-fsetid-setfcap',
  title: 'Container can put file capabilities on programs of the host',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-root',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [
    [
      capableOnHostFiles('SETFCAP'),
      mounted({
        types: ['bind'],
        source: ORDINARY_FILES,
        writable: true,
        title: 'a path of the host is mounted writable',
      }),
      host(
        'host.fact.shared-paths-nosuid',
        { isNot: true },
        { usually: 'passes', title: "the host's own mount of the path is not nosuid" },
      ),
    ],
  ],
  probe: allOf(
    capableOverHostFiles('SETFCAP'),
    sees({ source: ORDINARY_FILES, writable: true }),
    hostHas(host('host.fact.shared-paths-nosuid', { isNot: true }, { usually: 'passes' })),
  ),
  why: 'cap_convert_nscap() (security/commoncap.c, 4.14) asks CAP_SETFCAP; in the initial user namespace the attribute counts on the host. An unprivileged account there executes the file and has the capabilities. From a user namespace the attribute is bound to that namespace (version 3, 4.14).',
  fix: 'cap_drop ALL; keep shared paths on a host mount with nosuid.',
  refs: {
    cisDocker: ['5.4'],
    nist800190: ['3.4.3'],
    pss: ['restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1548.001'],
    cwe: ['CWE-250', 'CWE-732'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run -v /srv/data:/data debian', verdict: 'open' },
    { docker: 'run --cap-drop SETFCAP -v /srv/data:/data debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /srv/data:/data debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked', depth: 1 },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
