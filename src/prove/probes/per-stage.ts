import type { Stage } from '../observation.ts';

/** What is asked once of each stage, and answered from memory after that. */
export function perStage<T>(ask: (stage: Stage) => Promise<T>): (stage: Stage) => Promise<T> {
  return onceFor(({ sandbox }) => sandbox, ask);
}

/** What is asked of the host alone: one serves the sandboxes of a whole run. */
export function perHost<T>(ask: (stage: Pick<Stage, 'host' | 'files'>) => Promise<T>): (stage: Stage) => Promise<T> {
  return onceFor(({ host }) => host, ask);
}

function onceFor<T>(whose: (stage: Stage) => object, ask: (stage: Stage) => Promise<T>): (stage: Stage) => Promise<T> {
  const answers = new WeakMap<object, Promise<T>>();
  return (stage) => {
    const known = answers.get(whose(stage)) ?? ask(stage);
    answers.set(whose(stage), known);
    return known;
  };
}

/** The same for questions with a name of their own. */
export function perStageAndKey<T>(): (stage: Stage, key: string, ask: () => Promise<T>) => Promise<T> {
  const answers = new WeakMap<object, Map<string, Promise<T>>>();
  return (stage, key, ask) => {
    const ofStage = answers.get(stage.sandbox) ?? new Map<string, Promise<T>>();
    answers.set(stage.sandbox, ofStage);
    const known = ofStage.get(key) ?? ask();
    ofStage.set(key, known);
    return known;
  };
}

/** A probe or a call as text, the same for equal ones. They are data, so each is written out once. */
export function keyOf(value: object): string {
  const key = keys.get(value) ?? textOf(value);
  keys.set(value, key);
  return key;
}

const keys = new WeakMap<object, string>();

const textOf = (value: object): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === 'bigint' ? `${part}n` : part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part,
  );
