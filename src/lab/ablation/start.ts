import type { Mechanism } from '../../model/index.ts';
import type { OciConfig } from '../../runtimes/index.ts';
import { configOf, type Draft } from '../agreement/draft.ts';
import type { Here } from '../agreement/here.ts';
import { settled } from '../agreement/settle.ts';
import { draftOf } from './draft-of.ts';
import type { Removable } from './mechanisms.data.ts';
import { nothingOf } from './nothing.ts';
import { withPartsOf } from './parts.ts';

/** A container with its mechanisms, and the same with none: what lies between are exchanges of parts. */
export class Start {
  readonly profile: string;
  readonly #whole: Draft;
  readonly #nothing: Draft;
  readonly #here: Here;
  readonly #only: readonly Mechanism[] | undefined;

  /** `only`: the mechanisms that it is taken apart by, where not all. */
  constructor(profile: string, config: OciConfig, here: Here, only?: readonly Mechanism[]) {
    this.profile = profile;
    this.#only = only;
    this.#here = here;
    this.#whole = settled(draftOf(config), here);
    this.#nothing = nothingOf(this.#whole, here);
  }

  without(left: readonly Removable[]): OciConfig {
    return this.#written(withPartsOf(this.#whole, this.#nothing, partsOf(left)));
  }

  /** Nothing but these of its mechanisms. */
  withAlone(added: readonly Removable[]): OciConfig {
    return this.#written(withPartsOf(this.#nothing, this.#whole, partsOf(added)));
  }

  /** Whether it has the mechanism at all, and is taken apart by it. */
  has(one: Removable): boolean {
    if (this.#only?.includes(one.mechanism) === false) return false;
    return JSON.stringify(this.without([one])) !== JSON.stringify(this.without([]));
  }

  #written(draft: Draft): OciConfig {
    const sorted = { ...draft, namespaces: [...draft.namespaces].sort() };
    return configOf(settled(sorted, this.#here), this.#here.disk);
  }
}

function partsOf(ones: readonly Removable[]): Removable['parts'] {
  return ones.flatMap(({ parts }) => parts);
}
