import type { Leak } from '../study.ts';
import type { Channel } from './channels.data.ts';
import type { Reading } from './reading.ts';

/** What is compared of a text; undefined where it is not in it. */
export function picked({ pick }: Pick<Channel, 'pick'>, text: string): string | undefined {
  if (pick === undefined) return text.trim();
  const all = pick.global ? [...text.matchAll(pick)] : [pick.exec(text)];
  const words = all.flatMap((match) => match?.slice(1) ?? []);
  return words.length === 0 ? undefined : words.join(',');
}

/** Whether two saw the same thing. The host is looked at before and after, for what moves. */
function alike(channel: Channel, one: Reading, other: Reading, moved = 0): boolean {
  const [a, b] = [one, other].map(({ text }) => (text === undefined ? undefined : picked(channel, text)));
  if (a === undefined || b === undefined) return false;
  if (channel.compare === 'text') return a === b;
  const [x, y] = [Number(a), Number(b)];
  if (channel.compare === 'clock') return Math.abs(x - one.at / 1000 - (y - other.at / 1000)) < SAME_CLOCK_SECONDS;
  // What is zero in both says nothing of either.
  return x !== 0 && Math.abs(x - y) <= Math.abs(moved) + (channel.slack ?? 0) * Math.max(Math.abs(x), Math.abs(y));
}

/** A reading takes milliseconds, on a busy machine some more; sandboxes that count from their own start begin further apart. */
const SAME_CLOCK_SECONDS = 0.1;

const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ENXIO', 'ENODEV', 'ENOSYS']);
const REFUSED: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EIO', 'EROFS']);

export interface Views {
  readonly before: Reading;
  readonly inside: Reading;
  readonly second: Reading | undefined;
  readonly after: Reading;
}

export function seenOf(channel: Channel, { before, inside, after }: Views): Leak['seen'] {
  if (inside.text === undefined) {
    if (ABSENT.has(inside.errno)) return 'absent';
    return REFUSED.has(inside.errno) ? 'refused' : 'unknown';
  }
  const value = picked(channel, inside.text);
  // The file is covered by an empty one, or is the kernel's without what is looked for.
  if (value === undefined || value === '') return isNothing(channel, before) ? 'unknown' : 'absent';
  if (channel.hidden?.test(value)) return 'refused';
  // A table of the whole machine may have changed before it was read inside, or after.
  const moved = movement(channel, before, after);
  if (![before, after].some((host) => alike(channel, inside, host, moved))) return 'own';
  return channel.common?.test(value) ? 'unknown' : 'same';
}

/** The host itself has nothing there to be seen. */
const isNothing = (channel: Channel, { text }: Reading): boolean =>
  text !== undefined && (picked(channel, text) ?? '') === '';

export function coResident(channel: Channel, views: Views): boolean | null {
  const { before, inside, second, after } = views;
  if (!channel.unique || second === undefined) return null;
  const seen = seenOf(channel, views);
  if (seen === 'absent' || seen === 'refused' || seen === 'unknown') return false;
  // A number that is not the machine's is one that every such sandbox shows.
  if (channel.compare === 'counter' && seen !== 'same') return false;
  return alike(channel, inside, second, movement(channel, before, after));
}

/** How far a counter went while it was looked at. */
function movement(channel: Channel, before: Reading, after: Reading): number {
  if (channel.compare !== 'counter' || before.text === undefined || after.text === undefined) return 0;
  return Number(picked(channel, after.text)) - Number(picked(channel, before.text)) || 0;
}
