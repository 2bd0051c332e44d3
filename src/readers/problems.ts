import { CofferdamError, type Place } from '../posture/index.ts';

/** Problems of a hostile file are cut off here: nobody reads more, and a million of them would fill the memory. */
const MAX_PROBLEMS = 100;

/** Collects what is wrong in one file. */
export class Problems {
  readonly list: CofferdamError[] = [];

  get full(): boolean {
    return this.list.length >= MAX_PROBLEMS;
  }

  report(code: string, message: string, hint: string, at: Place): void {
    this.add(new CofferdamError(code, message, hint, at));
  }

  add(problem: CofferdamError): void {
    if (!this.full) this.list.push(problem);
  }
}
