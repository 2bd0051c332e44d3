import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Posture, Unknown } from '../../posture/index.ts';
import type { ReadOptions } from '../subject.ts';
import { readInspect } from './index.ts';

const OPTIONS: ReadOptions = {
  read: (path) =>
    path === '/etc/profile.json' ? { path, text: '{"defaultAction":"SCMP_ACT_LOG"}' } : new Unknown('no such file'),
  exists: () => false,
  environment: {},
};

const read = (value: unknown) =>
  readInspect(typeof value === 'string' ? value : JSON.stringify(value, null, 4), 'inspect.json', OPTIONS);
const posture = (value: unknown) => Posture.fold(read(value).subjects[0]?.layers ?? []);

/** The shape of Docker 20.10 to 29 (moby api/types/container `InspectResponse`). */
function docker(host: object = {}, rest: object = {}) {
  return [
    {
      Id: 'f00dfeedcafe0123456789',
      Path: 'nginx',
      Args: ['-g', 'daemon off;'],
      Image: 'sha256:aa',
      Name: '/web',
      Platform: 'linux',
      MountLabel: '',
      ProcessLabel: '',
      AppArmorProfile: 'docker-default',
      HostConfig: {
        NetworkMode: 'bridge',
        Privileged: false,
        PidMode: '',
        IpcMode: 'private',
        UTSMode: '',
        UsernsMode: '',
        CgroupnsMode: 'private',
        SecurityOpt: null,
        CapAdd: null,
        CapDrop: null,
        Memory: 0,
        Runtime: 'runc',
        ...host,
      },
      Mounts: [],
      Config: { User: '', Tty: false, Env: ['PATH=/bin'], Image: 'nginx:1.27', WorkingDir: '/srv' },
      NetworkSettings: { Ports: {} },
      ...rest,
    },
  ];
}

const podman = (host: object = {}, rest: object = {}) =>
  docker(
    { CgroupMode: 'private', CgroupnsMode: undefined, Runtime: 'oci', PidMode: 'private', UTSMode: 'private', ...host },
    { OCIRuntime: 'crun', ImageName: 'docker.io/library/nginx:latest', BoundingCaps: ['CAP_CHOWN'], ...rest },
  );

