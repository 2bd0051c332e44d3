// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { describe, expect, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import type { ReadOptions, ReadResult } from '../subject.ts';
import { type RunEngine, readRunLine } from './index.ts';

const FILES: Readonly<Record<string, string>> = {
  'profile.json': '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}',
  'broken.json': '{"defaultAction":',
  'app.env': '# comment\nMODE=prod\n\nTOKEN\n',
};

const OPTIONS: ReadOptions = {
  read: (path) => {
    const text = FILES[path];
    return text === undefined ? new Unknown('no such file') : { path, text };
  },
  exists: (path) => path in FILES,
  environment: {},
};

function read(line: string, engine: RunEngine = 'docker', options = OPTIONS): ReadResult {
  return readRunLine(line, { path: '<docker-run>', engine }, options);
}

/** All facts of the only subject, later statements over earlier ones; `?` for what is unknown. Those of the image are left out. */
function facts(result: ReadResult): Record<string, unknown> {
  expect(result.subjects).toHaveLength(1);
  const entries = result.subjects[0]?.layers.flatMap(({ statements }) =>
    statements.flatMap(({ facts }) => Object.entries(facts)),
  );
  const shown = (entries ?? []).filter(([key]) => !/^image\.(?:reference|registry|tag|digest)$/.test(key));
  return Object.fromEntries(shown.map(([key, value]) => [key, value instanceof Unknown ? '?' : value]));
}

const bind = (source: string, more = {}): object => ({ type: 'bind', source, readonly: false, ...more });
const volume = (source: string, more = {}): object => ({ type: 'volume', source, readonly: false, ...more });

