import { describe, expect, test } from 'vitest';
import { factsOf, readAll, webWith } from './fixtures/in-memory.ts';

/** What a service's keys state, without the facts that every service has. */
function stated(keys: string, rest = '', more: Readonly<Record<string, string>> = {}) {
  const result = readAll({ ...webWith(keys, rest), ...more });
  const facts = factsOf(result);
  for (const key of Object.keys(facts)) if (key.startsWith('image.') && key !== 'image.healthcheck') delete facts[key];
  if (facts['network.mode'] === 'bridge') for (const key of ['network.mode', 'namespace.net']) delete facts[key];
  return { facts, problems: result.problems.map(({ code, at }) => `${code}:${at.line}`) };
}

const UNKNOWN = (why: RegExp) => ({ unknown: expect.stringMatching(why) });

describe('what a key states', () => {
  test.for<readonly [string, Record<string, unknown>]>([
    ['privileged: true', { 'request.privileged': true }],
    ['privileged: "yes"', { 'request.privileged': true }],
    ['privileged: no', { 'request.privileged': false }],
    [
      'cap_add: [sys_admin, CAP_NET_RAW]',
      { 'request.capability.SYS_ADMIN': 'add', 'request.capability.NET_RAW': 'add' },
    ],
    ['cap_drop: [all]\ncap_add: [cap_chown]', { 'request.capability.ALL': 'drop', 'request.capability.CHOWN': 'add' }],
    ['cap_add: [NET_RAW]\ncap_drop: [NET_RAW]', { 'request.capability.NET_RAW': 'add' }],
    [
      'cap_add: [ALL, NET_RAW]\ncap_drop: [NET_RAW, ALL]',
      { 'request.capability.ALL': 'add', 'request.capability.NET_RAW': 'drop' },
    ],
    ['security_opt: ["seccomp:unconfined"]', { 'request.seccomp': { kind: 'unconfined' } }],
    ['security_opt: [seccomp=builtin]', { 'request.seccomp': { kind: 'builtin' } }],
    ['security_opt: ["apparmor:unconfined"]', { 'request.apparmor': 'unconfined' }],
    ['security_opt: ["label:disable"]', { 'request.selinux': 'disabled' }],
    ['security_opt: [disable]', { 'request.selinux': 'disabled' }],
    [
      'security_opt: ["label=type:a_t", "label:level:s0:c1,c2"]',
      { 'request.selinux': { type: 'a_t', level: 's0:c1,c2' } },
    ],
    ['security_opt: [no-new-privileges]', { 'request.no-new-privileges': true }],
    ['security_opt: ["no-new-privileges:true"]', { 'request.no-new-privileges': true }],
    ['security_opt: ["no-new-privileges:false"]', { 'request.no-new-privileges': false }],
    ['security_opt: [no-new-privileges=1]', { 'request.no-new-privileges': true }],
    ['security_opt: [systempaths=unconfined]', { 'request.system-paths-unmasked': true }],
    ['pid: host', { 'namespace.pid': 'host' }],
    ['ipc: shareable', { 'namespace.ipc': 'private' }],
    [
      'ipc: host\nuts: host\ncgroup: host',
      { 'namespace.ipc': 'host', 'namespace.uts': 'host', 'namespace.cgroup': 'host' },
    ],
    ['userns_mode: host', { 'request.user-namespace': 'host' }],
    [
      'network_mode: host\nports: ["80:80"]',
      { 'namespace.net': 'host', 'request.network': 'host', 'network.mode': 'host' },
    ],
    ['network_mode: none', { 'namespace.net': 'private', 'request.network': 'none', 'network.mode': 'none' }],
    ['ports: [80]', { 'network.published.0.0.0.0:0/tcp': true }],
    [
      'ports: ["80:80", "127.0.0.1:81:81/udp"]',
      { 'network.published.0.0.0.0:80/tcp': true, 'network.published.127.0.0.1:81/udp': true },
    ],
    ['ports: ["[::1]:80:80"]', { 'network.published.[::1]:80/tcp': true }],
    [
      'ports: ["8000-8001:80-81"]',
      { 'network.published.0.0.0.0:8000/tcp': true, 'network.published.0.0.0.0:8001/tcp': true },
    ],
    [
      'ports: [{target: 80, published: "90", host_ip: 10.0.0.1, protocol: udp}]',
      { 'network.published.10.0.0.1:90/udp': true },
    ],
    ['extra_hosts: ["a:1.2.3.4", "host.docker.internal:host-gateway"]', { 'network.host-gateway-alias': true }],
    ['extra_hosts: {h: host-gateway}', { 'network.host-gateway-alias': true }],
    ['volumes: ["/:/host:ro"]', { 'mount./host': { type: 'bind', source: '/', readonly: true } }],
    ['volumes: ["./a/../b/:/b/"]', { 'mount./b': { type: 'bind', source: './b', readonly: false } }],
    [
      'volumes: ["../up:/up:rshared,z"]',
      { 'mount./up': { type: 'bind', source: '../up', readonly: false, propagation: 'shared' } },
    ],
    ['volumes: ["~/.ssh:/ssh:ro"]', { 'mount./ssh': { type: 'bind', source: '~/.ssh', readonly: true } }],
    ['volumes: [/anonymous]', { 'mount./anonymous': { type: 'volume', readonly: false } }],
    ['volumes: ["C:\\\\data:/data:ro"]', { 'mount./data': { type: 'bind', source: 'C:\\data', readonly: true } }],
    [
      'volumes: [{type: bind, source: /etc, target: /e, read_only: true, bind: {propagation: rslave, recursive: readonly}}]',
      { 'mount./e': { type: 'bind', source: '/etc', readonly: true, propagation: 'slave', recursiveReadonly: true } },
    ],
    [
      'volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m}}]',
      { 'mount./t': { type: 'tmpfs', readonly: false, noexec: true, nosuid: true, nodev: true, size: 1048576 } },
    ],
    [
      'volumes: [{type: image, source: i, target: /i, image: {subpath: s}}]',
      { 'mount./i': { type: 'image', source: 'i', readonly: false, subpath: 's' } },
    ],
    [
      'tmpfs: "/run:exec,size=1k"',
      { 'mount./run': { type: 'tmpfs', readonly: false, nosuid: true, nodev: true, size: 1024 } },
    ],
    ['read_only: true', { 'rootfs.readonly': true }],
    [
      'use_api_socket: true',
      {
        'mount./var/run/docker.sock': { type: 'bind', source: '/var/run/docker.sock', readonly: false },
        'mount./run/secrets/docker/config.json': { type: 'secret', readonly: true },
      },
    ],
    [
      'devices: ["/dev/sda:/dev/x:r", /dev/kvm, "/dev/fuse:rw"]',
      {
        'device./dev/x': { type: 'unknown', hostPath: '/dev/sda', access: 'r' },
        'device./dev/kvm': { type: 'unknown', hostPath: '/dev/kvm', access: 'rwm' },
        'device./dev/fuse': { type: 'unknown', hostPath: '/dev/fuse', access: 'rw' },
      },
    ],
    [
      'devices: [{source: /dev/a, permissions: r}]',
      { 'device./dev/a': { type: 'unknown', hostPath: '/dev/a', access: 'r' } },
    ],
    ['devices: [nvidia.com/gpu=all]', { 'device.nvidia.com/gpu=all': UNKNOWN(/CDI/) }],
    [
      'device_cgroup_rules: ["c 1:* rw"]',
      { 'request.device-rule.c 1:* rw': { allow: true, type: 'c', major: 1, access: 'rw' } },
    ],
    ['gpus: all', { 'request.gpus': 'all' }],
    ['deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 2}]}}}', { 'request.gpus': '2' }],
    ['user: "0:0"', { 'request.user': '0:0' }],
    ['group_add: [docker]', { 'request.group.docker': true }],
    ['runtime: runsc', { 'request.runtime': 'runsc' }],
    ['cgroup_parent: /x', { 'request.cgroup-parent': '/x' }],
    ['sysctls: [net.core.somaxconn=1]', { 'sysctl.net.core.somaxconn': '1' }],
    ['sysctls: {net.core.somaxconn: 2}', { 'sysctl.net.core.somaxconn': '2' }],
    ['tty: true', { 'process.terminal': true }],
    ['environment: [A=1, "B=x=y"]', { 'env.A': '1', 'env.B': 'x=y' }],
    ['environment: {A: 1, B: ""}', { 'env.A': '1', 'env.B': '' }],
    ['environment: [A]', { 'env.A': UNKNOWN(/not set/) }],
    ['restart: always', { 'runtime.restart-policy': 'always' }],
    ['healthcheck: {disable: true}', { 'image.healthcheck': false }],
    ['healthcheck: {test: [NONE]}', { 'image.healthcheck': false }],
    [
      'mem_limit: 1.5g\ncpus: 0.5\npids_limit: -1',
      { 'limit.memory': 1610612736, 'limit.cpu': 0.5, 'limit.pids': 'none' },
    ],
    [
      'mem_limit: 1g\ndeploy: {resources: {limits: {memory: 10m, cpus: "2", pids: 5}}}',
      { 'limit.memory': 10485760, 'limit.cpu': 2, 'limit.pids': 5 },
    ],
    ['cpu_quota: 50000', { 'limit.cpu': 0.5 }],
    ['memswap_limit: -1\nshm_size: 64mb', { 'limit.memory-swap': 'none', 'limit.shm': 67108864 }],
    ['pids_limit: 0', {}],
    [
      'ulimits: {nproc: 5, nofile: {soft: 1, hard: -1}}',
      { 'rlimit.nproc': { soft: 5, hard: 5 }, 'rlimit.nofile': { soft: 1, hard: 'unlimited' } },
    ],
    [
      'logging: {driver: local, options: {max-size: 1m, max-file: "3"}}',
      { 'runtime.log-driver': 'local', 'limit.log': 3145728 },
    ],
    // As many files as a number cannot hold are no limit without end.
    [
      'logging: {driver: local, options: {max-size: 1m, max-file: "1e999"}}',
      { 'runtime.log-driver': 'local', 'limit.log': 1048576 },
    ],
    ['blkio_config: {device_write_bps: [{path: /dev/a, rate: 1k}]}', { 'limit.io': 1024 }],
    ['storage_opt: {size: 1G}', { 'limit.storage': 1073741824 }],
    ['oom_kill_disable: true\noom_score_adj: -500', { 'oom-kill-disabled': true, 'process.oom-score-adj': -500 }],
    [
      'post_start: [{command: a b, user: root, privileged: true}]',
      { 'exec.post_start.0': { privileged: true, user: 'root', argv: ['a b'] } },
    ],
    ['entrypoint: sh -c "a b"\ncommand: [x]', { 'process.argv': ['sh', '-c', 'a b', 'x'] }],
    ['command: x', {}],
    ['platform: windows/amd64\nisolation: hyperv', { platform: 'windows', 'sandbox.kind': 'hypervisor' }],
    ['x-privileged: true\nlabels: [a]\nexpose: [1]', {}],
    ['privileged:\npid:', {}],
  ])('%s', ([keys, facts]) => {
    expect(stated(keys)).toEqual({ facts, problems: [] });
  });

  const TOP = `
networks:
  inner: {internal: true}
  lan: {driver: macvlan}
  outer: {external: true}
  hosts: {external: true, name: host}
  mesh: {driver: overlay, driver_opts: {encrypted: ""}}
  near: {driver_opts: {com.docker.network.bridge.host_binding_ipv4: 127.0.0.1}}
volumes:
  data:
  disguised: {driver_opts: {type: none, o: "bind,ro", device: /etc}}
secrets:
  s: {file: ./s.txt}
  e: {environment: E}
configs:
  c: {file: ./c}
`;

  test.for<readonly [string, Record<string, unknown>]>([
    ['networks: [inner]', { 'namespace.net': 'private', 'network.mode': 'internal' }],
    ['networks: [lan, inner]', { 'namespace.net': 'private', 'network.mode': 'macvlan' }],
    ['networks: {outer: }', { 'namespace.net': 'private', 'network.mode': UNKNOWN(/external/) }],
    ['networks: [hosts]', { 'namespace.net': 'host', 'network.mode': 'host' }],
    ['networks: [mesh]', { 'namespace.net': 'private', 'network.mode': 'overlay', 'network.encrypted': true }],
    [
      'networks: [near]\nports: ["80:80", "1.2.3.4:81:81"]',
      { 'network.published.127.0.0.1:80/tcp': true, 'network.published.1.2.3.4:81/tcp': true },
    ],
    ['volumes: ["data:/d:ro"]', { 'mount./d': { type: 'volume', source: 'data', readonly: true } }],
    [
      'volumes: [{type: volume, source: data, target: /d, volume: {subpath: x}}]',
      { 'mount./d': { type: 'volume', source: 'data', readonly: false, subpath: 'x' } },
    ],
    ['volumes: ["disguised:/d"]', { 'mount./d': { type: 'bind', source: '/etc', readonly: true } }],
    [
      'secrets: [s, {source: e, target: /x/e}]',
      {
        'mount./run/secrets/s': { type: 'secret', source: './s.txt', readonly: true },
        'mount./x/e': { type: 'secret', readonly: true },
      },
    ],
    ['configs: [c]', { 'mount./c': { type: 'secret', source: './c', readonly: true } }],
  ])('%s, defined at the top', ([keys, facts]) => {
    expect(stated(keys, TOP)).toEqual({ facts, problems: [] });
  });
});

