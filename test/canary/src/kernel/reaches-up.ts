/** A deliberate violation: the innermost room reaches for the outermost one. `test/boundaries.test.ts` asks that it is reported. */
import type { Command } from '../cli/command.ts';

export type Reached = Command;
