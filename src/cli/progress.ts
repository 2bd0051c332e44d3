import type { Terminal } from './terminal.ts';

/** How far work is and what it will take, every second at most, and on a terminal alone. `what`: `configurations`. */
export function progressOn(terminal: Terminal): (done: number, all: number, what: string) => void {
  let current: string | undefined;
  let begun = 0;
  let next = 0;
  let first = 0;
  return (done, all, what) => {
    if (what !== current) {
      current = what;
      begun = Date.now();
      next = begun + 1000;
      // A run that is gone on with begins in the middle.
      first = done - 1;
    }
    if (!process.stderr.isTTY || (Date.now() < next && done < all)) return;
    next = Date.now() + 1000;
    const left = ((all - done) * (Date.now() - begun)) / Math.max(1, done - first) / 1000;
    terminal.note(`\r${done} of ${all} ${what}, ${Math.ceil(left)} s left${' '.repeat(10)}${done < all ? '' : '\n'}`);
  };
}
