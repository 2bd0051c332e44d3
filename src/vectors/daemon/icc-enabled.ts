import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'icc-enabled',
  title: 'Containers on the default bridge reach one another',
  mechanism: 'daemon',
  phase: 'host',
  goal: 'other-container',
  severity: 'medium',
  stride: 'TI',
  appliesTo: ['engine'],
  routes: [
    [
      fact('daemon.icc', { isNot: false }, 'namespace-net', {
        absent: 'passes',
        set: false,
        title: 'traffic between containers is accepted',
      }),
    ],
  ],
  why: 'The bridge forwards every frame between its ports; only with `icc` false does dockerd add a rule that drops what goes from the bridge to the bridge (moby daemon/libnetwork/drivers/bridge). Published or not, each port is open to the neighbours.',
  fix: 'Set `"icc": false` and give each application a network of its own.',
  refs: {
    attack: ['T1046', 'T1210'],
    cisDocker: ['2.2'],
    nist800190: ['3.3.3', '3.4.2'],
    owaspDocker: ['D03'],
    microsoftMatrix: ['MS-TA9034'],
    cwe: ['CWE-668'],
  },
  examples: [
    { daemon: '{}', verdict: 'open' },
    { daemon: '{"icc":true}', verdict: 'open' },
    { daemon: '{"icc":false}', verdict: 'blocked', depth: 1 },
  ],
});
