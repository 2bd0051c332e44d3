import { describe, expect, test } from 'vitest';
import { type FactKey, Posture, Unknown } from '../../posture/index.ts';
import type { ReadResult, Subject } from '../subject.ts';
import { readKubernetes } from './index.ts';

/** A pod whose spec is given as lines without indentation; containers come last. */
function pod(spec: string, containers = '- name: app\n  image: shop'): string {
  const body = `${spec}\ncontainers:\n${containers}`.trim().replace(/^/gm, '  ');
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n${body}\n`;
}

function read(text: string): ReadResult {
  return readKubernetes(text, 'pod.yaml');
}

function subject(result: ReadResult, path: string): Subject {
  const found = result.subjects.find(({ id }) => id.endsWith(`/${path}`));
  if (found === undefined) throw new Error(`no ${path} among ${result.subjects.map(({ id }) => id).join(' ')}`);
  return found;
}

function value(result: ReadResult, path: string, key: string): unknown {
  const fact = Posture.fold(subject(result, path).layers).get(key as FactKey)?.value;
  return fact instanceof Unknown ? 'unknown' : fact;
}

const container = (fields: string): string => `- name: app\n  image: shop\n${fields.replace(/^/gm, '  ')}`;
const context = (fields: string): string => container(`securityContext:\n${fields.replace(/^/gm, '  ')}`);
const podContext = (fields: string): string => `securityContext:\n${fields.replace(/^/gm, '  ')}`;

describe('what one pod says of its container', () => {
  test.for<[when: string, text: string, key: string, then: unknown]>([
    ['privileged', pod('', context('privileged: true')), 'request.privileged', true],
    ['a YAML 1.1 word, as kubectl reads it', pod('', context('privileged: yes')), 'request.privileged', true],
    ['escalation refused', pod('', context('allowPrivilegeEscalation: false')), 'process.no-new-privileges', true],
    ['escalation allowed', pod('', context('allowPrivilegeEscalation: true')), 'process.no-new-privileges', false],
    ['nothing said of escalation', pod(''), 'process.no-new-privileges', undefined],
    ['pod completes container', pod(podContext('runAsUser: 7'), context('runAsGroup: 8')), 'process.uid', 7],
    ['container completes pod', pod(podContext('runAsUser: 7'), context('runAsGroup: 8')), 'process.gid', 8],
    [
      'container over pod',
      pod(podContext('runAsNonRoot: true'), context('runAsNonRoot: false')),
      'request.run-as-non-root',
      false,
    ],
    [
      'user of the container over that of the pod',
      pod(podContext('runAsUser: 7'), context('runAsUser: 0')),
      'request.user',
      '0',
    ],
    ['groups', pod(podContext('supplementalGroups: [5]\nfsGroup: 6')), 'request.group.6', true],
    ['groups not of the image', pod(podContext('supplementalGroupsPolicy: Strict')), 'request.groups-policy', 'strict'],
    [
      'seccomp of the pod',
      pod(podContext('seccompProfile: {type: RuntimeDefault}')),
      'request.seccomp',
      { kind: 'runtime-default' },
    ],
    [
      'seccomp of the container over that of the pod',
      pod(podContext('seccompProfile: {type: RuntimeDefault}'), context('seccompProfile: {type: Unconfined}')),
      'request.seccomp',
      { kind: 'unconfined' },
    ],
    [
      'a profile file of the node',
      pod('', context('seccompProfile: {type: Localhost, localhostProfile: a.json}')),
      'request.seccomp',
      'unknown',
    ],
    [
      'AppArmor field',
      pod('', context('appArmorProfile: {type: Localhost, localhostProfile: web}')),
      'request.apparmor',
      'web',
    ],
    ['SELinux', pod(podContext('seLinuxOptions: {type: spc_t}')), 'request.selinux', { type: 'spc_t' }],
    [
      'SELinux label replaced as a whole',
      pod(podContext('seLinuxOptions: {type: spc_t}'), context('seLinuxOptions: {level: s0}')),
      'request.selinux',
      { level: 's0' },
    ],
    ['procMount', pod('', context('procMount: Unmasked')), 'request.system-paths-unmasked', true],
    [
      'capability in another case',
      pod('', context('capabilities: {add: [sys_admin]}')),
      'request.capability.SYS_ADMIN',
      'add',
    ],
    [
      'prefix that only CRI-O takes',
      pod('', context('capabilities: {drop: [CAP_NET_RAW]}')),
      'request.capability.NET_RAW',
      'unknown',
    ],
    ['all dropped', pod('', context('capabilities: {drop: [all]}')), 'request.capability.ALL', 'drop'],
    [
      'added and dropped: the drop comes last',
      pod('', context('capabilities: {drop: [KILL], add: [KILL]}')),
      'request.capability.KILL',
      'drop',
    ],
    ['HostProcess', pod('', context('windowsOptions: {hostProcess: true}')), 'kubernetes.host-process', true],
    ['Windows by os', pod('os: {name: windows}'), 'platform', 'windows'],
    ['Windows by node label', pod('nodeSelector: {kubernetes.io/os: windows}'), 'platform', 'windows'],
    ['sysctl', pod(podContext('sysctls: [{name: kernel.msgmax, value: "65536"}]')), 'sysctl.kernel.msgmax', '65536'],
    ['host PID namespace', pod('hostPID: true'), 'namespace.pid', 'host'],
    [
      'host PID namespace beside sharing refused',
      pod('hostPID: true\nshareProcessNamespace: false'),
      'namespace.pid',
      'host',
    ],
    ['host network', pod('hostNetwork: true'), 'network.mode', 'host'],
    ['user namespace', pod('hostUsers: false'), 'request.user-namespace', 'private'],
    ['hostUsers stated true', pod('hostUsers: true'), 'request.user-namespace', 'host'],
    ['runtime class', pod('runtimeClassName: gvisor'), 'request.runtime', 'gvisor'],
    [
      'tolerations',
      pod('tolerations: [{operator: Exists}, {key: a, value: b, effect: NoSchedule}]'),
      'kubernetes.tolerations',
      ['*', 'a=b:NoSchedule'],
    ],
    ['memory limit', pod('', container('resources: {limits: {memory: 64Mi}}')), 'limit.memory', 64 * 2 ** 20],
    ['processor limit', pod('', container('resources: {limits: {cpu: 250m}}')), 'limit.cpu', 0.25],
    ['limit that is none', pod('', container('resources: {limits: {memory: "0"}}')), 'limit.memory', 'none'],
    ['limit that is no quantity', pod('', container('resources: {limits: {memory: 64MB}}')), 'limit.memory', 'unknown'],
    ['limit of the whole pod', pod('resources: {limits: {memory: 1Gi}}'), 'limit.memory', 2 ** 30],
    ['requests are no limits', pod('', container('resources: {requests: {memory: 64Mi}}')), 'limit.memory', undefined],
    [
      'host port',
      pod('', container('ports: [{containerPort: 80, hostPort: 8080}]')),
      'network.published.0.0.0.0:8080/tcp',
      true,
    ],
    [
      'host port on one address',
      pod('', container('ports: [{containerPort: 53, hostPort: 53, hostIP: 127.0.0.1, protocol: UDP}]')),
      'network.published.127.0.0.1:53/udp',
      true,
    ],
    [
      'container port alone',
      pod('', container('ports: [{containerPort: 80}]')),
      'network.published.0.0.0.0:80/tcp',
      undefined,
    ],
    [
      'container port with the host’s network',
      pod('hostNetwork: true', container('ports: [{containerPort: 80}]')),
      'network.published.0.0.0.0:80/tcp',
      true,
    ],
    ['literal variable', pod('', container('env: [{name: A, value: b}]')), 'env.A', 'b'],
    [
      'variable from a Secret',
      pod('', container('env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]')),
      'env.A',
      'unknown',
    ],
    [
      'probe of another host',
      pod('', container('livenessProbe: {httpGet: {host: 10.0.0.1, port: 80}}')),
      'kubernetes.host-probe',
      true,
    ],
    [
      'hook of another host',
      pod('', container('lifecycle: {preStop: {tcpSocket: {host: 10.0.0.1, port: 80}}}')),
      'kubernetes.host-probe',
      true,
    ],
    ['probe of itself', pod('', container('livenessProbe: {httpGet: {port: 80}}')), 'kubernetes.host-probe', undefined],
    [
      'exec probe',
      pod('', container('livenessProbe: {exec: {command: [cat, /ok]}}')),
      'exec.livenessProbe',
      { privileged: false, argv: ['cat', '/ok'] },
    ],
    ['tag', pod('', '- name: app\n  image: ghcr.io/a/b:1'), 'image.tag', '1'],
    ['digest absent', pod('', '- name: app\n  image: ghcr.io/a/b:1'), 'image.digest', 'none'],
    ['terminal', pod('', container('tty: true')), 'process.terminal', true],
    ['command', pod('', container('command: [sh]\nargs: [-c, ls]')), 'process.argv', ['sh', '-c', 'ls']],
    ['token by default', pod(''), 'kubernetes.service-account-token', true],
    ['token switched off', pod('automountServiceAccountToken: false'), 'kubernetes.service-account-token', false],
    [
      'no token, no mount',
      pod('automountServiceAccountToken: false'),
      'mount./var/run/secrets/kubernetes.io/serviceaccount',
      'none',
    ],
    [
      'token of an account that is not among the files',
      pod('serviceAccountName: build'),
      'kubernetes.service-account-token',
      'unknown',
    ],
    [
      'token projected by hand although the automatic one is off',
      pod(
        'automountServiceAccountToken: false\nvolumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token}}]}}]',
        container('volumeMounts: [{name: t, mountPath: /token}]'),
      ),
      'kubernetes.service-account-token',
      true,
    ],
  ])('%s', ([, text, key, then]) => {
    const result = read(text);
    expect(value(result, 'container/app', key)).toEqual(then);
  });
});

describe('mounts', () => {
  const mounted = (volume: string, mount = ''): unknown =>
    value(
      read(
        pod(`volumes:\n- {name: v, ${volume}}`, container(`volumeMounts: [{name: v, mountPath: /data/, ${mount}}]`)),
      ),
      'container/app',
      'mount./data',
    );

  test.for<[when: string, volume: string, mount: string, then: object | string]>([
    ['hostPath', 'hostPath: {path: /var/run/}', '', { type: 'bind', source: '/var/run', readonly: false }],
    ['hostPath read-only', 'hostPath: {path: /}', 'readOnly: true', { type: 'bind', source: '/', readonly: true }],
    [
      'sub path of a hostPath',
      'hostPath: {path: /var}',
      'subPath: log',
      { type: 'bind', source: '/var/log', readonly: false, subpath: 'log' },
    ],
    ['sub path with an unknown variable', 'hostPath: {path: /var}', 'subPathExpr: $(WHO)', 'unknown'],
    [
      'propagation to the host',
      'hostPath: {path: /a}',
      'mountPropagation: Bidirectional',
      { type: 'bind', source: '/a', readonly: false, propagation: 'shared' },
    ],
    [
      'propagation from the host',
      'hostPath: {path: /a}',
      'mountPropagation: HostToContainer',
      { type: 'bind', source: '/a', readonly: false, propagation: 'slave' },
    ],
    [
      'sub-mounts read-only too',
      'hostPath: {path: /a}',
      'readOnly: true, recursiveReadOnly: Enabled',
      { type: 'bind', source: '/a', readonly: true, recursiveReadonly: true },
    ],
    ['emptyDir', 'emptyDir: {}', '', { type: 'volume', source: 'v', readonly: false }],
    ['emptyDir without a value', 'emptyDir: ', '', { type: 'volume', source: 'v', readonly: false }],
    [
      'memory',
      'emptyDir: {medium: Memory, sizeLimit: 1Ki}',
      '',
      { type: 'tmpfs', source: 'v', readonly: false, size: 1024 },
    ],
    ['secret', 'secret: {secretName: s}', '', { type: 'secret', source: 'v', readonly: true }],
    ['configMap', 'configMap: {name: c}', '', { type: 'configmap', source: 'v', readonly: true }],
    ['claim', 'persistentVolumeClaim: {claimName: c}', '', { type: 'volume', source: 'c', readonly: false }],
    ['nfs', 'nfs: {server: n, path: /x, readOnly: true}', '', { type: 'nfs', source: 'n:/x', readonly: true }],
    ['image', 'image: {reference: r}', '', { type: 'image', source: 'v', readonly: true }],
    ['another kind', 'rbd: {image: i}', '', { type: 'rbd', source: 'v', readonly: false }],
    ['a kind that does not exist', 'hostpath: {path: /}', '', 'unknown'],
  ])('%s', ([, volume, mount, then]) => {
    expect(mounted(volume, mount)).toEqual(then);
  });

  test('a volume that another container mounts too is shared with it', () => {
    const text = pod(
      'volumes: [{name: v}]',
      '- {name: a, volumeMounts: [{name: v, mountPath: /v}]}\n- {name: b, volumeMounts: [{name: v, mountPath: /v}]}',
    );
    expect(value(read(text), 'container/a', 'mount./v')).toMatchObject({ sharedWith: ['b'] });
  });

  test('a mount names its place and that of the volume', () => {
    const text = pod(
      'volumes:\n- name: v\n  hostPath: {path: /}',
      container('volumeMounts:\n- name: v\n  mountPath: /h'),
    );
    const fact = Posture.fold(subject(read(text), 'container/app').layers).get('mount./h');
    expect(fact?.source).toMatchObject({ line: 15, text: 'mountPath: /h (hostPath /)', via: [{ line: 8 }] });
  });

  test('a claim template of a StatefulSet is a volume, any other unknown name is a problem', () => {
    const template =
      'template: {spec: {containers: [{name: app, volumeMounts: [{name: d, mountPath: /d}, {name: x, mountPath: /x}]}]}}';
    const text = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  volumeClaimTemplates: [{metadata: {name: d}}]\n  ${template}\n`;
    const result = read(text);
    expect(value(result, 'container/app', 'mount./d')).toEqual({ type: 'volume', source: 'd', readonly: false });
    expect(value(result, 'container/app', 'mount./x')).toBe('unknown');
    expect(result.problems.map(({ code }) => code)).toEqual(['unknown-volume']);
  });
});

