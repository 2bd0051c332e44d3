import { any, fact, reaches } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, untold } from '../probe.ts';
import { attachedTo } from '../probe-places.ts';

export default defineVector({
  id: 'inter-container-traffic-open',
  title: 'Container reaches others that have nothing to do with it',
  mechanism: 'namespace-net',
  phase: 'run',
  goal: 'other-container',
  severity: 'medium',
  stride: 'STI',
  appliesTo: ['workload'],
  routes: [
    [
      fact('network.mode', { is: 'default-bridge' }, 'namespace-net', {
        title: 'it is on the bridge that all containers share by default',
      }),
      fact('daemon.icc', { isNot: false }, 'namespace-net', {
        absent: 'passes',
        set: false,
        title: 'traffic between its containers is accepted',
      }),
      // Without root, podman gives each container a network stack of its own (pasta, slirp4netns) unless a bridge is asked for.
      any(
        'the bridge is one that others join',
        fact('engine.name', { isNot: 'podman' }, 'namespace-net', { title: 'the engine is not podman' }),
        fact('engine.rootless', { isNot: true }, 'namespace-net', {
          absent: 'passes',
          title: 'the engine runs as root',
        }),
        fact('request.network', { matches: 'bridge' }, 'namespace-net', {
          absent: 'closed',
          title: 'a bridge is asked for',
        }),
      ),
      reaches('neighbours'),
    ],
  ],
  probe: allOf(
    attachedTo('default-bridge'),
    untold('whether the engine lets its containers talk is in its filter rules'),
  ),
  why: 'The default bridge is one link for whatever was started without a network of its own; it forwards frames between its ports whether or not these are published (br_forward(), net/bridge/br_forward.c), and dockerd filters them only with `icc` false.',
  fix: 'Give each application a network of its own (`docker network create`), and set `"icc": false` for the rest.',
  refs: {
    attack: ['T1046', 'T1210'],
    cisDocker: ['2.2', '5.30'],
    nist800190: ['3.3.3', '3.4.2'],
    owaspDocker: ['D03'],
    microsoftMatrix: ['MS-TA9034'],
    cwe: ['CWE-668'],
  },
  examples: [
    { docker: 'run debian', verdict: 'open' },
    { docker: 'run debian', withDaemon: '{"icc":false}', verdict: 'blocked', depth: 1 },
    { docker: 'run --network app debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --network none debian', verdict: 'blocked', depth: 1 },
    { podman: 'run docker.io/library/debian', verdict: 'open' },
    { podman: 'run docker.io/library/debian', host: 'engine: { rootless: true }', verdict: 'blocked', depth: 1 },
    { compose: 'services:\n  a: {image: debian}\n', verdict: 'blocked' },
  ],
});