describe('what is not understood is told, and unknown', () => {
  test.for<readonly [string, string[], Record<string, unknown>]>([
    ['privileged: maybe', ['wrong-type:4'], { 'request.privileged': UNKNOWN(/not understood/) }],
    ['priviledged: true', ['unknown-key:4'], { 'request.privileged': UNKNOWN(/priviledged/) }],
    ['frobnicate: 1', ['unknown-key:4'], {}],
    ['cap_add: SYS_ADMIN', ['wrong-type:4'], { 'request.capability.ALL': UNKNOWN(/cap_add/) }],
    ['cap_add: [NOT_A_CAP]', ['unknown-capability:4'], { 'request.capability.ALL': UNKNOWN(/NOT_A_CAP/) }],
    ['pid: private', ['namespace-mode:4'], { 'namespace.pid': UNKNOWN(/private/) }],
    ['pid: service:gone', ['namespace-mode:4'], { 'namespace.pid': UNKNOWN(/gone/) }],
    ['pid: container:other', [], { 'namespace.pid': UNKNOWN(/not described/) }],
    ['userns_mode: odd', ['value-not-understood:4'], { 'request.user-namespace': UNKNOWN(/odd/) }],
    [
      'security_opt: ["systempaths:unconfined"]',
      ['value-not-understood:4'],
      { 'request.system-paths-unmasked': UNKNOWN(/systempaths/) },
    ],
    [
      'security_opt: [seccomp=gone.json]',
      ['seccomp-profile:4'],
      { 'request.seccomp': UNKNOWN(/gone\.json.*no such file/) },
    ],
    ['ports: ["a:b"]', ['port:4'], { 'network.published.?': UNKNOWN(/a:b/) }],
    ['volumes: ["aa:bb:cc:dd"]', ['volume:4'], { 'mount.?': UNKNOWN(/aa:bb:cc:dd/) }],
    ['volumes: ["nowhere:/d"]', ['undefined-volume:4'], { 'mount./d': UNKNOWN(/not defined/) }],
    ['volumes: ["/a:/b:odd"]', ['volume-option:4'], { 'mount./b': UNKNOWN(/option/) }],
    ['devices: [relative]', ['device:4'], { 'device.relative': UNKNOWN(/relative/) }],
    ['device_cgroup_rules: [x]', ['device-rule:4'], { 'request.device-rule.x': UNKNOWN(/not understood/) }],
    ['mem_limit: lots', ['wrong-type:4'], { 'limit.memory': UNKNOWN(/mem_limit/) }],
    ['ulimits: {core: x}', ['ulimit:4'], { 'rlimit.core': UNKNOWN(/not understood/) }],
    ['env_file: gone.env', ['env-file-unreadable:4'], { 'env.?': UNKNOWN(/gone\.env/) }],
    ['env_file: [{path: gone.env, required: false}]', [], {}],
    ['privileged: ${P}', [], { 'request.privileged': UNKNOWN(/\$\{P\} is not set/) }],
    ['privileged: ${P:?say it}', ['unset-variable:4'], { 'request.privileged': UNKNOWN(/\$\{P\} is not set/) }],
    ['user: ${U}:${G}', [], { 'request.user': UNKNOWN(/\$\{U\}, \$\{G\} is not set/) }],
    ['volumes: ["${D}:/data"]', [], { 'mount./data': UNKNOWN(/\$\{D\}/) }],
    ['ports: ["${PORT}:80"]', [], { 'network.published.0.0.0.0:${PORT}/tcp': UNKNOWN(/PORT/) }],
    ['security_opt: ["seccomp:${S}"]', [], { 'request.seccomp': UNKNOWN(/\$\{S\}/) }],
    ['mem_limit: ${M}', [], { 'limit.memory': UNKNOWN(/\$\{M\}/) }],
  ])('%s', ([keys, problems, facts]) => {
    expect(stated(keys)).toEqual({ facts, problems });
  });

  test('an unknown option of security_opt may have meant any of them', () => {
    const { facts, problems } = stated('security_opt: [frob=1]');
    expect(problems).toEqual(['security-option:4']);
    expect(facts).toMatchObject({ 'request.seccomp': UNKNOWN(/frob/), 'request.apparmor': UNKNOWN(/frob/) });
  });

  test('a hint names the nearest key', () => {
    expect(readAll(webWith('priviledged: true')).problems[0]?.hint).toBe('did you mean `privileged`?');
  });
});

