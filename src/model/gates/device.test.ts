import { expect, test } from 'vitest';
import { type DeviceRule, Posture } from '../../posture/index.ts';
import { deviceRule } from './device.ts';

const LOOP = { type: 'c', access: 'r', major: 10, minor: 237 } as const;
/** Numbers that the machine gives out: serial ports, GPUs. */
const DYNAMIC = { type: 'c', access: 'rw', dynamic: true } as const;
const rule = (allow: boolean, type: 'a' | 'b' | 'c', major?: number, minor?: number): DeviceRule => ({
  ...{ allow, type, access: 'rwm' },
  ...(major !== undefined && { major }),
  ...(minor !== undefined && { minor }),
});

test.for<[when: string, asked: Parameters<typeof deviceRule.evaluate>[0], rules: DeviceRule[], then: string]>([
  ['its own numbers', LOOP, [rule(true, 'c', 10, 237)], 'passes'],
  ['numbers of another', LOOP, [rule(true, 'c', 10, 200)], 'closed'],
  ['all, whatever numbers stand beside', LOOP, [rule(true, 'a', 4, 1)], 'passes'],
  ['none any more, whatever numbers stand beside', LOOP, [rule(true, 'c', 10, 237), rule(false, 'a', 4, 1)], 'closed'],
  ['taken back by the same numbers', LOOP, [rule(true, 'c', 10, 237), rule(false, 'c', 10, 237)], 'closed'],
  ['not taken back by a rule of more', LOOP, [rule(true, 'c', 10, 237), rule(false, 'c')], 'unknown'],
  ['taken out of all', LOOP, [rule(true, 'a'), rule(false, 'c', 10)], 'closed'],
  ['serial ports among the terminals', DYNAMIC, [rule(true, 'c', 4)], 'unknown'],
  ['a serial port', DYNAMIC, [rule(true, 'c', 4, 64)], 'unknown'],
  ['a console', DYNAMIC, [rule(true, 'c', 4, 1)], 'closed'],
])('%s', ([, asked, rules, then]) => {
  const facts = { 'device-rules': rules };
  const posture = new Posture([{ phase: 'create', source: { kind: 'observed', from: 'a test' }, facts }]);
  expect(deviceRule.evaluate(asked, posture).result).toBe(then);
});
