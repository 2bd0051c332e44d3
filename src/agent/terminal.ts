import { type Call, call } from '../kernel/index.ts';
import { HEADER_SIZE, MAGIC, parseHello } from './protocol.ts';
import { encodeBatch } from './wire.ts';

/*
 * What goes through a terminal that nobody has set: on its way out each line feed gets a carriage return before it (ONLCR); on its way
 * in it is held back until a line ends, and many bytes mean something else (n_tty_receive_char_special, drivers/tty/n_tty.c).
 */

const GREETING = MAGIC.replaceAll('\n', '\r\n');
const HELLO_SIZE = 32;
const LINE_FEED = 0x0a;
/** VLNEXT: the next byte stands for itself (INIT_C_CC, include/asm-generic/termios-base.h). */
const LITERALLY = 0x16;

/** The payload of the first word of a stub whose output is such a terminal, once it is there as a whole. */
export function greetedThroughTerminal(seen: Buffer): Buffer | undefined {
  const at = seen.indexOf(GREETING, 0, 'latin1');
  if (at === -1) return undefined;
  const told = Buffer.from(seen.toString('latin1', at + GREETING.length).replaceAll('\r\n', '\n'), 'latin1');
  return told.length < HEADER_SIZE + HELLO_SIZE ? undefined : told.subarray(HEADER_SIZE, HEADER_SIZE + HELLO_SIZE);
}

/** The calls as one line for it: each byte is to be taken literally but for the last, which ends the line. */
export function terminalFrame(greeting: Buffer, calls: readonly Call[]): Buffer {
  const hello = parseHello(greeting);
  if (hello === undefined) throw new Error('no stub greets like this');
  // What the last call points to comes last: it is made for that.
  const last = call('write', -1, Buffer.from([LINE_FEED]), 0);
  const { frame } = encodeBatch([...calls, last], hello, 0);
  const line = [...frame.subarray(0, -1)].flatMap((byte) => [LITERALLY, byte]);
  return Buffer.from([...line, LINE_FEED]);
}