describe('flags of docker', () => {
  test.for<[string, Record<string, unknown>]>([
    ['', {}],
    ['--privileged', { 'request.privileged': true }],
    ['--privileged=false', { 'request.privileged': false }],
    ['--privileged=true --privileged=0', { 'request.privileged': false }],
    ['--cap-add sys_admin', { 'request.capability.SYS_ADMIN': 'add' }],
    ['--cap-add=CAP_SYS_ADMIN', { 'request.capability.SYS_ADMIN': 'add' }],
    ['--cap-drop all --cap-add Net_Raw', { 'request.capability.ALL': 'drop', 'request.capability.NET_RAW': 'add' }],
    ['--security-opt seccomp=unconfined', { 'request.seccomp': { kind: 'unconfined' } }],
    ['--security-opt seccomp:unconfined', { 'request.seccomp': { kind: 'unconfined' } }],
    ['--security-opt seccomp=builtin', { 'request.seccomp': { kind: 'builtin' } }],
    ['--security-opt apparmor=unconfined', { 'request.apparmor': 'unconfined' }],
    ['--security-opt label=disable', { 'request.selinux': 'disabled' }],
    ['--security-opt label:disable', { 'request.selinux': 'disabled' }],
    [
      '--security-opt label=type:svirt_t --security-opt label=level:s0:c1,c2',
      { 'request.selinux': { type: 'svirt_t', level: 's0:c1,c2' } },
    ],
    ['--security-opt no-new-privileges', { 'request.no-new-privileges': true }],
    ['--security-opt no-new-privileges:true', { 'request.no-new-privileges': true }],
    ['--security-opt=no-new-privileges=false', { 'request.no-new-privileges': false }],
    ['--security-opt systempaths=unconfined', { 'request.system-paths-unmasked': true }],
    ['--security-opt writable-cgroups=true', { 'mount./sys/fs/cgroup': { type: 'cgroup', readonly: false } }],
    ['--pid host', { 'namespace.pid': 'host' }],
    ['--pid=host --pid=private', { 'namespace.pid': 'private' }],
    ['--pid container:db', { 'namespace.pid': '?' }],
    ['--ipc=host', { 'namespace.ipc': 'host' }],
    ['--ipc=shareable', { 'namespace.ipc': 'private' }],
    ['--ipc=container:x', { 'namespace.ipc': '?' }],
    ['--uts host', { 'namespace.uts': 'host' }],
    ['--cgroupns host', { 'namespace.cgroup': 'host' }],
    ['--userns host', { 'request.user-namespace': 'host' }],
    ['--net host', { 'request.network': 'host' }],
    ['--network none', { 'request.network': 'none' }],
    ['--network container:db', { 'request.network': 'container:db' }],
    ['--network name=front,alias=web --network back', { 'request.network': 'front,back' }],
    ['-p 80', { 'network.published.0.0.0.0:0/tcp': true }],
    ['-p80:8080', { 'network.published.0.0.0.0:80/tcp': true }],
    ['-p 127.0.0.1:53:53/udp', { 'network.published.127.0.0.1:53/udp': true }],
    ['-p [::1]:80:80', { 'network.published.[::1]:80/tcp': true }],
    ['-p 127.0.0.1::80', { 'network.published.127.0.0.1:0/tcp': true }],
    ['--publish 80-81:80-81', { 'network.published.0.0.0.0:80/tcp': true, 'network.published.0.0.0.0:81/tcp': true }],
    ['-p published=80,target=8080,protocol=udp', { 'network.published.0.0.0.0:80/udp': true }],
    ['-P', { 'network.published.?': '?' }],
    ['--add-host host.docker.internal:host-gateway', { 'network.host-gateway-alias': true }],
    ['--add-host db=10.0.0.1', {}],
    ['-v /:/host', { 'mount./host': bind('/') }],
    ['-v=/a:/b', { 'mount./b': bind('/a') }],
    ['-v/a:/b:ro,Z', { 'mount./b': bind('/a', { readonly: true }) }],
    ['-v /a:/b:rshared', { 'mount./b': bind('/a', { propagation: 'shared' }) }],
    ['-v /a//c/../d/:/b/', { 'mount./b': bind('/a/d') }],
    ['-v data:/b', { 'mount./b': volume('data') }],
    ['-v /b', { 'mount./b': { type: 'volume', readonly: false } }],
    ['-v ./src:/b', { 'mount./b': bind('./src') }],
    ['-v ~/.ssh:/b:ro', { 'mount./b': bind('~/.ssh', { readonly: true }) }],
    ['--mount type=bind,src=/a,dst=/b,readonly', { 'mount./b': bind('/a', { readonly: true }) }],
    ['--mount type=bind,source=/a,target=/b,ro=false', { 'mount./b': bind('/a') }],
    [
      '--mount type=bind,src=/a,dst=/b,ro,bind-recursive=readonly,bind-propagation=rslave',
      { 'mount./b': bind('/a', { readonly: true, recursiveReadonly: true, propagation: 'slave' }) },
    ],
    ['--mount src=data,dst=/b,volume-subpath=x', { 'mount./b': volume('data', { subpath: 'x' }) }],
    [
      `--mount 'type=volume,dst=/b,volume-driver=local,volume-opt=type=none,"volume-opt=o=bind,ro",volume-opt=device=/etc'`,
      { 'mount./b': bind('/etc') },
    ],
    ['--mount type=tmpfs,dst=/b,tmpfs-size=1m', { 'mount./b': { type: 'tmpfs', readonly: false, size: 1048576 } }],
    [
      '--tmpfs /run:rw,noexec,size=64k',
      { 'mount./run': { type: 'tmpfs', readonly: false, noexec: true, nosuid: true, nodev: true, size: 65536 } },
    ],
    ['--volumes-from db', { 'mount.?': '?' }],
    ['--read-only', { 'rootfs.readonly': true }],
    ['--use-api-socket', { 'mount./var/run/docker.sock': bind('/var/run/docker.sock') }],
    ['--device /dev/fuse', { 'device./dev/fuse': { type: 'unknown', hostPath: '/dev/fuse', access: 'rwm' } }],
    ['--device /dev/sda:r', { 'device./dev/sda': { type: 'unknown', hostPath: '/dev/sda', access: 'r' } }],
    ['--device /dev/sda:/dev/x:rw', { 'device./dev/x': { type: 'unknown', hostPath: '/dev/sda', access: 'rw' } }],
    ['--device vendor.com/gpu=all', { 'device.?': '?' }],
    [
      "--device-cgroup-rule 'c 1:* rw'",
      { 'request.device-rule.c 1:* rw': { allow: true, type: 'c', major: 1, access: 'rw' } },
    ],
    ['--gpus all', { 'request.gpus': 'all' }],
    ['-u 0:0', { 'request.user': '0:0' }],
    ['--user root', { 'request.user': 'root' }],
    ['--group-add docker --group-add 5', { 'request.group.docker': true, 'request.group.5': true }],
    ['--sysctl kernel.msgmax=1,2', { 'sysctl.kernel.msgmax': '1,2' }],
    ['-itd', { 'process.terminal': true }],
    ['-t=false', { 'process.terminal': false }],
    ['--runtime runsc', { 'request.runtime': 'runsc' }],
    ['-e A=b=c -e SECRET', { 'env.A': 'b=c', 'env.SECRET': '?' }],
    ['--env-file app.env', { 'env.MODE': 'prod', 'env.TOKEN': '?' }],
    ['--restart unless-stopped', { 'runtime.restart-policy': 'unless-stopped' }],
    ['-m 512m', { 'limit.memory': 512 * 1024 ** 2 }],
    ['--memory 1.5GiB --memory-swap -1', { 'limit.memory': 1.5 * 1024 ** 3, 'limit.memory-swap': 'none' }],
    ['--memory 0', { 'limit.memory': 'none' }],
    ['--pids-limit -1', { 'limit.pids': 'none' }],
    ['--pids-limit 100', { 'limit.pids': 100 }],
    ['--cpus .5', { 'limit.cpu': 0.5 }],
    ['--cpu-period 50000 --cpu-quota 25000', { 'limit.cpu': 0.5 }],
    ['--cpu-quota 25000', { 'limit.cpu': 0.25 }],
    ['--device-write-bps /dev/sda:1mb', { 'limit.io': '?' }],
    ['--ulimit nofile=1024:2048', { 'rlimit.nofile': { soft: 1024, hard: 2048 } }],
    ['--ulimit core=-1', { 'rlimit.core': { soft: 'unlimited', hard: 'unlimited' } }],
    ['--oom-kill-disable --oom-score-adj -500', { 'oom-kill-disabled': true, 'process.oom-score-adj': -500 }],
    ['--storage-opt size=1G', { 'limit.storage': 1024 ** 3 }],
    ['--shm-size 64m', { 'limit.shm': 64 * 1024 ** 2 }],
    ['--log-driver json-file', { 'runtime.log-driver': 'json-file' }],
    ['--log-opt max-size=10m --log-opt max-file=3', { 'limit.log': 30 * 1024 ** 2 }],
    ['--entrypoint /bin/sh', { 'process.argv': ['/bin/sh'] }],
    ['-w /app', { 'process.cwd': '/app' }],
    ['--cgroup-parent /x', { 'request.cgroup-parent': '/x' }],
    ['--pull always', { 'image.pull-policy': 'always' }],
    ['--platform linux/arm64', { platform: 'linux' }],
    ['--isolation hyperv', { platform: 'windows', 'sandbox.kind': 'hypervisor' }],
    ['--no-healthcheck', { 'image.healthcheck': false }],
    ['--init --rm --hostname h --label a=b --name n --sig-proxy=false', {}],
  ])('%s', ([flags, expected]) => {
    const result = read(`docker run ${flags} img`);
    expect(result.problems).toEqual([]);
    expect(facts(result)).toEqual(expected);
  });
});

