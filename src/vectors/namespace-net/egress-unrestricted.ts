import { reaches } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf, shares } from '../probe.ts';
import { hasRoute } from '../probe-places.ts';

export default defineVector({
  id: 'egress-unrestricted',
  title: 'Container can send to any address beyond the host',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'information',
  severity: 'low',
  stride: 'I',
  appliesTo: ['workload'],
  routes: [[reaches('outside')]],
  probe: anyOf(shares('net'), hasRoute('outside')),
  why: 'The engine gives the namespace a default route and masquerades what leaves the bridge. A compromised program sends out what it read, fetches its next stage and joins a command channel.',
  fix: 'Use an internal network and a proxy with an allow list, DNS included; in Kubernetes a default-deny egress policy.',
  refs: {
    attack: ['T1105', 'T1567'],
    nist800190: ['3.4.2'],
    owaspDocker: ['D03'],
    owaspKubernetes: ['K05'],
    cwe: ['CWE-668'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run --network none debian', verdict: 'blocked', depth: 1 },
    {
      compose: 'services:\n  a: {image: debian, networks: [back]}\nnetworks:\n  back: {internal: true}\n',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --network host debian', verdict: 'open' },
  ],
});