describe('several containers', () => {
  const several = pod(
    'initContainers:\n- name: setup\n  securityContext: {privileged: true}\n- name: proxy\n  restartPolicy: Always\nephemeralContainers:\n- name: debug\n  targetContainerName: app',
    '- name: app\n- name: log\n  securityContext: {runAsUser: 0}',
  );

  test('each is a subject', () => {
    expect(read(several).subjects.map(({ id }) => id)).toEqual([
      'pod.yaml#Pod/shop/web/container/app',
      'pod.yaml#Pod/shop/web/container/log',
      'pod.yaml#Pod/shop/web/init/setup',
      'pod.yaml#Pod/shop/web/init/proxy',
      'pod.yaml#Pod/shop/web/ephemeral/debug',
    ]);
  });

  test.for<[when: string, path: string, key: string, then: unknown]>([
    ['the init container’s fault is its own', 'init/setup', 'request.privileged', true],
    ['and not the main one’s', 'container/app', 'request.privileged', undefined],
    ['the second container is examined', 'container/log', 'process.uid', 0],
    ['the containers share the network', 'container/app', 'namespace.net', 'shared'],
    ['a debugger joins its target', 'ephemeral/debug', 'namespace.pid', 'shared'],
    ['a sidecar runs on', 'init/proxy', 'runtime.restart-policy', 'always'],
  ])('%s', ([, path, key, then]) => {
    expect(value(read(several), path, key)).toEqual(then);
  });

  test('a debugger in a pod of the node’s processes joins those', () => {
    const debug = 'hostPID: true\nephemeralContainers:\n- name: debug\n  targetContainerName: app';
    expect(value(read(pod(debug)), 'ephemeral/debug', 'namespace.pid')).toBe('host');
  });

  test('a container alone shares nothing', () => {
    expect(value(read(pod('')), 'container/app', 'namespace.net')).toBeUndefined();
  });

  test('the host’s network leaves the UTS namespace to the engine', () => {
    const result = read(pod('hostNetwork: true', '- name: app\n- name: log'));
    expect(value(result, 'container/app', 'namespace.net')).toBe('host');
    expect(value(result, 'container/app', 'namespace.uts')).toBeUndefined();
  });
});