describe('flags of podman and nerdctl', () => {
  test.for<[RunEngine, string, Record<string, unknown>]>([
    [
      'podman',
      '--cap-add SYS_ADMIN,NET_RAW',
      { 'request.capability.SYS_ADMIN': 'add', 'request.capability.NET_RAW': 'add' },
    ],
    ['podman', '--security-opt unmask=ALL', { 'request.system-paths-unmasked': true }],
    [
      'podman',
      '--security-opt unmask=/proc/acpi:/sys/firmware',
      {
        'masked./proc/acpi': false,
        'readonly-path./proc/acpi': false,
        'masked./sys/firmware': false,
        'readonly-path./sys/firmware': false,
      },
    ],
    ['podman', "--security-opt 'unmask=/proc/*'", { 'request.system-paths-unmasked': '?' }],
    ['podman', '--security-opt mask=/a:/b', { 'masked./a': true, 'masked./b': true }],
    ['podman', '--security-opt proc-opts=hidepid=2', {}],
    ['podman', '--userns keep-id:uid=1000', { 'request.user-namespace': 'keep-id' }],
    ['podman', '--userns ns:/proc/1/ns/user', { 'request.user-namespace': '?' }],
    [
      'podman',
      '--uidmap 0:1000:1 --uidmap 1:1:999',
      {
        'request.user-namespace': 'private',
        'user-namespace.uid-map': [
          { inside: 0, outside: 1000, size: 1 },
          { inside: 1, outside: 1, size: 999 },
        ],
      },
    ],
    ['podman', '--gidmap +g1:@2', { 'request.user-namespace': 'private', 'user-namespace.gid-map': '?' }],
    ['podman', '--subuidname me', { 'request.user-namespace': 'private', 'user-namespace.uid-map': '?' }],
    // The pod's namespaces hold only where the flags say nothing, wherever `--pod` stands.
    ['podman', '--ipc private --pod p', { 'request.network': 'pod', 'namespace.ipc': 'private', 'namespace.uts': '?' }],
    ['podman', '--pid ns:/proc/1/ns/pid', { 'namespace.pid': '?' }],
    ['podman', '--network slirp4netns:mtu=1500', { 'request.network': 'slirp4netns' }],
    ['podman', '--network a,b', { 'request.network': 'a,b' }],
    ['podman', '-v /a:/b:O', { 'mount./b': bind('/a', { readonly: true }) }],
    ['podman', '-v /a:/b:U,noexec,nodev', { 'mount./b': bind('/a', { noexec: true, nodev: true }) }],
    ['podman', '--mount type=bind,dst=/etc', { 'mount./etc': bind('/etc') }],
    [
      'podman',
      '--mount type=image,src=alpine,dst=/b',
      { 'mount./b': { type: 'image', source: 'alpine', readonly: true } },
    ],
    ['podman', '--secret key', { 'mount./run/secrets/key': { type: 'secret', source: 'key', readonly: true } }],
    ['podman', '--secret key,type=env,target=KEY', { 'env.KEY': '?' }],
    ['podman', '--systemd always', { 'mount./sys/fs/cgroup': { type: 'cgroup', readonly: false } }],
    ['podman', '--preserve-fds 3', { 'runtime.leaks-descriptors': true }],
    ['podman', '--ulimit host', { 'rlimit.?': '?' }],
    ['podman', '--runtime crun', { 'request.runtime': 'crun' }],
    ['podman', '--cgroups=disabled --memory 1g', { ...noLimits() }],
    ['podman', '--group-add keep-groups', { 'request.group.keep-groups': true }],
    [
      'nerdctl',
      '--security-opt privileged-without-host-devices --privileged',
      { 'device.*': 'default', 'request.privileged': true },
    ],
    ['nerdctl', '--verify cosign', { 'image.signature-verified': true }],
    ['nerdctl', '--cgroup-conf memory.max=1024,pids.max=max', { 'limit.memory': 1024, 'limit.pids': 'none' }],
  ])('%s %s', ([engine, flags, expected]) => {
    const result = read(`${engine} run ${flags} img`, 'docker');
    expect(result.problems).toEqual([]);
    expect(facts(result)).toEqual(expected);
  });
});

