import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBelow, isReadonly, parseMountinfo, visibleMounts } from './mountinfo.ts';

const points = (text: string) => visibleMounts(parseMountinfo(text)).map((mount) => `${mount.id} ${mount.point}`);

test('a line of the kernel is taken apart', () => {
  const [mount] = parseMountinfo(
    '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue\n',
  );
  expect(mount).toEqual({
    id: 36,
    parent: 35,
    device: '98:0',
    root: '/mnt1',
    point: '/mnt2',
    options: ['rw', 'noatime'],
    shared: 7,
    master: 1,
    unbindable: false,
    type: 'ext3',
    source: '/dev/root',
    superOptions: ['rw', 'errors=continue'],
  });
});

test.each([
  ['without optional fields', '1 0 0:1 / / rw - tmpfs tmpfs rw', { shared: undefined, type: 'tmpfs' }],
  [
    'escapes',
    '1 0 0:1 /a\\040b /c\\134d\\011e rw - fuse.x a\\043b rw',
    { root: '/a b', point: '/c\\d\te', source: 'a#b' },
  ],
  ['a source that is a dash', '1 0 0:1 / / rw shared:3 - tmpfs - rw', { type: 'tmpfs', source: '-', shared: 3 }],
  ['unbindable', '1 0 0:1 / / rw unbindable - tmpfs t rw', { unbindable: true }],
])('%s', (_, line, parts) => {
  expect(parseMountinfo(line)[0]).toMatchObject(
    Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)),
  );
  expect(parseMountinfo(line)[0]?.shared).toBe('shared' in parts ? parts.shared : undefined);
});

test('a mount is read-only by itself or by its file system', () => {
  const flags = ['ro - a b rw', 'rw - a b ro', 'rw - a b rw'].map((rest) => parseMountinfo(`1 0 0:1 / / ${rest}`)[0]);
  expect(flags.map((mount) => mount && isReadonly(mount))).toEqual([true, true, false]);
});

test('what is mounted last on a point is what is seen there', () => {
  expect(
    points('1 0 0:1 / / rw - a a rw\n2 1 0:2 / /x rw - a a rw\n3 2 0:3 / /x rw - a a rw\n4 3 0:4 / /x rw - a a rw'),
  ).toEqual(['1 /', '4 /x']);
});

test('a mount above covers what hung below, and shows what hangs on it', () => {
  const text = [
    '1 0 0:1 / / rw - a a rw',
    '2 1 0:2 / /a/b rw - a a rw',
    '3 1 0:3 / /a rw - a a rw',
    '4 3 0:4 / /a/c rw - a a rw',
    '5 2 0:5 / /a/b/d rw - a a rw',
  ].join('\n');
  expect(points(text)).toEqual(['1 /', '3 /a', '4 /a/c']);
});

test('a root stacked on the root of another keeps its own mounts', () => {
  const text =
    '1 0 0:1 / / rw - rootfs r rw\n2 1 0:2 / / rw - ext4 r rw\n3 2 0:3 / /proc rw - proc p rw\n4 1 0:4 / /dev rw - d d rw';
  expect(points(text)).toEqual(['2 /', '3 /proc']);
});

test('tables made by nobody end, and give no more than they hold', () => {
  const id = fc.integer({ min: 1, max: 6 });
  const point = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/d');
  const line = fc.tuple(id, id, point).map(([own, parent, at]) => `${own} ${parent} 0:1 / ${at} rw - t s rw`);
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const mounts = parseMountinfo(lines.join('\n'));
      const visible = visibleMounts(mounts);
      expect(visible.every((mount) => mounts.includes(mount))).toBe(true);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Array.isArray(visibleMounts(parseMountinfo(text)))));
});

test.each([
  ['/proc/sys', '/proc', true],
  ['/proc', '/proc', false],
  ['/process', '/proc', false],
  ['/x', '/', true],
])('%s below %s: %s', (path, ancestor, expected) => expect(isBelow(path, ancestor)).toBe(expected));
