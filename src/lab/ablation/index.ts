/**
 * Mechanisms taken apart: from a container that has them each is left out alone and in pairs, and added to one that has none. A mechanism is
 * a set of parts of a configuration (`mechanisms.data.ts`), so that leaving out and adding are the same exchange. The model's depth says
 * beforehand what must open.
 */
export { runAblation } from './run.ts';