function noLimits(): Record<string, unknown> {
  const limits = ['memory', 'memory-swap', 'pids', 'cpu', 'io'];
  return Object.fromEntries(limits.map((limit) => [`limit.${limit}`, 'none']));
}

describe('what the shell fills in', () => {
  test.for<[string, Record<string, unknown>]>([
    ['-v "$PWD":/w:ro', { 'mount./w': '?' }],
    ['-v $HOME/x:/w', { 'mount./w': bind('~/x') }],
    ['-v $A:$B', { 'mount.?': '?' }],
    ['-v /a:/w:$MODE', { 'mount./w': '?' }],
    ['--mount type=bind,src=$(pwd),dst=/w', { 'mount./w': '?' }],
    ['--mount type=bind,src=/a,dst=$W', { 'mount.?': '?' }],
    ['--device $D', { 'device.?': '?' }],
    ['--device $D:/dev/x', { 'device./dev/x': '?' }],
    ['--user "$(id -u):0"', { 'request.user': '?' }],
    ['-e A=$A -e B=b', { 'env.A': '?', 'env.B': 'b' }],
    ['-p 127.0.0.1:80:$PORT', { 'network.published.127.0.0.1:80/tcp': true }],
    ['-p $PORT:80', { 'network.published.?': '?' }],
    ['--pid $PID', { 'namespace.pid': '?' }],
    ['--pid host --security-opt seccomp=$S', { 'namespace.pid': 'host', 'request.seccomp': '?' }],
    ['--memory ${M:-1g}', { 'limit.memory': '?' }],
  ])('%s', ([flags, expected]) => {
    const result = read(`docker run ${flags} img`);
    expect(result.problems).toEqual([]);
    expect(facts(result)).toEqual(expected);
  });

  test('an unknown capability leaves every capability open, but not those that were added', () => {
    const found = facts(read('docker run --cap-drop ALL --cap-add SYS_ADMIN --cap-add $C img'));
    expect(found).toMatchObject({
      'request.capability.SYS_ADMIN': 'add',
      'request.capability.NET_ADMIN': '?',
      'request.capability.ALL': '?',
    });
  });

  test('options in a variable leave every fact open that a later flag does not settle', () => {
    const result = read('docker run --privileged --user 1000 $OPTS --read-only img');
    expect(result.problems.map(({ code }) => code)).toEqual(['flags-not-known']);
    expect(facts(result)).toMatchObject({
      'request.privileged': true,
      'request.user': '?',
      'rootfs.readonly': true,
      'mount.?': '?',
      'namespace.pid': '?',
      'request.seccomp': '?',
    });
    expect(result.subjects[0]?.image).toBe('img');
  });

  test('variables that the user passes are known', () => {
    const options = { ...OPTIONS, environment: { W: '/srv', TOKEN: 't' } };
    expect(facts(read('docker run -v "$W":/w -e TOKEN img', 'docker', options))).toEqual({
      'mount./w': bind('/srv'),
      'env.TOKEN': 't',
    });
  });
});

