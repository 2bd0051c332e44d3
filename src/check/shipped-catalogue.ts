import { CATALOGUE } from '../vectors/catalogue.generated.ts';
import { type Catalogue, compileCatalogue } from './catalogue.ts';

let compiled: Catalogue | undefined;

/** The vectors that ship, compiled. In the bundle of the command this module holds them as data instead (`scripts/build.mjs`). */
export function shippedCatalogue(): Catalogue {
  compiled ??= compileCatalogue(CATALOGUE);
  return compiled;
}
