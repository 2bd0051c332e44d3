import { describe, expect, test } from 'vitest';
import { Unknown, type Value } from '../posture/index.ts';
import { type MountEntry, parseMountinfo } from './mountinfo.ts';
import { mountFacts, shmLimit } from './mounts.ts';

const ID = `${'c0ffee'.repeat(10)}abcd`;

const HOST = parseMountinfo(`
1 0 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
2 1 0:5 / /dev rw shared:2 - devtmpfs devtmpfs rw
3 1 0:6 / /proc rw shared:3 - proc proc rw
4 1 0:7 / /sys rw shared:4 - sysfs sysfs rw
5 4 0:8 / /sys/fs/cgroup rw shared:5 - cgroup2 cgroup2 rw,nsdelegate
6 1 0:9 / /run rw shared:6 - tmpfs tmpfs rw
7 1 8:2 / /home rw shared:7 - ext4 /dev/sda2 rw
8 1 0:40 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw
9 4 0:11 / /sys/kernel/debug rw - debugfs debugfs rw
`);

function facts(table: string, host: Value<readonly MountEntry[]> = HOST): Readonly<Record<string, unknown>> {
  return mountFacts({ own: parseMountinfo(table), host }) as Readonly<Record<string, unknown>>;
}

/** What Docker makes on a host with version 2 groups. */
const DOCKER = `
100 99 0:40 / / ro,relatime - overlay overlay rw,lowerdir=a
101 100 0:41 / /proc rw,nosuid,nodev,noexec - proc proc rw
102 100 0:42 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
103 102 0:43 / /dev/pts rw,nosuid,noexec - devpts devpts rw
104 100 0:44 / /sys ro,nosuid,nodev,noexec - sysfs sysfs ro
105 104 0:8 / /sys/fs/cgroup ro,nosuid,nodev,noexec - cgroup2 cgroup rw,nsdelegate
106 102 0:45 / /dev/shm rw,nosuid,nodev,noexec - tmpfs shm rw,size=65536k
107 100 8:1 /var/lib/docker/volumes/data/_data /data rw - ext4 /dev/sda1 rw
108 100 8:1 /var/lib/docker/containers/${ID}/hosts /etc/hosts rw - ext4 /dev/sda1 rw
109 100 8:2 /me/.ssh /keys ro,nosuid master:7 - ext4 /dev/sda2 rw
110 100 0:9 /docker.sock /run/docker.sock rw - tmpfs tmpfs rw
111 101 0:41 /sys /proc/sys ro,nosuid - proc proc rw
112 101 0:42 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw
113 101 0:46 / /proc/acpi ro - tmpfs tmpfs ro,size=0k
114 104 0:47 / /sys/firmware ro - tmpfs tmpfs ro,size=0k
115 102 0:5 /fuse /dev/fuse rw - devtmpfs devtmpfs rw
`;

describe('a container of Docker', () => {
  const seen = facts(DOCKER);
  test.each([
    ['rootfs.readonly', true],
    ['rootfs.propagation', 'private'],
    ['masked.*', false],
    ['masked./proc/kcore', true],
    ['masked./proc/acpi', true],
    ['masked./sys/firmware', true],
    ['readonly-path.*', false],
    ['readonly-path./proc/sys', true],
    // The file systems of containers lie on the host, too: that is no mount of the host.
    ['mount./', undefined],
    // Nodes are devices.
    ['mount./dev/fuse', undefined],
  ])('%s: %s', (key, value) => expect(seen[key]).toBe(value));

  test.each([
    ['/proc', { type: 'proc', readonly: false, noexec: true }],
    ['/sys', { type: 'sysfs', readonly: true }],
    ['/sys/fs/cgroup', { type: 'cgroup2', readonly: true, nosuid: true }],
    ['/dev', { type: 'tmpfs' }],
    ['/dev/shm', { type: 'tmpfs', size: 67108864 }],
    ['/data', { type: 'volume', source: 'data', readonly: false }],
    ['/etc/hosts', { type: 'engine-file' }],
    [
      '/keys',
      { type: 'bind', source: '/home/me/.ssh', readonly: true, nosuid: true, nodev: false, propagation: 'slave' },
    ],
    ['/run/docker.sock', { type: 'bind', source: '/run/docker.sock', readonly: false }],
  ])('mount at %s', (point, value) => expect(seen[`mount.${point}`]).toMatchObject(value));

  test('size of /dev/shm', () => expect(shmLimit(parseMountinfo(DOCKER))).toBe(67108864));
});