describe('the line', () => {
  test.for<[string, string, string]>([
    ['run --privileged img', 'img', 'docker-run'],
    ['--privileged img', 'img', 'docker-run'],
    ['container create --privileged img', 'img', 'docker-run'],
    ['docker container run --privileged img', 'img', 'docker-run'],
    ['docker -H tcp://x --debug create --privileged img:1', 'img:1', 'docker-run'],
    ['/usr/bin/podman --log-level debug run --privileged img', 'img', 'podman-run'],
    ['sudo -u root env A=b nerdctl -n k8s.io run --privileged img', 'img', 'docker-run'],
    ['docker run --privileged -- img', 'img', 'docker-run'],
    ['docker run --privileged localhost:5000/a/b@sha256:00 -v /:/x', 'localhost:5000/a/b@sha256:00', 'docker-run'],
  ])('%s', ([line, image, artifact]) => {
    const [subject] = read(line).subjects;
    expect(subject).toMatchObject({ image, artifact });
    const keys = subject?.layers.flatMap(({ statements }) => statements.flatMap((one) => Object.keys(one.facts)));
    expect(keys).toContain('request.privileged');
    expect(keys).not.toContain('mount./x');
  });

  test('the image and its command', () => {
    const [subject] = read('docker run --name web ghcr.io/a/b:1 sh -c "echo hi"').subjects;
    expect(subject).toMatchObject({ id: '<docker-run>:1#web', name: 'web', engine: 'docker', kind: 'workload' });
    expect(subject?.layers.map(({ phase, statements }) => [phase, statements.map((one) => one.facts)])).toEqual([
      [
        'distribute',
        [
          {
            'image.reference': 'ghcr.io/a/b:1',
            'image.registry': 'ghcr.io',
            'image.tag': '1',
            'image.digest': 'none',
          },
        ],
      ],
      ['request', [{ 'process.argv': ['sh', '-c', 'echo hi'] }]],
    ]);
  });

  test('one statement a flag, at its words', () => {
    const line = 'docker run -it --cap-add SYS_ADMIN --pid=host img';
    const statements = read(line).subjects[0]?.layers.at(-1)?.statements ?? [];
    const at = statements.map(({ source }) => (source.kind === 'stated' ? [source.text, source.column] : []));
    expect(at).toEqual([
      ['-it', 12],
      ['--cap-add SYS_ADMIN', 16],
      ['--pid=host', 36],
    ]);
    for (const { source } of statements) {
      if (source.kind !== 'stated') continue;
      expect(line.slice(source.column - 1, (source.endColumn ?? 0) - 1)).toBe(source.text);
    }
  });

  test('a profile file is read, or the setting is unknown', () => {
    const named = (file: string): ReadResult => read(`docker run --security-opt seccomp=${file} img`);
    expect(facts(named('profile.json'))['request.seccomp']).toMatchObject({
      kind: 'profile',
      policy: { defaultAction: 'SCMP_ACT_ERRNO', groups: [{ names: ['read'] }] },
    });
    for (const [file, code] of [
      ['missing.json', 'seccomp-profile'],
      ['broken.json', 'seccomp-profile'],
    ] as const) {
      const result = named(file);
      expect(result.problems.map((problem) => problem.code)).toEqual([code]);
      expect(facts(result)).toEqual({ 'request.seccomp': '?' });
    }
  });

  test('a root directory is no image', () => {
    const [subject] = read('podman run --rootfs --privileged /srv/root sh').subjects;
    expect(subject?.image).toBeUndefined();
    expect(subject?.layers.map(({ phase }) => phase)).toEqual(['request']);
  });
});