describe('what the API does not know', () => {
  test.for<[when: string, text: string, message: RegExp, hint: RegExp, doubt: string]>([
    [
      'misspelled',
      pod('', context('priviliged: true')),
      /`priviliged` is not a field of the container’s securityContext/,
      /`privileged`/,
      'request.privileged',
    ],
    ['in another case', pod('hostpid: true'), /`hostpid` is not a field of the pod spec/, /`hostPID`/, 'namespace.pid'],
    [
      'of a container, at the pod',
      pod(podContext('capabilities: {drop: [ALL]}')),
      /`capabilities` .* the pod’s securityContext/,
      /each container/,
      'request.capability.ALL',
    ],
    [
      'outside the securityContext',
      pod('', container('runAsUser: 5')),
      /`runAsUser` is not a field of a container/,
      /into `securityContext:`/,
      'process.uid',
    ],
    [
      'of a wrong type',
      pod('', context('privileged: "true"')),
      /expected true or false/,
      /true or false/,
      'request.privileged',
    ],
    [
      'a list that is none',
      pod('', context('capabilities: {drop: ALL}')),
      /expected a list/,
      /list/,
      'request.capability.ALL',
    ],
    [
      'a context that is none',
      pod('', container('securityContext: [privileged]')),
      /expected a mapping/,
      /mapping/,
      'request.privileged',
    ],
  ])('%s', ([, text, message, hint, doubt]) => {
    const result = read(text);
    expect(result.problems).toHaveLength(1);
    expect(result.problems[0]?.message).toMatch(message);
    expect(result.problems[0]?.hint).toMatch(hint);
    expect(value(result, 'container/app', doubt)).toBe('unknown');
  });

  test('a field of the pod’s context, in a container', () => {
    const { problems } = read(pod('', context('fsGroup: 5')));
    expect(problems).toMatchObject([{ code: 'unknown-key', hint: expect.stringMatching(/spec.securityContext/) }]);
  });

  test('a capability that does not exist', () => {
    const { problems } = read(pod('', context('capabilities: {add: [SYS_ADMN]}')));
    expect(problems).toMatchObject([{ code: 'unknown-capability', at: { path: 'pod.yaml', line: 11 } }]);
  });
});