test.each([
  [
    'a part of a file system that the host does not show is no path of it',
    '2 1 9:9 /x /y rw - xfs d rw',
    { type: 'xfs' },
  ],
  ['a file that was deleted', '2 1 8:1 /tmp/f//deleted /y rw - ext4 d rw', { type: 'bind', source: '/tmp/f' }],
  ["the host's procfs elsewhere", '2 1 0:6 / /y rw - proc proc rw', { type: 'bind', source: '/proc' }],
  ['debugfs', '2 1 0:11 / /y rw - debugfs d rw', { type: 'bind', source: '/sys/kernel/debug' }],
  [
    'a volume of a pod',
    '2 1 8:1 /var/lib/kubelet/pods/1-2/volumes/kubernetes.io~projected/kube-api-access-x /y ro - ext4 d rw',
    { type: 'secret', source: 'kube-api-access-x' },
  ],
  ['a peer of the host', '2 1 8:2 / /y rw shared:7 - ext4 d rw', { propagation: 'shared' }],
  ['a peer of others', '2 1 8:2 / /y rw shared:77 - ext4 d rw', { propagation: 'private' }],
  ['a peer of others that receives', '2 1 8:2 / /y rw shared:77 master:7 - ext4 d rw', { propagation: 'slave' }],
])('%s', (_, line, value) => expect(facts(`1 0 0:90 / / rw - tmpfs t rw\n${line}`)['mount./y']).toMatchObject(value));

test('a sandbox that keeps the root of the host hands it in', () => {
  expect(facts('1 0 8:1 / / ro - ext4 d rw')['mount./']).toMatchObject({ type: 'bind', source: '/', readonly: true });
});

test('read-only at the top says nothing of what is mounted below: that stands by itself', () => {
  const seen = facts(
    '1 0 0:90 / / rw - tmpfs t rw\n2 1 8:1 / /host ro - ext4 d rw\n3 2 8:2 / /host/home rw - ext4 d rw',
  );
  expect(seen['mount./host']).toMatchObject({ readonly: true, recursiveReadonly: true });
  expect(seen['mount./host/home']).toMatchObject({ type: 'bind', source: '/home', readonly: false });
});

test('without a procfs everything of it is hidden; subset=pid hides all but processes', () => {
  expect(facts('1 0 0:90 / / rw - tmpfs t rw')).toMatchObject({ 'masked./proc': true, 'masked./sys': true });
  expect(facts('1 0 0:90 / / rw - tmpfs t rw\n2 1 0:91 / /proc rw - proc p rw,subset=pid')['masked./proc']).toBe(true);
});

test('a second procfs leaves open what masks of the first hide', () => {
  const seen = facts(`${DOCKER}116 100 0:41 / /other rw - proc proc rw\n`);
  expect(seen['masked./proc/kcore']).toBeInstanceOf(Unknown);
  expect(seen['readonly-path./proc/sys']).toBeInstanceOf(Unknown);
  expect(seen['masked./sys/firmware']).toBe(true);
});

test('a part of the sysfs of the host bound at the place that it has there is of the host', () => {
  const seen = facts(`${DOCKER}117 104 0:7 /fs/bpf /sys/fs/bpf rw - sysfs sysfs rw\n`);
  expect(seen['mount./sys/fs/bpf']).toMatchObject({ type: 'bind', source: '/sys/fs/bpf', readonly: false });
  expect(seen['readonly-path./sys/fs/bpf']).toBeUndefined();
});

test('what is writable again below a read-only part is not promised to be read-only', () => {
  const seen = facts(
    `${DOCKER}117 111 0:41 /sys/net /proc/sys/net rw - proc proc rw\n118 101 0:41 /irq /proc/irq rw - proc proc rw\n`,
  );
  expect(seen['readonly-path./proc/sys']).toBe(true);
  expect(seen['readonly-path./proc/sys/net']).toBeInstanceOf(Unknown);
  expect(seen['mount./proc/sys/net']).toMatchObject({ type: 'proc', readonly: false });
  expect(seen['readonly-path./proc/irq']).toBe(false);
});

test("where the host's table cannot be read, what a mount is of it stays unknown", () => {
  const seen = facts(DOCKER, new Unknown('not seen'));
  expect(seen['mount./keys']).toBeInstanceOf(Unknown);
  expect(seen['mount./proc']).toMatchObject({ type: 'proc' });
  expect(seen['masked./proc/kcore']).toBe(true);
});
