/**
 * Whether two processes read the same state of one kernel. `same`: to the byte. `shape`: the same lines, whatever the numbers in
 * them have become meanwhile. `near`: the same numbers, but for what a moment changes.
 */
type Likeness = 'same' | 'shape' | 'near';

export function isAlike(own: Buffer, hosts: Buffer, likeness: Likeness): boolean {
  if (own.length === 0) return hosts.length === 0;
  if (likeness === 'same') return own.equals(hosts);
  const [a, b] = [own.toString('utf8'), hosts.toString('utf8')];
  return likeness === 'shape' ? sameShape(a, b) : nearlySame(a, b);
}

function sameShape(a: string, b: string): boolean {
  const [own, hosts] = [shapesOf(a), shapesOf(b)];
  const shared = own.filter((shape) => hosts.includes(shape)).length;
  return shared >= MOST * Math.max(own.length, hosts.length);
}

const MOST = 0.9;

function shapesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  // The last one may be cut off where the reading ended.
  if (lines.length > 1) lines.pop();
  return [...new Set(lines.map((line) => line.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim()))];
}

/** Within two hundredths, or two. */
function nearlySame(a: string, b: string): boolean {
  const [own, hosts] = [numbersOf(a), numbersOf(b)];
  return (
    own.length > 0 && own.length === hosts.length && own.every((value, i) => isNear(value, hosts[i] ?? Number.NaN))
  );
}

const isNear = (a: number, b: number): boolean =>
  Math.abs(a - b) <= Math.max(2, 0.02 * Math.max(Math.abs(a), Math.abs(b)));

function numbersOf(text: string): readonly number[] {
  return (text.split('\n')[0] ?? '')
    .split(/\s+/)
    .filter((word) => /^[\d.]+$/.test(word))
    .map(Number);
}