describe('docker', () => {
  it('is a workload with its name, image and engine', () => {
    expect(read(docker()).subjects).toMatchObject([
      {
        id: 'inspect.json#web',
        kind: 'workload',
        name: 'web',
        artifact: 'docker-inspect',
        engine: 'docker',
        image: 'nginx:1.27',
      },
    ]);
    expect(read(docker()).problems).toEqual([]);
  });

  test.for([
    { when: 'privileged', host: { Privileged: true }, key: 'request.privileged', value: true },
    { when: 'not privileged, said so', host: {}, key: 'request.privileged', value: false },
    {
      when: 'capability added',
      host: { CapAdd: ['CAP_SYS_ADMIN'] },
      key: 'request.capability.SYS_ADMIN',
      value: 'add',
    },
    { when: 'all dropped', host: { CapDrop: ['ALL'] }, key: 'request.capability.ALL', value: 'drop' },
    { when: 'pid of the host', host: { PidMode: 'host' }, key: 'namespace.pid', value: 'host' },
    { when: 'pid of its own', host: {}, key: 'namespace.pid', value: 'private' },
    { when: 'ipc shareable', host: { IpcMode: 'shareable' }, key: 'namespace.ipc', value: 'private' },
    { when: 'cgroup namespace', host: { CgroupnsMode: 'host' }, key: 'namespace.cgroup', value: 'host' },
    { when: 'user namespace', host: { UsernsMode: 'host' }, key: 'request.user-namespace', value: 'host' },
    { when: 'network', host: { NetworkMode: 'host' }, key: 'request.network', value: 'host' },
    {
      when: 'seccomp',
      host: { SecurityOpt: ['seccomp=unconfined'] },
      key: 'request.seccomp',
      value: { kind: 'unconfined' },
    },
    {
      when: 'seccomp with a colon',
      host: { SecurityOpt: ['seccomp:unconfined'] },
      key: 'request.seccomp',
      value: { kind: 'unconfined' },
    },
    {
      when: 'no new privileges',
      host: { SecurityOpt: ['no-new-privileges'] },
      key: 'request.no-new-privileges',
      value: true,
    },
    {
      when: 'no new privileges off',
      host: { SecurityOpt: ['no-new-privileges:false'] },
      key: 'request.no-new-privileges',
      value: false,
    },
    { when: 'apparmor', host: { SecurityOpt: ['apparmor=mine'] }, key: 'request.apparmor', value: 'mine' },
    { when: 'label', host: { SecurityOpt: ['label=type:spc_t'] }, key: 'request.selinux', value: { type: 'spc_t' } },
    { when: 'label off', host: { SecurityOpt: ['label:disable'] }, key: 'request.selinux', value: 'disabled' },
    { when: 'read-only', host: { ReadonlyRootfs: true }, key: 'rootfs.readonly', value: true },
    { when: 'memory without limit', host: { Memory: 0 }, key: 'limit.memory', value: 'none' },
    { when: 'pids', host: { PidsLimit: 50 }, key: 'limit.pids', value: 50 },
    { when: 'pids without limit', host: { PidsLimit: -1 }, key: 'limit.pids', value: 'none' },
    { when: 'cores', host: { NanoCpus: 1500000000 }, key: 'limit.cpu', value: 1.5 },
    { when: 'quota', host: { NanoCpus: 0, CpuQuota: 25000, CpuPeriod: 50000 }, key: 'limit.cpu', value: 0.5 },
    {
      when: 'log size',
      host: { LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } } },
      key: 'limit.log',
      value: 31457280,
    },
    {
      when: 'ulimit',
      host: { Ulimits: [{ Name: 'nofile', Hard: -1, Soft: 10 }] },
      key: 'rlimit.nofile',
      value: { soft: 10, hard: 'unlimited' },
    },
    {
      when: 'device',
      host: { Devices: [{ PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rw' }] },
      key: 'device./dev/fuse',
      value: { type: 'unknown', hostPath: '/dev/fuse', access: 'rw' },
    },
    {
      when: 'device rule',
      host: { DeviceCgroupRules: ['c 42:* rmw'] },
      key: 'request.device-rule.c 42:* rmw',
      value: { allow: true, type: 'c', major: 42, access: 'rmw' },
    },
    { when: 'group', host: { GroupAdd: ['999'] }, key: 'request.group.999', value: true },
    {
      when: 'gateway alias',
      host: { ExtraHosts: ['host.docker.internal:host-gateway'] },
      key: 'network.host-gateway-alias',
      value: true,
    },
    {
      when: 'port',
      host: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } },
      key: 'network.published.0.0.0.0:8080/tcp',
      value: true,
    },
    {
      when: 'restart policy',
      host: { RestartPolicy: { Name: 'always' } },
      key: 'runtime.restart-policy',
      value: 'always',
    },
    {
      when: 'temporary file system',
      host: { Tmpfs: { '/t': 'size=1m,exec' } },
      key: 'mount./t',
      value: { type: 'tmpfs', readonly: false, nosuid: true, nodev: true, size: 1048576 },
    },
    { when: 'masked', host: { MaskedPaths: ['/proc/kcore'] }, key: 'masked./proc/kcore', value: true },
    { when: 'nothing masked', host: { MaskedPaths: [] }, key: 'masked./proc/kcore', value: false },
  ] as const)('$when', ({ host, key, value }) => {
    expect(posture(docker(host)).get(key)?.value).toEqual(value);
  });

  it('leaves to the engine what inspect does not say', () => {
    const seen = posture(docker({ MaskedPaths: null, CgroupnsMode: '', IpcMode: '' }));
    for (const key of [
      'masked./proc/kcore',
      'namespace.cgroup',
      'namespace.ipc',
      'request.seccomp',
      'request.user-namespace',
    ] as const) {
      expect(seen.get(key), key).toBeUndefined();
    }
  });

  test.for([
    {
      mount: {
        Type: 'bind',
        Source: '/var/run/docker.sock',
        Destination: '/var/run/docker.sock',
        Mode: '',
        RW: true,
        Propagation: 'rprivate',
      },
      key: 'mount./var/run/docker.sock',
      value: { type: 'bind', source: '/var/run/docker.sock', readonly: false, propagation: 'private' },
    },
    {
      mount: {
        Type: 'volume',
        Name: 'data',
        Source: '/var/lib/docker/volumes/data/_data',
        Destination: '/data',
        RW: false,
      },
      key: 'mount./data',
      value: { type: 'volume', source: 'data', readonly: true },
    },
  ] as const)('mount of type $mount.Type', ({ mount, key, value }) => {
    expect(posture(docker({}, { Mounts: [mount] })).get(key)?.value).toEqual(value);
  });

  it('keeps the place and the words of each statement', () => {
    const text = '[{"Name":"/a","Config":{},\n"HostConfig":{\n  "Privileged": true}}]';
    expect(posture(text).get('request.privileged')?.source).toEqual({
      kind: 'stated',
      path: 'inspect.json',
      line: 3,
      column: 4,
      endColumn: 21,
      text: 'HostConfig.Privileged: true',
    });
  });

  it('reads the seccomp profile that Docker stores as text', () => {
    const profile = { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }] };
    const value = posture(docker({ SecurityOpt: [`seccomp=${JSON.stringify(profile)}`] })).get(
      'request.seccomp',
    )?.value;
    expect(value).toMatchObject({
      kind: 'profile',
      policy: { defaultAction: 'SCMP_ACT_ERRNO', groups: [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }] },
    });
  });

  it('an option that is not understood is a problem', () => {
    expect(read(docker({ SecurityOpt: ['quantum=on'] })).problems).toMatchObject([{ code: 'unknown-option' }]);
  });

  it('the empty user is root', () => {
    expect(posture(docker()).known('request.user')).toBe('0');
  });

  it('does not know whose namespace another container is in: it may be the host’s', () => {
    expect(posture(docker({ PidMode: 'container:abc' })).get('namespace.pid')?.value).toBeInstanceOf(Unknown);
  });

  it('does not conclude from a path that Docker is rootless', () => {
    const seen = posture(docker({}, { ResolvConfPath: '/home/u/.local/share/docker/containers/x/resolv.conf' }));
    expect(seen.get('engine.rootless')?.value).toBeInstanceOf(Unknown);
  });
});

