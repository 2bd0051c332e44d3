import { expect, test } from 'vitest';
import { call } from '../kernel/index.ts';
import { FrameReader } from './protocol.ts';
import { greetedThroughTerminal, terminalFrame } from './terminal.ts';

/** 62: x86-64; the address and a size hold line feeds. */
function hello(): Buffer {
  const payload = Buffer.alloc(32);
  payload.writeUInt32LE(1, 0);
  payload.writeUInt32LE(62, 4);
  payload.writeBigUInt64LE(0x420a0an, 8);
  payload.writeUInt32LE(65_536, 16);
  payload.writeUInt32LE(32_768, 20);
  return payload;
}

const throughTerminal = (payload: Buffer): Buffer => {
  const head = Buffer.from([32, 0, 0, 0, 128, 0, 0, 0]);
  const spoken = Buffer.concat([Buffer.from('\nCOFFERDAM-STUB\n'), head, payload]).toString('latin1');
  return Buffer.from(`firmware\r\n${spoken.replaceAll('\n', '\r\n')}`, 'latin1');
};

test('a greeting is understood as soon as all of it is there, and is none where it comes unchanged', () => {
  const seen = throughTerminal(hello());
  expect(greetedThroughTerminal(seen)).toEqual(hello());
  expect(greetedThroughTerminal(seen.subarray(0, -1))).toBeUndefined();
  expect(new FrameReader().push(seen)).toEqual([]);
});

test('every byte of the calls is literal but for the line feed that ends them', () => {
  const line = terminalFrame(hello(), [call('openat', -100, 'a\nb', 3)]);
  expect(line.at(-1)).toBe(0x0a);
  const pairs = Array.from({ length: (line.length - 1) / 2 }, (_, i) => line.subarray(2 * i, 2 * i + 2));
  expect(pairs.every(([mark]) => mark === 0x16)).toBe(true);
  const frame = Buffer.from([...pairs.map(([, byte]) => byte ?? 0), 0x0a]);
  expect(frame.readUInt32LE(0)).toBe(frame.length - 8);
  expect(frame.includes('a\nb\0')).toBe(true);
});
