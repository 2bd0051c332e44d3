import { expect, test } from 'vitest';
import { edgesCsv, nodesCsv } from './csv.ts';
import { GraphBuilder } from './graph.ts';
import { CostQueue } from './queue.ts';
import { reach } from './reach.ts';
import { randomFrom } from './testing/random.ts';

test.for([
  { what: 'a state that is not there', add: (builder: GraphBuilder) => builder.step([0], 2, 1), message: 'state 2' },
  {
    what: 'a condition that is not there',
    add: (builder: GraphBuilder) => builder.step([-1], 0, 1),
    message: 'state -1',
  },
  { what: 'a negative cost', add: (builder: GraphBuilder) => builder.step([0], 1, -1), message: 'cost -1' },
  { what: 'no number as cost', add: (builder: GraphBuilder) => builder.step([0], 1, Number.NaN), message: 'cost NaN' },
  { what: 'an endless cost', add: (builder: GraphBuilder) => builder.step([0], 1, Infinity), message: 'cost Infinity' },
  { what: 'a tag too large', add: (builder: GraphBuilder) => builder.step([0], 1, 1, 2 ** 32), message: 'tag' },
  { what: 'too many states', add: (builder: GraphBuilder) => builder.states(2 ** 31), message: 'at most' },
])('$what is refused', ({ add, message }) => {
  const builder = new GraphBuilder();
  builder.states(2);
  expect(() => add(builder)).toThrow(message);
});

test('the same condition twice counts once, and a step without conditions needs no entry', () => {
  const builder = new GraphBuilder();
  builder.states(3);
  builder.step([0, 0], 1, 1);
  builder.step([], 2, 1);
  const graph = builder.build();
  expect([...reach(graph, { entries: [0] }).order]).toEqual([0, 2, 1]);
  expect([...reach(graph, { entries: [] }).order]).toEqual([2]);
});

test('questions about what is not there are refused', () => {
  const builder = new GraphBuilder();
  builder.states(2);
  const graph = builder.build();
  expect(() => reach(graph, { entries: [2] })).toThrow('state 2');
  expect(() => reach(graph, { entries: [0], until: -1 })).toThrow('state -1');
  expect(() => reach(graph, { entries: [0], removed: new Uint8Array(1) })).toThrow('1 places');
});

test('the queue gives the least cost first, as sorting does', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomFrom(seed);
    const queue = new CostQueue();
    const waiting: number[] = [];
    for (let turn = 0; turn < 200; turn++) {
      if (queue.size === 0 || random() < 0.55) {
        const cost = seed % 2 === 0 ? Math.floor(random() * 5) : random();
        queue.push(cost, turn);
        waiting.push(cost);
      } else {
        queue.pop();
        waiting.sort((a, b) => b - a);
        expect(queue.cost).toBe(waiting.pop());
      }
    }
    expect(queue.size).toBe(waiting.length);
  }
});

test('nodes and edges as CSV, quoted where they must be, in pieces', () => {
  const builder = new GraphBuilder();
  builder.states(2);
  builder.step([0], 1, 2.5, 7);
  const graph = builder.build();
  const labels = {
    columns: ['name'],
    state: (state: number) => [`state "${state}"`],
    step: (step: number, tag: number) => [`step ${step}, tag ${tag}`],
  };
  expect([...nodesCsv(graph, labels)].join('').split('\r\n')).toEqual([
    'id,kind,cost,name',
    's0,state,,"state ""0"""',
    's1,state,,"state ""1"""',
    't0,step,2.5,"step 0, tag 7"',
    '',
  ]);
  expect([...edgesCsv(graph)].join('')).toBe('from,to\r\ns0,t0\r\nt0,s1\r\n');
  const wide = new GraphBuilder();
  wide.states(20_000);
  const pieces = [...nodesCsv(wide.build(), { ...labels, columns: [], state: () => [] })];
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.join('').split('\r\n')).toHaveLength(20_002);
});