describe('profiles and namespaces of others', () => {
  test('a profile file is read with its conditions', () => {
    const profile =
      '{"defaultAction":"SCMP_ACT_ERRNO","archMap":[],"syscalls":[{"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":18446744073709551615,"op":"SCMP_CMP_EQ"}],"excludes":{"caps":["CAP_SYS_ADMIN"]}}]}';
    expect(stated('security_opt: ["seccomp:p/s.json"]', '', { 'p/s.json': profile })).toMatchObject({
      problems: [],
      facts: {
        'request.seccomp': {
          kind: 'profile',
          policy: {
            groups: [
              { names: ['clone'], args: [{ value: 18446744073709551615n }], excludes: { caps: ['CAP_SYS_ADMIN'] } },
            ],
          },
        },
      },
    });
  });

  test.for([
    ['{', /not JSON/],
    ['[]', /not an object/],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[1],"action":"SCMP_ACT_ALLOW"}]}',
      /syscalls\[0\]\.names\[0\]/,
    ],
  ] as const)('a broken profile %s', ([text, why]) => {
    const { facts, problems } = stated('security_opt: [seccomp=s.json]', '', { 's.json': text });
    expect(problems).toEqual(['seccomp-profile:4']);
    expect(facts['request.seccomp']).toEqual(UNKNOWN(why));
  });

  const joined = (mode: string) =>
    readAll({
      'compose.yaml': `services:\n  web: {image: a, pid: "service:db", network_mode: "service:db"}\n  db: {image: b, container_name: d, ${mode}ports: ["5432:5432"]}\n  other: {image: c, ipc: "container:d"}\n`,
    });

  test('joining a private namespace shares it, both ways', () => {
    const result = joined('');
    expect(result.problems).toEqual([]);
    expect(factsOf(result)).toMatchObject({
      'namespace.pid': 'shared',
      'namespace.net': 'shared',
      'network.mode': 'bridge',
      'network.published.0.0.0.0:5432/tcp': true,
    });
    expect(factsOf(result, 'db')).toMatchObject({
      'namespace.pid': 'shared',
      'namespace.net': 'shared',
      'namespace.ipc': 'shared',
    });
    expect(factsOf(result, 'other')).toMatchObject({ 'namespace.ipc': 'shared' });
  });

  test('joining a service on the host’s namespaces reaches the host', () => {
    expect(factsOf(joined('pid: host, network_mode: host, '))).toMatchObject({
      'namespace.pid': 'host',
      'namespace.net': 'host',
      'network.mode': 'host',
    });
  });

  test('a circle of joins is told', () => {
    const result = readAll({
      'compose.yaml': 'services:\n  web: {image: a, pid: "service:db"}\n  db: {image: b, pid: "service:web"}\n',
    });
    expect(factsOf(result)['namespace.pid']).toEqual(UNKNOWN(/circle/));
    expect(result.problems.map(({ code }) => code)).toEqual(['namespace-mode', 'namespace-mode']);
  });

  test('volumes_from brings the mounts of the other', () => {
    const result = readAll({
      'compose.yaml': 'services:\n  web: {image: a, volumes_from: ["db:ro"]}\n  db: {image: b, volumes: ["/:/host"]}\n',
    });
    expect(factsOf(result)['mount./host']).toEqual({ type: 'bind', source: '/', readonly: true });
  });

  test('a named volume tells who shares it', () => {
    const result = readAll({
      'compose.yaml':
        'services:\n  web: {image: a, volumes: ["vol:/v"]}\n  db: {image: b, volumes: ["vol:/v"]}\nvolumes: {vol: }\n',
    });
    expect(factsOf(result)['mount./v']).toMatchObject({ sharedWith: ['db'] });
  });
});
