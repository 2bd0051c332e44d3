import { MECHANISMS, type Mechanism } from '../../model/index.ts';
import { PARTS, type Removable } from './mechanisms.data.ts';

/** Each mechanism of the model that a configuration has, with all that belongs to it. */
export const WHOLE: readonly Removable[] = MECHANISMS.flatMap((mechanism): Removable[] => {
  const parts = PARTS.filter((one) => one.mechanism === mechanism).flatMap((one) => one.parts);
  return parts.length === 0 ? [] : [{ name: mechanism, mechanism, parts }];
});

/** Parts of mechanisms that have several. */
export const SINGLE_PARTS: readonly Removable[] = PARTS.filter(({ name, mechanism }) => name !== mechanism);

export function wholeOf(mechanism: Mechanism): Removable | undefined {
  return WHOLE.find((one) => one.mechanism === mechanism);
}
