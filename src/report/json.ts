import type { ResultDocument } from '../check/result.ts';

/** The result document itself; keys stand in the order of its type, which is the order in which `check` makes it. */
export function renderJson(result: ResultDocument): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
