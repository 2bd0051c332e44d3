import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from '../posture/index.ts';
import { inMemory, stat, type Tree } from './fixtures/in-memory.ts';
import { networkStatement, parseInterfaces, routedInterfaces } from './network.ts';

const HEAD = 'Inter-|   Receive |  Transmit\n face |bytes    packets\n';
const ROUTES = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const LOCAL = 'eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n';
const DEFAULT = 'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n';
const HALF = 'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000080\t0\t0\t0\n';

test('interfaces by name', () => {
  expect(parseInterfaces(`${HEAD}    lo: 0 0\n  eth0: 1 2\nwlan0.5:3\n`)).toEqual(['lo', 'eth0', 'wlan0.5']);
});

test.each([
  ['none', ROUTES + LOCAL, '', []],
  ['the default route', ROUTES + LOCAL + DEFAULT, '', ['eth0']],
  ['a route to half of everything', ROUTES + HALF, '', ['eth0']],
  [
    'of version 6',
    ROUTES,
    `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fe80${'0'.repeat(28)} 00000400 00000001 00000000 00000003     eth1\n`,
    ['eth1'],
  ],
  [
    'what the kernel refuses',
    ROUTES,
    `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} ffffffff 00000001 00000000 00200200       lo\n`,
    [],
  ],
])('routes: %s', (_, four, six, expected) => expect(routedInterfaces(four, six)).toEqual(expected));

test('any text is taken apart', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, (a, b) => Array.isArray(routedInterfaces(a, b)) && Array.isArray(parseInterfaces(a))),
  );
});

/** A link of a container that leads to one of the host. */
function machine(own: Readonly<Record<string, string>>, host: Tree, routes = ROUTES + DEFAULT): Tree {
  const folder = '/proc/7/root/sys/class/net/eth0';
  return {
    '/proc/7/net/dev': `${HEAD}    lo: 0\n  eth0: 0\n`,
    '/proc/7/net/route': routes,
    ...Object.fromEntries(Object.entries(own).map(([name, text]) => [`${folder}/${name}`, text])),
    ...host,
  };
}

const END = { ifindex: '2\n', iflink: '9\n', address: 'aa\n' };
const PEER: Tree = { '/sys/class/net/veth1/ifindex': '9\n', '/sys/class/net/veth1/iflink': '2\n' };
const CARD: Tree = {
  '/sys/class/net/eno1/ifindex': '9\n',
  '/sys/class/net/eno1/iflink': '9\n',
  '/sys/class/net/eno1/address': 'bb\n',
};
const bridge = (name: string): Tree => ({ ...PEER, '/sys/class/net/veth1/master': { link: `../${name}` } });

describe('how it is attached', () => {
  const of = (tree: Tree, isHost = false) => networkStatement(inMemory(tree), 7, isHost).facts['network.mode'];
  test.each([
    ['loopback alone', { '/proc/7/net/dev': `${HEAD}    lo: 0\n tunl0: 0\n` }, 'none'],
    ['a pair whose end is on the engine’s bridge', machine(END, bridge('docker0')), 'default-bridge'],
    ['a pair whose end is on another', machine(END, bridge('br-1234')), 'bridge'],
    ['without a way out', machine(END, bridge('br-1234'), ROUTES + LOCAL), 'internal'],
    ['a slice of a card', machine(END, CARD), 'macvlan'],
    ['a slice with the card’s own address', machine({ ...END, address: 'bb\n' }, CARD, ROUTES), 'ipvlan'],
    ['a program', machine({ ...END, iflink: '2\n', tun_flags: '0x1002\n' }, {}), 'user-space'],
    [
      'a card moved in',
      { ...machine({ ...END, iflink: '2\n' }, {}), '/proc/7/root/sys/class/net/eth0/device': stat('directory') },
      'macvlan',
    ],
  ] as const)('%s', (_, tree, mode) => expect(of(tree)).toBe(mode));

  test('the host’s own', () => expect(of({}, true)).toBe('host'));

  test.each([
    ['the other end is elsewhere', machine(END, { '/sys/class/net/lo/ifindex': '1' })],
    [
      'its sysfs is of another namespace',
      {
        ...machine(END, bridge('docker0')),
        '/proc/7/net/dev_mcast': '5    eth0            1     0     333300000001\n',
      },
    ],
    ['no sysfs of it is seen', machine({}, PEER)],
    ['nothing may be read', { '/proc/7/net/dev': { error: 'EACCES' } }],
  ])('unknown where %s', (_, tree) => expect(of(tree)).toBeInstanceOf(Unknown));
});
