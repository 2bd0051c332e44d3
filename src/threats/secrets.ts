import type { Fact, Posture } from '../posture/index.ts';
import { LITERAL_VALUE, SECRET_NAME, SELF_TELLING } from '../vectors/credentials.data.ts';

const NAME = new RegExp(SECRET_NAME);
const LITERAL = new RegExp(LITERAL_VALUE);
const TELLING = new RegExp(SELF_TELLING);

export interface LiteralSecret {
  readonly name: string;
  readonly fact: Fact<string>;
}

/** Variables whose value is a credential in clear, by the same signs as the vectors take. The value itself goes no further. */
export function literalSecrets(posture: Posture, families: readonly string[]): LiteralSecret[] {
  return families.flatMap((family) =>
    [...posture.family<string>(family)].flatMap(([name, fact]) => {
      const { value } = fact;
      if (typeof value !== 'string') return [];
      return (NAME.test(name) && LITERAL.test(value)) || TELLING.test(value)
        ? [{ name, fact: fact as Fact<string> }]
        : [];
    }),
  );
}