test('a stated uid has the last word over the promise that it is not 0', () => {
  const { layers } = subject(read(pod(podContext('runAsUser: 7'), context('runAsNonRoot: true'))), 'container/app');
  const keys = layers.flatMap(({ statements }) => statements.flatMap(({ facts }) => Object.keys(facts)));
  expect(keys.indexOf('request.run-as-non-root')).toBeLessThan(keys.indexOf('process.uid'));
  expect(keys).toContain('request.run-as-non-root');
});

test('a statement has the place of its line and the line’s words', () => {
  const fact = Posture.fold(subject(read(pod('', context('privileged: true'))), 'container/app').layers).get(
    'request.privileged',
  );
  expect(fact).toMatchObject({
    phase: 'request',
    source: { kind: 'stated', path: 'pod.yaml', line: 11, column: 7, endColumn: 23, text: 'privileged: true' },
  });
});

test('AppArmor annotations are the container’s own', () => {
  const name = 'container.apparmor.security.beta.kubernetes.io/app';
  const text = pod('', '- name: app\n- name: log').replace(
    'namespace: shop',
    `namespace: shop\n  annotations: {${name}: unconfined}`,
  );
  expect(value(read(text), 'container/app', 'request.apparmor')).toBe('unconfined');
  expect(value(read(text), 'container/log', 'request.apparmor')).toBeUndefined();
});

