import { describe, expect, test } from 'vitest';
import { factsOf, optionsOver, readAll } from './fixtures/in-memory.ts';
import { readCompose, readComposeFiles } from './index.ts';

type Files = Readonly<Record<string, string>>;

/** Facts of `web` without those that every service has. */
function web(files: Files, environment?: Files) {
  const result = readAll(files, environment);
  const facts = factsOf(result);
  for (const key of Object.keys(facts))
    if (key.startsWith('image.') || key === 'network.mode' || key === 'namespace.net') delete facts[key];
  return { facts, problems: result.problems.map(({ code, at }) => `${code} ${at.path}:${at.line}`) };
}

const service = (keys: string, name = 'web'): string => `services:\n  ${name}:\n    image: img\n    ${keys}\n`;

describe('several files', () => {
  test.for<readonly [string, string, string, Record<string, unknown>]>([
    ['scalars override', 'privileged: true', 'privileged: false', { 'request.privileged': false }],
    [
      'lists append',
      'cap_add: [NET_RAW]',
      'cap_add: [SYS_ADMIN]',
      { 'request.capability.NET_RAW': 'add', 'request.capability.SYS_ADMIN': 'add' },
    ],
    [
      'one mount a target',
      'volumes: ["/a:/t"]',
      'volumes: ["/b:/t:ro"]',
      { 'mount./t': { type: 'bind', source: '/b', readonly: true } },
    ],
    [
      'variables by name, list over mapping',
      'environment: {A: 1, B: 2}',
      'environment: [B=3]',
      { 'env.A': '1', 'env.B': '3' },
    ],
    ['a null overrides nothing', 'user: "5"', 'user:', { 'request.user': '5' }],
    ['commands do not append', 'entrypoint: [a, b]', 'entrypoint: [c]', { 'process.argv': ['c'] }],
    ['`!reset` takes away', 'cap_add: [SYS_ADMIN]', 'cap_add: !reset []', {}],
    ['`!reset` of one variable', 'environment: {A: 1, B: 2}', 'environment: {A: !reset null}', { 'env.B': '2' }],
    [
      '`!override` replaces',
      'cap_add: [SYS_ADMIN]',
      'cap_add: !override [CHOWN]',
      { 'request.capability.CHOWN': 'add' },
    ],
    [
      'mappings merge',
      'ulimits: {nproc: 1}',
      'ulimits: {core: 2}',
      { 'rlimit.nproc': { soft: 1, hard: 1 }, 'rlimit.core': { soft: 2, hard: 2 } },
    ],
    [
      'log options of another driver go',
      'logging: {driver: local, options: {max-size: 1m}}',
      'logging: {driver: syslog}',
      { 'runtime.log-driver': 'syslog' },
    ],
    [
      'log options of no driver merge',
      'logging: {driver: local}',
      'logging: {options: {max-size: 1k}}',
      { 'runtime.log-driver': 'local', 'limit.log': 1024 },
    ],
  ])('%s', ([, base, over, facts]) => {
    expect(web({ 'compose.yaml': service(base), 'compose.override.yaml': service(over) })).toEqual({
      facts,
      problems: [],
    });
  });

  test('the override file is taken up only beside the usual names, and the first of its names', () => {
    const files = {
      'docker-compose.override.yml': service('privileged: true'),
      'compose.override.yml': service('user: "1"'),
    };
    const read = (path: string) => factsOf(readCompose(service('tty: true'), path, optionsOver(files)));
    expect(read('docker-compose.yml')).toMatchObject({ 'request.user': '1' });
    expect(read('docker-compose.yml')).not.toHaveProperty(['request.privileged']);
    expect(read('stack.yml')).not.toHaveProperty(['request.user']);
  });

  test('named in order, places and paths stay right', () => {
    const files = [
      { path: 'a/x.yaml', text: service('volumes: ["./d:/d"]') },
      { path: 'b/y.yaml', text: `\n\n${service('volumes: ["./e:/e"]')}` },
    ];
    const result = readComposeFiles(files, optionsOver({}));
    expect(factsOf(result)).toMatchObject({ 'mount./d': { source: './d' }, 'mount./e': { source: './e' } });
    const sources = result.subjects[0]?.layers.flatMap((layer) => layer.statements.map(({ source }) => source)) ?? [];
    expect(sources).toContainEqual(
      expect.objectContaining({ path: 'a/x.yaml', line: 4, column: 16, endColumn: 22, text: 'volumes: [./d:/d]' }),
    );
    expect(sources).toContainEqual(
      expect.objectContaining({ path: 'b/y.yaml', line: 6, column: 16, text: 'volumes: [./e:/e]' }),
    );
    expect(result.subjects[0]).toMatchObject({ id: 'a/x.yaml#web', place: { path: 'b/y.yaml', line: 4 } });
  });

  test('other shapes do not merge', () => {
    const { problems } = web({
      'compose.yaml': service('cap_add: [CHOWN]'),
      'compose.override.yaml': service('cap_add: {a: b}'),
    });
    expect(problems[0]).toBe('merge-type compose.override.yaml:4');
  });
});

