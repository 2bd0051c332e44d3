import { writeSync } from 'node:fs';

/**
 * The one place that prints. Results go to standard output, everything else to standard error. A closed reader (`| head`)
 * ends the output, not the program.
 */
export class Terminal {
  #closed = false;

  /** Text of the result. */
  result(text: string): void {
    if (!this.#closed) this.#write(1, text);
  }

  /** Nobody reads the results any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Progress, warnings and errors. */
  note(text: string): void {
    this.#write(2, text);
  }

  /** COLUMNS where it is set, as POSIX has it; else those of the terminal, or of a page where output goes elsewhere. */
  get width(): number {
    const stated = Number(process.env.COLUMNS);
    return Number.isInteger(stated) && stated > 0 ? stated : (process.stdout.columns ?? 100);
  }

  /** NO_COLOR and FORCE_COLOR as no-color.org and Node document them. */
  get color(): boolean {
    if (process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '') return false;
    if (process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '') return process.env.FORCE_COLOR !== '0';
    return process.stdout.isTTY === true && process.env.TERM !== 'dumb';
  }

  #write(descriptor: 1 | 2, text: string): void {
    const bytes = Buffer.from(text);
    for (let offset = 0; offset < bytes.length; ) {
      try {
        offset += writeSync(descriptor, bytes, offset);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') continue;
        this.#closed = true;
        return;
      }
    }
  }
}