describe('suppressions', () => {
  const text = `# cofferdam: ignore host-pid-namespace node exporter (until 2027-01-31)
${pod('hostPID: true', '- name: app # cofferdam: ignore rootfs-writable writes its cache\n- name: log')}`.replace(
    'namespace: shop',
    'namespace: shop\n  annotations: {cofferdam.dev/ignore: "no-cpu-limit batch; no-io-limit batch too"}',
  );

  test('of the object, of one container, by annotation', () => {
    const result = read(text);
    const told = (path: string) =>
      subject(result, path).suppressions.map(({ vector, reason, until }) => [vector, reason, until]);
    const shared = [
      ['host-pid-namespace', 'node exporter', '2027-01-31'],
      ['no-cpu-limit', 'batch', undefined],
      ['no-io-limit', 'batch too', undefined],
    ];
    expect(told('container/app')).toEqual([...shared, ['rootfs-writable', 'writes its cache', undefined]]);
    expect(told('container/log')).toEqual(shared);
  });
});

test.each(['constructor', '__proto__', 'toString'])(
  'a flag by the name of a method (%s) is of the wrong type',
  (word) => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n  securityContext: { runAsNonRoot: ${word} }\n  containers: [{ name: c, image: i }]`;
    const { subjects, problems } = readKubernetes(text, 'pod.yaml');
    expect(problems.map(({ code }) => code)).toEqual(['wrong-type']);
    const values = subjects[0]?.layers.flatMap((layer) =>
      layer.statements.flatMap(({ facts }) => facts['request.run-as-non-root'] ?? []),
    );
    expect(values?.every((value) => value instanceof Unknown)).toBe(true);
  },
);