describe('extends', () => {
  const BASE =
    'services:\n  base:\n    image: b\n    privileged: true\n    volumes: ["./d:/d"]\n    environment: {A: 1}\n';

  test('of the same file, with the place and the way to it', () => {
    const result = readAll({ 'compose.yaml': `${BASE}  web:\n    extends: base\n    environment: {A: 2}\n` });
    expect(result.problems).toEqual([]);
    expect(factsOf(result)).toMatchObject({
      'request.privileged': true,
      'env.A': '2',
      'mount./d': { source: './d' },
      'image.reference': 'b',
    });
    const statements =
      result.subjects.find(({ name }) => name === 'web')?.layers.flatMap((layer) => layer.statements) ?? [];
    const of = (key: string) => statements.find(({ facts }) => key in facts)?.source;
    expect(of('request.privileged')).toMatchObject({ line: 4, via: [{ path: 'compose.yaml', line: 8 }] });
    expect(of('mount./d')).toMatchObject({ line: 5, via: [{ line: 8 }] });
  });

  test('of another file: paths start there', () => {
    const files = {
      'common/base.yaml': BASE,
      'compose.yaml': 'services:\n  web:\n    extends: {file: common/base.yaml, service: base}\n',
    };
    expect(web(files)).toMatchObject({
      problems: [],
      facts: { 'request.privileged': true, 'mount./d': { source: './common/d' } },
    });
  });

  test('chains through files', () => {
    const files = {
      'common/base.yaml': `${BASE}  middle:\n    extends: base\n    cap_add: [CHOWN]\n`,
      'compose.yaml':
        'services:\n  web:\n    extends: {file: common/base.yaml, service: middle}\n    cap_add: [KILL]\n',
    };
    expect(web(files).facts).toMatchObject({
      'request.privileged': true,
      'request.capability.CHOWN': 'add',
      'request.capability.KILL': 'add',
    });
  });

  test.for([
    ['a circle', 'services:\n  web: {image: a, extends: b}\n  b: {extends: web}\n', 'extends-cycle compose.yaml:3'],
    ['a service that is not there', 'services:\n  web: {image: a, extends: gone}\n', 'extends-service compose.yaml:2'],
    [
      'a file that is not there',
      'services:\n  web: {image: a, extends: {file: gone.yaml, service: b}}\n',
      'extends-unreadable compose.yaml:2',
    ],
  ] as const)('%s is told, and what the base may state is unknown', ([, text, problem]) => {
    const { facts, problems } = web({ 'compose.yaml': text });
    expect(problems).toContain(problem);
    expect(facts).toMatchObject({
      'request.privileged': { unknown: expect.any(String) },
      'request.capability.ALL': { unknown: expect.any(String) },
    });
  });

  test('what the service states itself is known all the same', () => {
    const { facts } = web({ 'compose.yaml': 'services:\n  web: {image: a, extends: gone, privileged: true}\n' });
    expect(facts['request.privileged']).toBe(true);
  });
});