describe('podman', () => {
  it('is told by its own keys', () => {
    expect(read(podman()).subjects).toMatchObject([
      { artifact: 'podman-inspect', engine: 'podman', image: 'docker.io/library/nginx:latest' },
    ]);
  });

  it('takes the bounding set from BoundingCaps, not from the lists derived of it', () => {
    const seen = posture(podman({ CapAdd: ['CAP_NET_RAW'], CapDrop: ['CAP_KILL'] }));
    expect([seen.known('capability.bounding.CHOWN'), seen.known('capability.bounding.KILL')]).toEqual([true, false]);
    expect(seen.get('request.capability.NET_RAW')).toBeUndefined();
  });

  test.for([
    { when: 'no user namespace', host: { UsernsMode: '' }, rest: {}, key: 'request.user-namespace', value: 'host' },
    {
      when: 'user namespace',
      host: { UsernsMode: 'private', IDMappings: { UidMap: ['0:100000:65536'], GidMap: [] } },
      rest: {},
      key: 'user-namespace.uid-map',
      value: [{ inside: 0, outside: 100000, size: 65536 }],
    },
    {
      when: 'unmasked',
      host: { SecurityOpt: ['unmask=all'] },
      rest: {},
      key: 'request.system-paths-unmasked',
      value: true,
    },
    {
      when: 'profile by its path',
      host: { SecurityOpt: ['seccomp=/etc/profile.json'] },
      rest: {},
      key: 'request.seccomp',
      value: { kind: 'profile', policy: { defaultAction: 'SCMP_ACT_LOG', archMap: [], groups: [] } },
    },
    {
      when: 'rootless',
      host: {},
      rest: { ResolvConfPath: '/run/user/1000/containers/x/resolv.conf' },
      key: 'engine.rootless',
      value: true,
    },
    { when: 'runtime', host: {}, rest: {}, key: 'request.runtime', value: 'crun' },
    {
      when: 'limit',
      host: { Ulimits: [{ Name: 'RLIMIT_NPROC', Soft: 1, Hard: 2 }] },
      rest: {},
      key: 'rlimit.nproc',
      value: { soft: 1, hard: 2 },
    },
    {
      when: 'mount options',
      host: {},
      rest: {
        Mounts: [
          {
            Type: 'bind',
            Source: '/a',
            Destination: '/a',
            Options: ['nosuid', 'nodev', 'rbind'],
            RW: true,
            Propagation: 'rslave',
          },
        ],
      },
      key: 'mount./a',
      value: { type: 'bind', source: '/a', readonly: false, nosuid: true, nodev: true, propagation: 'slave' },
    },
  ] as const)('$when', ({ host, rest, key, value }) => {
    expect(posture(podman(host, rest)).get(key)?.value).toEqual(value);
  });

  it('a profile that cannot be had is unknown', () => {
    expect(posture(podman({ SecurityOpt: ['seccomp=/gone.json'] })).get('request.seccomp')?.value).toBeInstanceOf(
      Unknown,
    );
  });
});

