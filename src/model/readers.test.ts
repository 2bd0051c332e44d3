import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Posture, type Statement, Touched } from '../posture/index.ts';
import { GateGraph, type LeafNode } from './compile.ts';
import type { Expr } from './index.ts';
import { Readers } from './readers.ts';
import { fact, kernelConfig, mounted } from './words.ts';

const MOUNTS: Expr[] = [
  mounted({ types: ['bind'], covers: ['/etc/shadow'], title: 'a' }),
  mounted({ types: ['bind'], covers: ['/var/run/docker.sock'], parts: true, title: 'b' }),
  mounted({ types: ['tmpfs'], destination: '^/data', title: 'c' }),
  { gate: 'unmasked', path: '/proc/kcore' },
  { gate: 'kernel-mount', path: '/sys/kernel/debug', bound: '/sys/kernel/debug' },
  { gate: 'writable-mount', path: '/proc/sys/kernel/core_pattern' },
];
const OTHERS: Expr[] = [fact('rootfs.readonly', { is: true }, 'mount'), kernelConfig('BPF')];

function gatesOf(expressions: readonly Expr[]): { graph: GateGraph; gates: readonly LeafNode[] } {
  const graph = new GateGraph();
  for (const expression of expressions) graph.add({ all: [expression, { gate: 'shared-kernel' }] });
  return { graph, gates: graph.nodes.filter((node) => node.kind === 'gate') };
}

const posture = (facts: Statement['facts'], base?: Posture): Posture =>
  new Posture([{ phase: 'request', source: { kind: 'default', engine: 'x', cite: 'x' }, facts }], base);

const bind = (source: string) => ({ type: 'bind', source, readonly: false, nosuid: false, nodev: false }) as const;

const BASE = posture({
  'masked.*': false,
  'mount./proc': { type: 'proc', readonly: false },
  'mount./sys': { type: 'sysfs', readonly: true },
  'mount./host': bind('/'),
  'mount./data': { type: 'tmpfs', readonly: false },
});

const KEYS = ['/', '/proc', '/proc/sys', '/host/etc', '/host/etc/shadow', '/data', '/x', '/sys/kernel/debug'] as const;
const VALUES = [
  bind('/'),
  bind('/etc'),
  bind('/run'),
  bind('/srv'),
  bind('/sys/kernel/debug'),
  { type: 'tmpfs', readonly: false },
  { type: 'proc', readonly: false },
  'none',
] as const;
const member = fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES));

describe('gates that a change may reach', () => {
  test('are all that come out otherwise with another mount', () => {
    const { graph, gates } = gatesOf([...MOUNTS, ...OTHERS]);
    const readers = new Readers(graph.nodes);
    const ask = (gate: LeafNode, of: Posture) => of.reading(() => gate.behaviour.evaluate(gate.gate, of));
    for (const gate of gates) readers.add(gate, ask(gate, BASE).reads);
    let spared = 0;
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 3 }), (members) => {
        const facts: Record<`mount.${string}`, (typeof VALUES)[number]> = {};
        for (const [at, value] of members) facts[`mount.${at}`] = value;
        const changed = posture(facts, BASE);
        const valuesOf = (key: string) =>
          [BASE, changed].map((one) => one.get(key as 'mount./')?.value).filter((value) => value !== undefined);
        const { nodes } = readers.reachedBy(changed.touchedHere(), valuesOf);
        for (const gate of gates) {
          if (nodes[gate.id] === 1) continue;
          spared++;
          expect(ask(gate, changed).value).toEqual(ask(gate, BASE).value);
        }
      }),
      { numRuns: 300 },
    );
    // The test says something only where gates are spared at all.
    expect(spared).toBeGreaterThan(300);
  });

  test('are the same whether asked anew or followed as more is read', () => {
    const { graph, gates } = gatesOf([...MOUNTS, ...OTHERS]);
    const read = fc.constantFrom('mount.*', 'mount./x', 'mount./data', 'env.*', 'env.A', 'masked.*', 'rootfs.readonly');
    const reads = fc.array(fc.tuple(fc.nat(gates.length - 1), read), { maxLength: 12 });
    const touchedKeys = fc.uniqueArray(
      fc.constantFrom('mount./x', 'mount./data', 'mount.*', 'env.A', 'env.*', 'masked./a', 'rootfs.readonly'),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(reads, reads, touchedKeys, fc.constantFrom(...VALUES), (first, then, keys, value) => {
        const readers = new Readers(graph.nodes);
        const touched = new Touched(new Set(keys));
        const valuesOf = () => [value];
        for (const [at, key] of first) readers.add(gates[at] as LeafNode, [key]);
        const before = readers.reachedBy(touched, valuesOf);
        for (const [at, key] of then) readers.add(gates[at] as LeafNode, [key]);
        const followed = readers.reachedSince(before, touched, valuesOf);
        expect([...followed.nodes]).toEqual([...readers.reachedBy(touched, valuesOf).nodes]);
      }),
    );
  });
});
