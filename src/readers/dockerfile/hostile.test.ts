// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfile variables, not templates.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf, Unknown } from '../../posture/index.ts';
import type { ReadOptions } from '../subject.ts';
import { readDockerfile } from './index.ts';

const FILE = 'Dockerfile';
const options: ReadOptions = { read: () => new Unknown('not there'), exists: () => false, environment: {} };

const line = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'FROM a AS b',
    'FROM b',
    'FROM $A',
    'ARG A',
    'ENV A=$A',
    'USER "$A',
    'RUN <<E',
    'E',
    'RUN a \\',
    '# escape=`',
    'COPY --from=b a /etc/',
    'COPY id_rsa .',
    'ONBUILD COPY --from=b x y',
    'RUN chmod 4755 $A',
    'RUN useradd -u $A',
    'CMD ["',
    'HEALTHCHECK',
    '\ufeff',
    'RUN constructor',
    'RUN --__proto__=x --constructor toString',
    '# cofferdam: ignore',
    'EXPOSE $',
    'SHELL []',
    'ENTRYPOINT x',
    'LABEL __proto__=1 a',
    'VOLUME [1]',
  ),
);

test('whatever the text, it is read without throwing, and every place lies in it', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (parts, newline) => {
      const text = parts.join(newline);
      const lines = text.replace(/^\ufeff/, '').split('\n');
      const { subjects, problems: found } = readDockerfile(text, FILE, options);
      const places = [
        ...subjects.flatMap(({ layers }) =>
          layers.flatMap(({ statements }) => statements.map(({ source }) => placeOf(source))),
        ),
        ...subjects.flatMap(({ place, suppressions }) => [
          place,
          ...suppressions.map((suppression) => suppression.place),
        ]),
        ...found.map(({ at }) => at),
      ];
      for (const place of places) {
        const own = lines[(place?.line ?? 0) - 1];
        expect(own).toBeDefined();
        expect(place?.column).toBeGreaterThanOrEqual(1);
        expect(place?.endColumn ?? place?.column).toBeLessThanOrEqual((own as string).length + 1);
      }
    }),
    { numRuns: 500 },
  );
});

/** Work that grows with the square of the input would take minutes at this length; the test would run into its limit. */
test.for([
  ['backslashes', `FROM a\nRUN x ${'\\\n'.repeat(150_000)}`],
  ['dollars', `FROM a\nENV A=1\nUSER ${'$'.repeat(600_000)}`],
  ['dollars in short words', `FROM a\nENV ${'A=$A$A '.repeat(20_000)}`],
  ['open braces', `FROM a\nUSER ${'${a:-'.repeat(120_000)}`],
  ['blanks', `FROM a\nRUN x${' '.repeat(600_000)}y`],
  ['commands', `FROM a\nRUN ${'chmod 4755 $X;'.repeat(20_000)}`],
  ['here-documents', `FROM a\nRUN ${'<<A '.repeat(150_000)}`],
  ['values that double', `FROM scratch\nENV A=aa\n${'ENV A=$A$A\n'.repeat(10_000)}`],
  ['stages', 'FROM a AS a\n'.repeat(20_000)],
  ['volumes', `FROM a\n${Array.from({ length: 10_000 }, (_, i) => `VOLUME /${i}`).join('\n')}`],
] as const)('%s: linear', ([, text]) => {
  expect(() => readDockerfile(text, FILE, options)).not.toThrow();
});