describe('images and the rest', () => {
  const image = {
    Id: 'sha256:0123456789abcdef',
    RepoTags: ['app:1'],
    RepoDigests: [`app@sha256:${'a'.repeat(64)}`],
    Created: '2026-01-01T00:00:00Z',
    Config: { User: 'app', Env: ['TOKEN=x'], ExposedPorts: { '80/tcp': {} }, Labels: { a: 'b' } },
    RootFS: { Type: 'layers' },
  };

  it('reads an image', () => {
    const [subject] = read([image]).subjects;
    expect(subject).toMatchObject({ id: 'inspect.json#app:1', kind: 'image', name: 'app:1' });
    const seen = Posture.fold(subject?.layers ?? []);
    expect([
      seen.known('request.user'),
      seen.known('image.env.TOKEN'),
      seen.known('image.exposed-ports'),
      seen.known('image.digest'),
    ]).toEqual(['app', 'x', ['80/tcp'], `sha256:${'a'.repeat(64)}`]);
  });

  it('gives equal names different ids', () => {
    const [one] = docker();
    expect(read([one, one]).subjects.map((subject) => subject.id)).toEqual(['inspect.json#web', 'inspect.json#web~2']);
  });

  it('reads a container that was printed alone', () => {
    expect(read(docker()[0]).subjects).toHaveLength(1);
  });

  test.for([
    { when: 'nothing', value: [], code: 'empty' },
    { when: 'a network', value: [{ Name: 'bridge', Driver: 'bridge' }], code: 'unknown-kind' },
    { when: 'no JSON', value: '[{', code: 'yaml-syntax' },
  ])('$when is a problem', ({ value, code }) => {
    expect(read(value)).toMatchObject({ subjects: [], problems: [{ code }] });
  });
});

it('never throws', () => {
  const full = JSON.stringify([
    ...docker({
      Devices: [{ PathOnHost: '/a', PathInContainer: '/b' }],
      SecurityOpt: ['seccomp={}'],
      LogConfig: { Type: 'x', Config: {} },
      Ulimits: [{ Name: 'a', Soft: 1, Hard: 1 }],
    }),
    ...podman({}, { Mounts: [{ Destination: '/x' }] }),
  ]);
  const values = [...full.matchAll(/"[^"]*"(?!:)|\d+|true|false|null|\[[^[\]]*\]|\{[^{}]*\}/g)];
  const part = fc.constantFrom('{}', '[]', '""', '0', '-1', 'null', 'true', '{"a":[{}]}', '["x",[],{}]', '"\\u0000"');
  fc.assert(
    fc.property(fc.constantFrom(...values), part, (match, put) => {
      const result = read(full.slice(0, match.index) + put + full.slice(match.index + match[0].length));
      expect(result.subjects.length + result.problems.length).toBeGreaterThan(0);
    }),
    { seed: 11, numRuns: 500 },
  );
});