describe('include', () => {
  test('short and long form; variables of the folder, those of the project first', () => {
    const files = {
      'compose.yaml':
        'include:\n  - inner/compose.yaml\n  - {path: [two.yaml, two.over.yaml], project_directory: sub, env_file: two.env}\nservices: {web: {image: a}}\n',
      'inner/compose.yaml': 'services: {db: {image: "d:${TAG}", user: "${WHO}", volumes: ["./x:/x"]}}\n',
      'inner/.env': 'TAG=1\nWHO=inner\n',
      '.env': 'WHO=outer\n',
      'two.yaml': 'services: {cache: {image: "c:${V}", volumes: ["./y:/y"]}}\n',
      'two.over.yaml': 'services: {cache: {privileged: true}}\n',
      'two.env': 'V=9\n',
    };
    const result = readAll(files);
    expect(result.problems).toEqual([]);
    expect(result.subjects.map(({ id }) => id).sort()).toEqual([
      'compose.yaml#cache',
      'compose.yaml#db',
      'compose.yaml#web',
    ]);
    expect(factsOf(result, 'db')).toMatchObject({
      'image.tag': '1',
      'request.user': 'outer',
      'mount./x': { source: './inner/x' },
    });
    expect(factsOf(result, 'cache')).toMatchObject({
      'image.tag': '9',
      'request.privileged': true,
      'mount./y': { source: './sub/y' },
    });
  });

  test('the includer overrides', () => {
    const files = {
      'compose.yaml': `include: [i.yaml]\n${service('privileged: false')}`,
      'i.yaml': service('privileged: true'),
    };
    expect(web(files)).toMatchObject({ problems: [], facts: { 'request.privileged': false } });
  });

  test.for([
    [
      'a circle',
      { 'compose.yaml': `include: [i.yaml]\n${service('tty: true')}`, 'i.yaml': 'include: [compose.yaml]\n' },
      'include-cycle i.yaml:1',
    ],
    [
      'a missing file',
      { 'compose.yaml': `include: [i.yaml]\n${service('tty: true')}` },
      'include-unreadable compose.yaml:1',
    ],
    [
      'a broken file',
      { 'compose.yaml': `include: [i.yaml]\n${service('tty: true')}`, 'i.yaml': 'a: [' },
      'yaml-syntax i.yaml:1',
    ],
  ] as const)('%s is told and the rest is read', ([, files, problem]) => {
    const { facts, problems } = web(files);
    expect(problems).toEqual([problem]);
    expect(facts).toEqual({ 'process.terminal': true });
  });
});

