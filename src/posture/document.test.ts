import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../kernel/capabilities.ts';
import { PHASES } from '../lifecycle/index.ts';
import { type PostureDocument, PostureReader, writePosture } from './document.ts';
import { postureSchemaText } from './document-schema.ts';
import { factOf, type Statement, Unknown } from './posture.ts';
import { CofferdamError } from './problem.ts';
import type { Source } from './source.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const texts = fc.array(text, { maxLength: 3 });
const natural = fc.nat();
const decimal = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const place = fc.record({ path: text, line: natural, column: natural });
const partial = <T>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }, keys: (keyof T)[] = []) =>
  fc.record(required, { requiredKeys: keys as never });

const source: fc.Arbitrary<Source> = fc.oneof(
  fc.record({ kind: fc.constant('stated' as const), path: text, line: natural, column: natural, text }),
  fc.record({
    kind: fc.constant('stated' as const),
    path: text,
    line: natural,
    column: natural,
    text,
    via: fc.array(place, { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('default' as const), engine: text, cite: text }),
  fc.record({ kind: fc.constant('observed' as const), from: text }),
  fc.record({ kind: fc.constant('assumed' as const), path: text, line: natural, column: natural, endColumn: natural }),
  fc.record({ kind: fc.constant('changed' as const), by: text }),
);

const argument = fc.record(
  {
    index: fc.nat(5),
    value: fc.oneof(natural, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    valueTwo: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    op: text,
  },
  { requiredKeys: ['index', 'value', 'op'] },
);
const rule = fc.record(
  { names: texts, action: text, errnoRet: natural, args: fc.array(argument, { maxLength: 2 }) },
  { requiredKeys: ['names', 'action'] },
);
const policy = fc.record(
  { defaultAction: text, architectures: texts, syscalls: fc.array(rule, { maxLength: 3 }) },
  { requiredKeys: ['defaultAction'] },
);
const profileRule = fc.record(
  {
    names: texts,
    action: text,
    args: fc.array(argument, { maxLength: 1 }),
    includes: fc.record({ caps: texts, minKernel: text }, { requiredKeys: [] }),
    excludes: fc.record({ arches: texts }, { requiredKeys: [] }),
  },
  { requiredKeys: ['names', 'action'] },
);
const profile = fc.record({
  defaultAction: text,
  archMap: fc.array(fc.record({ architecture: text, subArchitectures: texts }), { maxLength: 1 }),
  groups: fc.array(profileRule, { maxLength: 3 }),
});
const mount = partial(
  { type: text, source: text, readonly: fc.boolean(), nosuid: fc.boolean(), size: natural, sharedWith: texts },
  ['type', 'readonly'],
);

/** Members of families are any text but the empty one. */
const member = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const family = <K extends string, V>(prefix: K, value: fc.Arbitrary<V>) =>
  fc.tuple(member, value).map(([name, one]) => factOf(`${prefix}${name}` as never, one as never));
const single = (key: string, value: fc.Arbitrary<unknown>) => value.map((one) => factOf(key as never, one as never));

const fact: fc.Arbitrary<Statement['facts']> = fc.oneof(
  single('process.uid', fc.oneof(natural, fc.constant('non-root'))),
  single('process.oom-score-adj', fc.integer()),
  single('limit.cpu', fc.oneof(decimal, fc.constant('none'))),
  single(
    'seccomp',
    fc.oneof(
      policy.map((one) => ({ kind: 'policy', policy: one })),
      profile.map((one) => ({ kind: 'profile', name: 'x', profile: one })),
      fc.constant({ kind: 'unconfined' }),
      // return SCMP_ACT_ALLOW
      fc.constant({ kind: 'filter', programs: ['BgAAAAAA/38='] }),
    ),
  ),
  single(
    'request.seccomp',
    profile.map((one) => ({ kind: 'profile', policy: one })),
  ),
  fc
    .tuple(fc.constantFrom(...CAPABILITIES, '*' as const), fc.boolean())
    .map(([name, held]) => factOf(`capability.bounding.${name}`, held)),
  single(
    'user-namespace.uid-map',
    fc.array(fc.record({ inside: natural, outside: natural, size: natural }), { maxLength: 2 }),
  ),
  family('mount.', fc.oneof(mount, fc.constant('none'))),
  family('env.', text),
  family('rlimit.', fc.record({ soft: natural, hard: fc.constant('unlimited') })),
  family(
    'daemon.',
    fc.oneof(
      fc.boolean(),
      text,
      texts,
      fc.dictionary(
        text,
        fc
          .jsonValue({ maxDepth: 2, noUnicodeString: true } as never)
          .map((value) => JSON.parse(JSON.stringify(value)) as unknown),
        { maxKeys: 2, noNullPrototype: true },
      ),
    ),
  ),
  family('host.fact.', fc.oneof(decimal, fc.boolean(), texts)),
  fc
    .tuple(fc.constantFrom('process.uid', 'seccomp', 'mount./x', 'rootfs.readonly'), text)
    .map(([key, why]) => factOf(key as never, new Unknown(why) as never)),
);

const statement: fc.Arbitrary<Statement> = fc.record({
  phase: fc.constantFrom(...PHASES),
  source,
  facts: fc.array(fact, { maxLength: 4 }).map((all) => Object.assign({}, ...all) as Statement['facts']),
});

const document: fc.Arbitrary<PostureDocument> = fc.record(
  {
    id: text,
    kind: fc.constantFrom('workload', 'image', 'engine', 'host', 'cluster'),
    name: text,
    artifact: fc.constantFrom('compose', 'docker-run', 'oci-config', 'posture'),
    engine: text,
    place,
    statements: fc.array(statement, { maxLength: 4 }),
  },
  { requiredKeys: ['id', 'kind', 'name', 'artifact', 'place', 'statements'], noNullPrototype: true },
);

const validate = new Ajv2020({ allErrors: false }).compile(JSON.parse(postureSchemaText()) as object);

describe('posture documents', () => {
  it('are read as they were written, one reader over many, and every one follows the published schema', () => {
    const reader = new PostureReader();
    fc.assert(
      fc.property(document, (one) => {
        const line = writePosture(one);
        expect(line).not.toContain('\n');
        expect(reader.read(line, {})).toEqual(one);
        const valid = validate(JSON.parse(line));
        expect(validate.errors ?? []).toEqual([]);
        expect(valid).toBe(true);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it('gives statements of one source one source, and equal filters one filter', () => {
    const from = { kind: 'stated', path: 'a', line: 1, column: 1, text: 'x' } as const;
    const filter = {
      kind: 'policy',
      policy: {
        defaultAction: 'SCMP_ACT_ALLOW',
        syscalls: [{ names: ['a'], action: 'b', args: [{ index: 0, value: 2n ** 64n - 1n, op: 'c' }] }],
      },
    } as const;
    const one: PostureDocument = {
      ...MINIMAL,
      statements: [
        { phase: 'create', source: from, facts: { seccomp: filter } },
        { phase: 'create', source: { ...from }, facts: { 'process.uid': 1, seccomp: filter, 'process.gid': 2 } },
      ],
    };
    const reader = new PostureReader();
    const [first, second] = [reader.read(writePosture(one), {}), reader.read(writePosture(one), {})];
    expect(first).toEqual(one);
    expect(first.statements[0]?.source).toBe(first.statements[1]?.source);
    expect(second.statements[1]?.facts.seccomp).toBe(first.statements[0]?.facts.seccomp);
    expect(Object.keys(second.statements[1]?.facts ?? {})).toEqual(['process.uid', 'seccomp', 'process.gid']);
  });
});

const MINIMAL: PostureDocument = {
  id: 'a',
  kind: 'workload',
  name: 'a',
  artifact: 'posture',
  place: { path: 'a', line: 1, column: 1 },
  statements: [],
};

describe('a foreign posture that is wrong', () => {
  const wire = (change: (json: Record<string, unknown>) => void) => {
    const json = JSON.parse(
      writePosture({
        ...MINIMAL,
        statements: [{ phase: 'create', source: { kind: 'default', engine: 'e', cite: 'c' }, facts: {} }],
      }),
    ) as Record<string, unknown>;
    change(json);
    return JSON.stringify(json);
  };
  const withFacts = (facts: object) =>
    wire((json) => Object.assign((json.statements as Record<string, unknown>[])[0] as object, { facts }));

  it.each([
    ['no JSON', '{', 'not valid JSON'],
    ['a list', '[]', 'expected a mapping'],
    [
      'another schema',
      wire((json) => Object.assign(json, { schema: 'x/1' })),
      '`schema`: expected "cofferdam.posture/1", found "x/1"',
    ],
    ['a member too many', wire((json) => Object.assign(json, { statement: [] })), 'found "statement"'],
    [
      'a member missing',
      wire((json) => {
        delete json.place;
      }),
      'expected `place`, found nothing',
    ],
    [
      'an unknown fact',
      withFacts({ 'process.user': 0 }),
      '`statements[0].facts["process.user"]`: expected a key that a posture knows',
    ],
    ['a prototype', withFacts(JSON.parse('{"__proto__": {"a": 1}}') as object), 'expected a key that a posture knows'],
    [
      'a wrong fact',
      withFacts({ 'mount./a': { type: 'bind', readonly: 1 } }),
      '`statements[0].facts["mount./a"].readonly`: expected true or false, found 1',
    ],
    [
      'an unknown without why',
      withFacts({ 'process.uid': { $unknown: 1 } }),
      '`statements[0].facts["process.uid"].$unknown`: expected text, found 1',
    ],
    [
      'a filter',
      withFacts({ seccomp: { kind: 'policy', policy: { defaultAction: 1 } } }),
      '`statements[0].facts.seccomp.policy.defaultAction`: expected text',
    ],
    [
      'a phase',
      wire((json) => Object.assign((json.statements as object[])[0] as object, { phase: 'x' })),
      '`statements[0].phase`: expected',
    ],
    [
      'a source',
      wire((json) => Object.assign((json.statements as object[])[0] as object, { source: { kind: 'guessed' } })),
      '`statements[0].source`: expected `kind`: one of stated',
    ],
  ])('%s is named with its place', (_, line, message) => {
    const reader = new PostureReader();
    for (let time = 0; time < 2; time++) {
      try {
        reader.read(line, { path: 'p.jsonl', line: 7 });
        expect.unreachable('it was taken');
      } catch (error) {
        expect(error).toBeInstanceOf(CofferdamError);
        expect((error as CofferdamError).message).toContain(message);
        expect((error as CofferdamError).at).toEqual({ path: 'p.jsonl', line: 7 });
      }
    }
  });

  it('is refused by the published schema as well', () => {
    for (const facts of [
      { 'process.user': 0 },
      { 'mount./a': { type: 'bind', readonly: 1 } },
      { 'namespace.foo': 'host' },
      { 'process.uid': -1 },
    ]) {
      expect(validate(JSON.parse(withFacts(facts)))).toBe(false);
    }
    expect(validate(JSON.parse(withFacts({ 'mount./a': 'none' })))).toBe(true);
  });
});
