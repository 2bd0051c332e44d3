import { describe, expect, test } from 'vitest';
import { type Fact, Posture, Unknown } from '../../posture/index.ts';
import { joinCluster, readObjects } from './index.ts';

const PODS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      initContainers: [{name: setup, ports: [{containerPort: 8080}]}]
      containers:
      - {name: app, ports: [{name: http, containerPort: 8080}]}
      - {name: metrics, ports: [{containerPort: 9100}]}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: [{name: db}]}}
`;

const meta = (name: string) => `metadata: {name: ${name}, namespace: shop}`;
const service = (spec: string, name = 's') => `{apiVersion: v1, kind: Service, ${meta(name)}, spec: {${spec}}}`;
const ingress = (spec: string, version = 'networking.k8s.io/v1') =>
  `{apiVersion: ${version}, kind: Ingress, ${meta('i')}, spec: {${spec}}}`;

/** What leads where: `app 0.0.0.0:30080/tcp`, with a question mark where it is not known. */
function routes(...objects: readonly string[]): string[] {
  const { subjects } = joinCluster([readObjects(PODS, 'pods.yaml'), readObjects(objects.join('\n---\n'), 'net.yaml')]);
  return subjects
    .filter(({ kind }) => kind === 'workload')
    .flatMap(({ name, layers }) =>
      [...Posture.fold(layers).family<boolean>('network.routed.')].map(
        ([where, { value }]: [string, Fact<boolean>]) =>
          `${name.split('/')[1]} ${where}${value instanceof Unknown ? '?' : ''}`,
      ),
    );
}

const BEHIND = 'selector: {app: web}, ports: [{name: web, port: 80, targetPort: http}]';

describe('what leads to a container of a pod', () => {
  test.for<[string, string[], string[]]>([
    [
      'a node port',
      [service('type: NodePort, selector: {app: web}, ports: [{port: 8080, nodePort: 30080}]')],
      ['app 0.0.0.0:30080/tcp'],
    ],
    [
      'one that is allocated',
      [service('type: LoadBalancer, selector: {app: web}, ports: [{port: 1, targetPort: 9100, protocol: UDP}]')],
      ['metrics 0.0.0.0:allocated for s/udp'],
    ],
    ['an address', [service(`externalIPs: [192.0.2.1], ${BEHIND}`)], ['app 192.0.2.1:80/tcp']],
    ['a port by its name', [service(`type: NodePort, ${BEHIND}`)], ['app 0.0.0.0:allocated for s/tcp']],
    [
      'a name that no port has',
      [service('type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: grpc}]')],
      [],
    ],
    [
      'a port that no container states',
      [service('type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]')],
      ['app 0.0.0.0:30080/tcp?', 'metrics 0.0.0.0:30080/tcp?'],
    ],
    [
      'the same where there is one container',
      [service('type: NodePort, selector: {app: db}, ports: [{port: 5432, nodePort: 30081}]')],
      ['db 0.0.0.0:30081/tcp'],
    ],
    [
      'each label must be there',
      [service('type: NodePort, selector: {app: web, tier: back}, ports: [{port: 8080}]')],
      [],
    ],
    [
      'a selector of two labels',
      [service('type: NodePort, selector: {tier: front, app: web}, ports: [{port: 8080, nodePort: 30080}]')],
      ['app 0.0.0.0:30080/tcp'],
    ],
    ['no selector, no pod', [service('type: NodePort, ports: [{port: 8080, nodePort: 30080}]')], []],
    [
      'a name of elsewhere',
      [service('type: ExternalName, selector: {app: web}, externalName: x.example, ports: [{port: 8080}]')],
      [],
    ],
    ['inside the cluster only', [service(BEHIND)], []],
    [
      'a Service of another namespace',
      [service('type: NodePort, selector: {app: web}, ports: [{port: 8080}]').replace('shop', 'other')],
      [],
    ],
    [
      'an Ingress',
      [
        service(BEHIND),
        ingress(
          'rules: [{host: shop.example, http: {paths: [{path: /cart, backend: {service: {name: s, port: {number: 80}}}}]}}]',
        ),
      ],
      ['app shop.example/cart'],
    ],
    [
      'its default backend, by the name of the port',
      [service(BEHIND), ingress('defaultBackend: {service: {name: s, port: {name: web}}}')],
      ['app */'],
    ],
    [
      'an Ingress for another port',
      [service(BEHIND), ingress('defaultBackend: {service: {name: s, port: {number: 81}}}')],
      [],
    ],
    [
      'one to a Service that is not among the files',
      [service(BEHIND), ingress('defaultBackend: {service: {name: t, port: {number: 80}}}')],
      [],
    ],
    [
      'one of an old version',
      [
        service(BEHIND),
        ingress('rules: [{http: {paths: [{backend: {serviceName: s, servicePort: 80}}]}}]', 'extensions/v1beta1'),
      ],
      ['app */'],
    ],
  ])('%s', ([, objects, expected]) => {
    expect(routes(...objects)).toEqual(expected);
  });

  test('the line is that of the port of the Service', () => {
    const text = service('type: NodePort, selector: {app: db}, ports: [{port: 5432, nodePort: 30081}]').replace(
      'ports:',
      '\nports:\n',
    );
    const { subjects } = joinCluster([readObjects(PODS, 'pods.yaml'), readObjects(text, 'net.yaml')]);
    const db = subjects.find(({ name }) => name === 'db/db');
    const [route] = Posture.fold(db?.layers ?? []).family('network.routed.');
    expect(route?.[1].source).toMatchObject({
      path: 'net.yaml',
      line: 3,
      text: 'Service s: port: 5432 (type: NodePort)',
    });
  });
});