describe('the whole file', () => {
  test('anchors and merge keys keep the way', () => {
    const text =
      'x-base: &base\n  privileged: true\n  cap_add: &caps [SYS_ADMIN]\nservices:\n  web:\n    <<: *base\n    image: a\n  db:\n    image: b\n    cap_add: *caps\n';
    const result = readAll({ 'compose.yaml': text });
    expect(result.problems).toEqual([]);
    const source = (name: string, key: string) => {
      const subject = result.subjects.find((candidate) => candidate.name === name);
      return subject?.layers.flatMap((layer) => layer.statements).find(({ facts }) => key in facts)?.source;
    };
    expect(source('web', 'request.privileged')).toMatchObject({ line: 2, via: [{ line: 6 }] });
    expect(source('db', 'request.capability.SYS_ADMIN')).toMatchObject({ line: 3, via: [{ line: 10 }] });
  });

  test('documents of one file merge, services of every profile are read, providers are no containers', () => {
    const text =
      'services:\n  web: {image: a, profiles: [debug]}\n  cloud: {provider: {type: x}}\n---\nservices:\n  web: {tty: true}\n';
    const result = readAll({ 'compose.yaml': text });
    expect(result.problems).toEqual([]);
    expect(result.subjects.map(({ name }) => name)).toEqual(['web']);
    expect(factsOf(result)).toMatchObject({ 'process.terminal': true });
  });

  test('environment files come before `environment`, each with its place', () => {
    const files = {
      'compose.yaml': service('env_file: [e.env]\n    environment: {B: 2}'),
      'e.env': '# x\nA=1\nB=1\nC=$NO\n',
    };
    expect(web(files)).toEqual({
      problems: [],
      facts: { 'env.A': '1', 'env.B': '2', 'env.C': { unknown: '${NO} is not set' } },
    });
    const statements = readAll(files).subjects[0]?.layers.flatMap((layer) => layer.statements) ?? [];
    expect(statements.find(({ facts }) => 'env.A' in facts)?.source).toMatchObject({
      path: 'e.env',
      line: 2,
      via: [{ path: 'compose.yaml', line: 4 }],
    });
  });

  test('the user’s variables win over `.env`', () => {
    const files = { 'compose.yaml': service('user: "${U}-${V}"'), '.env': 'U=file\nV=file\n' };
    expect(web(files, { U: 'given' }).facts).toEqual({ 'request.user': 'given-file' });
  });

  test.for([
    ['build: .', { build: { dockerfile: 'Dockerfile' } }],
    ['build: ./app', { build: { dockerfile: 'app/Dockerfile' } }],
    [
      'build: {context: app, dockerfile: ../D, target: t, args: {A: 1, B: , C: "${NO}"}}',
      { build: { dockerfile: 'D', target: 't', args: { A: '1', C: { why: expect.stringContaining('NO') } } } },
    ],
    ['build: {context: https://h/r.git}', {}],
    ['build: {dockerfile_inline: "FROM x"}', { build: { inline: { text: 'FROM x', place: { line: 3 } } } }],
  ] as const)('%s', ([keys, expected]) => {
    const [subject] = readAll({ 'compose.yaml': `services:\n  web:\n    ${keys}\n` }).subjects;
    expect(subject).toMatchObject(expected);
    if (!('build' in expected)) expect(subject).not.toHaveProperty('build');
  });

  test('suppressions belong to the service that they stand in or above', () => {
    const text =
      '# cofferdam: ignore everywhere all of it\nservices:\n  # cofferdam: ignore above on purpose (until 2027-01-31)\n  web:\n    image: a\n    tty: true # cofferdam: ignore inside because\n  # cofferdam: ignore\n  db: {image: b}\n';
    const result = readAll({ 'compose.yaml': text });
    expect(result.problems.map(({ code, at }) => [code, at.line])).toEqual([['suppression-form', 7]]);
    const [web, db] = result.subjects.map(({ suppressions }) =>
      suppressions.map(({ vector, reason, until, place }) => [vector, reason, until, place.line]),
    );
    expect(web).toEqual([
      ['everywhere', 'all of it', undefined, 1],
      ['above', 'on purpose', '2027-01-31', 3],
      ['inside', 'because', undefined, 6],
    ]);
    expect(db).toEqual([['everywhere', 'all of it', undefined, 1]]);
  });

  test.for([
    ['', []],
    ['- a', ['wrong-type']],
    ['services: [a]', ['wrong-type']],
    ['services: {web: x}', ['wrong-type']],
    ['services: {web: {tty: true}}', ['no-image']],
    ['service: {}', ['unknown-key']],
    ['services: {web: {image: a, image: b}}', ['duplicate-key']],
    ['a: [', ['yaml-syntax']],
    ['services: {web: {image: "${", x-a: 1}}', ['interpolation']],
  ] as const)('%j gives %j', ([text, codes]) => {
    expect(readAll({ 'compose.yaml': text }).problems.map(({ code }) => code)).toEqual(codes);
  });
});
