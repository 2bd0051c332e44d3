import { fact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'overlay-traffic-cleartext',
  title: 'Traffic of the container crosses the network between hosts in clear',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'IT',
  appliesTo: ['workload'],
  routes: [
    [
      fact('network.mode', { is: 'overlay' }, 'namespace-net', { title: 'its network spans hosts' }),
      fact('network.encrypted', { isNot: true }, 'namespace-net', {
        absent: 'passes',
        set: true,
        title: 'the network is not encrypted',
      }),
    ],
  ],
  why: 'An overlay wraps frames in VXLAN over UDP (vxlan_xmit(), drivers/net/vxlan), which neither encrypts nor authenticates: who sees the network between the hosts reads it, who can send there adds frames.',
  fix: 'Create the network with `--opt encrypted`, or use mutual TLS between the services.',
  refs: {
    attack: ['T1040', 'T1557'],
    cisDocker: ['7.3'],
    nist800190: ['3.3.3'],
    cwe: ['CWE-319'],
    docs: ['RFC 7348, Security Considerations'],
  },
  examples: [
    { compose: 'services:\n  a: {image: debian, networks: [o]}\nnetworks:\n  o: {driver: overlay}\n', verdict: 'open' },
    {
      compose:
        'services:\n  a: {image: debian, networks: [o]}\nnetworks:\n  o: {driver: overlay, driver_opts: {encrypted: "true"}}\n',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run debian', verdict: 'blocked' },
  ],
});