describe('what is not understood', () => {
  test.for<[string, string, RegExp, Record<string, unknown>]>([
    ['docker run --privilegd img', 'unknown-flag', /--privileged/, { 'request.privileged': '?' }],
    ['docker run --hostnam x img', 'unknown-flag', /--hostname/, {}],
    ['docker run --uidmap 0:1:2 img', 'unknown-flag', /spelling/, { 'request.privileged': '?', 'mount.?': '?' }],
    ['docker run --pid hosst img', 'flag-value', /host/, { 'namespace.pid': '?' }],
    ['docker run --cap-add SYS_EVERYTHING img', 'unknown-capability', /ALL/, {}],
    ['docker run --cap-add SYS_ADMIN,NET_RAW img', 'unknown-capability', /ALL/, {}],
    ['docker run --privileged=maybe img', 'flag-value', /true or false/, { 'request.privileged': '?' }],
    ['docker run -v a:b img', 'flag-value', /help/, { 'mount.?': '?' }],
    ['docker run -v /a:/b:odd img', 'flag-value', /help/, { 'mount.?': '?' }],
    ['docker run --mount type=bind,dst=/b img', 'flag-value', /help/, { 'mount.?': '?' }],
    ['docker run --mount typ=bind,src=/a,dst=/b img', 'flag-value', /help/, { 'mount.?': '?' }],
    ['docker run --security-opt nonsense=1 img', 'flag-value', /seccomp/, { 'request.seccomp': '?' }],
    ['docker run --memory lots img', 'flag-value', /number/, { 'limit.memory': '?' }],
    ['docker run -p eighty:80 img', 'flag-value', /HOSTPORT/, { 'network.published.?': '?' }],
    ['docker run --env-file gone.env img', 'env-file-not-found', /beside/, { 'env.?': '?' }],
  ])('%s', ([line, code, hint, expected]) => {
    const result = read(line);
    expect(result.problems.map((problem) => problem.code)).toEqual([code]);
    expect(result.problems[0]?.hint).toMatch(hint);
    expect(result.problems[0]?.at).toMatchObject({ path: '<docker-run>', line: 1 });
    expect(facts(result)).toMatchObject(expected);
  });

  test.for([
    ['docker run --privileged', 'no-image'],
    ['docker run img --pid', undefined],
    ['docker run -v', 'missing-value'],
    ['docker ps', 'no-run-line'],
    ['', 'no-run-line'],
    ['docker run "img', 'shell-syntax'],
  ] as const)('%s', ([line, code]) => {
    const codes = read(line).problems.map((problem) => problem.code);
    if (code === undefined) expect(codes).toEqual([]);
    else expect(codes).toContain(code);
  });
});
