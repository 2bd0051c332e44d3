import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import * as words from '../../model/words.ts';
import * as kubernetesWords from '../../model/words-of-kubernetes.ts';
import { DecodeContext, parseDocuments } from '../../readers/document/index.ts';
import { CATALOGUE } from '../../vectors/catalogue.generated.ts';
import { loadConfig, withVectors } from '../config.ts';
import { ownVectors } from '../own-vectors.ts';
import { testVectors } from './examples.ts';
import { expression } from './expression.ts';
import { FACT_FAMILIES, FACT_KEYS } from './fact-keys.data.ts';
import { patternFault } from './pattern.ts';
import { nodesOf } from './plain-data.ts';
import { withReference } from './reference.ts';
import { decodeVectors, vectorNodes } from './vector.ts';
import { WORDS } from './words.ts';

function read(text: string) {
  const [document] = parseDocuments(text, 'own.yaml');
  if (document === undefined) throw new Error('no document');
  const context = new DecodeContext(document);
  return { expr: expression.decode(document.root, context), problems: context.problems };
}

const faults = (text: string) =>
  read(text).problems.map(({ message, hint, at }) => `${at.line}:${at.column} ${message} → ${hint}`);

const mount = { types: ['bind'], covers: ['/srv/cache'], writable: true, title: 'cache' } as const;

describe('words', () => {
  test.each([
    ['becomesRoot', words.becomesRoot],
    ['capable: SYS_ADMIN', words.capable('SYS_ADMIN')],
    ['capable: cap_sys_admin', words.capable('SYS_ADMIN')],
    ['mounted: {types: [bind], covers: [/srv/cache], writable: true, title: cache}', words.mounted(mount)],
    [
      'fact: {key: namespace.pid, is: host, mechanism: namespace-pid}',
      words.fact('namespace.pid', { is: 'host' }, 'namespace-pid'),
    ],
    ['syscall: {name: mount}', words.syscall('mount')],
    ['syscall: mount', words.syscall('mount')],
    ['calls: {name: socket, args: {0: {int32: 38}}}', words.calls('socket', { 0: words.int32(38) })],
    ['opensSocket: ALG', words.opensSocket(38)],
    ['deviceAllowed: [b, r, 8, 0]', words.deviceAllowed('b', 'r', 8, 0)],
    ['inHostGroup: [docker, root]', words.inHostGroup(['docker', 'root'])],
    [
      'hostSysctl: {name: kernel.dmesg_restrict, is: 0, usually: passes}',
      words.hostSysctl('kernel.dmesg_restrict', { is: 0 }, { usually: 'passes' }),
    ],
    ['kernel: {since: 5.10}', words.kernel({ since: '5.10' })],
    ['kernel: 5.10', words.kernel({ since: '5.10' })],
    ['writesKernelFile: /proc/sys/kernel/core_pattern', words.writesKernelFile('/proc/sys/kernel/core_pattern')],
    ['all: {title: both, of: [rootUser, sharedKernel]}', words.all('both', words.rootUser, words.sharedKernel)],
    ['{any: [rootUser, {capable: BPF}], title: either}', words.any('either', words.rootUser, words.capable('BPF'))],
    [
      '{gate: capability, capability: SYS_ADMIN, set: bounding}',
      { gate: 'capability', capability: 'SYS_ADMIN', set: 'bounding' },
    ],
    [
      'granted: {verbs: [create], resources: [pods/exec]}',
      words.granted({ verbs: ['create'], resources: ['pods/exec'] }),
    ],
  ])('%s', (text, expected) => {
    const { expr, problems } = read(text);
    expect(problems).toEqual([]);
    expect(expr).toEqual(expected);
  });

  test('every export of the words has its place in the table', () => {
    const built = new Set(['int32', 'all', 'any']);
    const exported = Object.keys(words).filter((name) => !built.has(name));
    expect(
      exported.filter((name) => !Object.hasOwn(WORDS, name)),
      'add the word to src/check/own-vectors/words.ts',
    ).toEqual([]);
    expect(Object.keys(WORDS).filter((name) => !exported.includes(name) && !(name in kubernetesWords))).toEqual([]);
  });

  test('what ships passes the same schemas', () => {
    for (const vector of CATALOGUE) {
      // Probes come from our own TypeScript only: the schemas do not take them.
      const { root, context } = nodesOf([{ ...vector, probe: undefined }], vector.id);
      const [decoded] = root.kind === 'list' ? decodeVectors(root.items, context) : [];
      // Our own patterns are reviewed and may be of shapes that are refused from outside.
      const problems = context.problems
        .map((problem) => problem.message)
        .filter((message) => !/repeats a group|is longer than|open-ended/.test(message));
      expect(problems, vector.id).toEqual([]);
      if (context.problems.length > 0) continue;
      expect(JSON.parse(JSON.stringify(decoded?.vector.routes))).toEqual(JSON.parse(JSON.stringify(vector.routes)));
    }
  });
});

describe('what is refused, and where', () => {
  test.each([
    ['capabel: SYS_ADMIN', '1:1 there is no word `capabel` → did you mean `capable`?'],
    ['capable: SYS_ADMINN', '1:10 `SYS_ADMINN` is no capability of Linux'],
    ['becomesroot', 'did you mean `becomesRoot`?'],
    ['capable', '`capable` lacks `capability`'],
    ['becomesRoot: true', '`becomesRoot` takes nothing'],
    ['{gate: capabilty, set: bounding}', '1:8 there is no gate `capabilty` → did you mean `capability`?'],
    ['{gate: capability, capability: BPF, set: permited}', '`permited` is not a known value'],
    ['{gate: capability, capability: BPF, set: bounding, sett: x}', 'did you mean `set`?'],
    [
      'fact: {key: namespace.pdi, is: host, mechanism: namespace-pid}',
      '`namespace.pdi` is no fact key → did you mean `namespace.pid`?',
    ],
    ['fact: {key: namespace.pid, is: hots, mechanism: namespace-pid}', 'namespace.pid is never "hots"'],
    ['fact: {key: process.uid, is: "0", mechanism: dac}', 'process.uid is never "0"'],
    ['fact: {key: process.uid, mechanism: dac}', 'tests nothing'],
    ['fact: {key: process.uid, is: 0, isNot: 1, mechanism: dac}', 'has 2 tests'],
    ['fact: {key: namespace.pid, is: host, mechanism: namespace-pidd}', 'did you mean `namespace-pid`?'],
    ['fact: {key: capability.bounding.SYS_FOO, is: true, mechanism: capability}', 'is no fact key'],
    ['host: {key: process.uid, is: 0}', 'is not a fact of the host'],
    ['hostSysctl: {name: kernel.x, is: "0"}', 'compared with a number'],
    ['someFact: {family: env., name: "(", mechanism: image, title: t}', 'is not a regular expression'],
    ['someFact: {family: env., name: "(a+)+$", mechanism: image, title: t}', 'repeats a group'],
    ['syscall: {name: mont}', '`mont` is not a known system call → did you mean `mount`?'],
    ['compatSyscall: [i386, io_uring_foo]', 'is not a known system call'],
    ['syscall: {name: socket, args: {6: 1}}', 'is not the number of an argument'],
    ['syscall: {name: socket, args: {0: {mask: 0x1, value: 0x2}}}', 'bits outside the mask'],
    ['mounted: {types: [bnd], title: t}', 'did you mean `bind`?'],
    ['mounted: {covers: [srv], title: t}', 'is not an absolute path'],
    ['writesKernelFile: /etc/shadow', 'is not a file of procfs or sysfs'],
    ['kernelConfig: CONFIG_BPF_SYSCALL', 'without its prefix'],
    ['kernel: {}', 'says no version'],
    ['[rootUser]', 'found a list'],
    ['{rootUser: , sharedKernel: }', 'an expression is one word, found 2'],
    ['all: {title: t}', '`all` has no parts'],
    ['any: {title: t, off: [rootUser]}', '`any` has no `off`'],
    ['constructor', 'there is no word `constructor`'],
    ['{gate: toString}', 'there is no gate `toString`'],
    ['capable: {__proto__: x}', 'has no `__proto__`'],
    ['deviceAllowed: [b, r, 8, 0, 1, 2]', 'takes 5, found 6'],
  ])('%s', (text, expected) => {
    expect(read(text).expr).toBeUndefined();
    expect(faults(text).join('\n')).toContain(expected);
  });

  test.each([
    ['(a|b)*'],
    ['(a*)*'],
    ['(a+){2,}'],
    ['((a|b))+'],
    ['(a)\\1'],
    ['.*.*.*.*.*x'],
    ['a'.repeat(501)],
    ['(?:x+y?){12}'],
  ])('pattern %s', (pattern) => {
    expect(patternFault(pattern)).toBeDefined();
  });

  test.each([['^/dev/(kvm|fuse)$'], ['^(a|b)?$'], ['[(*+]+'], ['\\(a+\\)+'], ['^/srv(/.*)?$'], ['(?<!x)y+']])(
    'but not %s',
    (pattern) => {
      expect(patternFault(pattern)).toBeUndefined();
    },
  );
});

describe('hostile text', () => {
  test('an alias bomb costs what its limit allows', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `  - &a${i + 1} {all: {of: [*a${i}, *a${i}]}}`);
    const { expr, problems } = read(
      `all:\n  title: t\n  of:\n  - &a0 rootUser\n${lines.join('\n').replace(/^ {2}/gm, '  ')}`,
    );
    expect(expr).toBeUndefined();
    expect(problems.length).toBeLessThan(10);
  });

  test('a chain of aliases does not exhaust the stack', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `  - &a${i + 1} {all: [*a${i}]}`);
    expect(read(`all:\n  of:\n  - &a0 rootUser\n${lines.join('\n')}`).expr).toBeUndefined();
  });

  test('whatever the text, there are vectors and problems, and nothing else is thrown', () => {
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('rootUser', 'SYS_ADMIN', 'x', '', null, 0, true),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(
          fc.constantFrom(
            'gate',
            'all',
            'any',
            'of',
            'title',
            'capable',
            'fact',
            'key',
            'is',
            'mounted',
            'vectors',
            'id',
            'routes',
            '__proto__',
          ),
          tie('node'),
          { maxKeys: 4 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (value) => {
        const [document] = parseDocuments(JSON.stringify({ vectors: [{ id: 'x', routes: value }, value] }), 'own.yaml');
        if (document === undefined) return;
        const context = new DecodeContext(document);
        expect(decodeVectors(vectorNodes(document.root, context), context)).toEqual([]);
        expect(context.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

const folder = mkdtempSync(join(tmpdir(), 'own-vectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, 'tree-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const VECTOR = {
  id: 'acme-cache',
  title: 'Container can poison the cache',
  mechanism: 'mount',
  phase: 'request',
  goal: 'supply-chain',
  severity: 'high',
  stride: 'T',
  appliesTo: ['workload'],
  routes: [[{ mounted: mount }, 'becomesRoot']],
  why: 'Builds trust it.',
  fix: 'Mount it read-only.',
  examples: [
    { docker: 'run -v /srv/cache:/c img', verdict: 'open' },
    { docker: 'run -v /srv/cache:/c:ro img', verdict: 'blocked', depth: 1 },
  ],
};
const file = (...vectors: readonly object[]) => JSON.stringify({ vectors });
const codes = (problems: readonly { code: string; message: string }[]) => problems.map(({ code }) => code);

describe('files', () => {
  test('a wrong vector is left out, the others work', async () => {
    const root = tree({
      'cofferdam.yaml': 'vectors: [own.yaml]',
      'own.yaml': file(VECTOR, { ...VECTOR, id: 'other', severity: 'hihg' }),
    });
    const { vectors, problems } = await ownVectors(loadConfig(undefined, [root], root));
    expect(vectors.map((own) => own.vector.id)).toEqual(['acme-cache']);
    expect(problems.map((problem) => problem.message)).toEqual(['vector `other`: `hihg` is not a known value']);
    expect(problems[0]?.at).toMatchObject({ path: 'own.yaml', line: 1 });
  });

  test('ids are taken once, former ones included', async () => {
    const shipped = CATALOGUE.find((vector) => vector.aliases !== undefined);
    const root = tree({
      'cofferdam.yaml': 'vectors: [own.yaml]',
      'own.yaml': file(VECTOR, VECTOR, { ...VECTOR, id: shipped?.id }, { ...VECTOR, id: shipped?.aliases?.[0] }),
    });
    const { vectors, problems } = await ownVectors(loadConfig(undefined, [root], root));
    expect(vectors).toHaveLength(1);
    expect(codes(problems)).toEqual(['duplicate-vector', 'duplicate-vector', 'duplicate-vector']);
  });

  test('a configuration that was found cannot make code run, or name files elsewhere', async () => {
    const outside = tree({ 'secret.yaml': 'password: hunter2' });
    const root = tree({
      'cofferdam.yaml': `vectors: [evil.mjs, evil.ts, ${join(outside, 'secret.yaml')}, link.yaml, absent.yaml, '.']`,
      'evil.mjs': 'globalThis.ranVectors = true; export default [];',
      'evil.ts': 'globalThis.ranVectors = true; export default [];',
    });
    symlinkSync(join(outside, 'secret.yaml'), join(root, 'link.yaml'));
    const { vectors, problems } = await ownVectors(loadConfig(undefined, [root], root));
    expect(vectors).toEqual([]);
    expect(problems).toHaveLength(6);
    expect(JSON.stringify(problems.map((problem) => problem.message))).not.toContain('hunter2');
    expect(problems[0]?.hint).toContain('--vectors evil.mjs');
    expect('ranVectors' in globalThis).toBe(false);
  });

  test('code that was named runs, and what it gives is checked like YAML', async () => {
    const code = `export default [${JSON.stringify({ ...VECTOR, routes: [[{ gate: 'mount', ...mount }]] })}, ${JSON.stringify({ ...VECTOR, id: 'wrong', routes: [[{ gate: 'capability', capability: 'NOPE', set: 'bounding' }]] })}];`;
    const root = tree({
      'own.mjs': code,
      'list.yaml': 'vectors: [own.mjs]',
      'bad.mjs': 'export default { routes: () => 1 };',
      'none.mjs': 'export const x = 1;',
      'throws.mjs': 'throw new Error("boom");',
    });
    const { vectors, problems } = await ownVectors(
      withVectors(loadConfig('list.yaml', [], root), ['bad.mjs', 'none.mjs', 'throws.mjs'], root),
    );
    expect(vectors.map((own) => own.vector.id)).toEqual(['acme-cache']);
    expect(problems.map((problem) => problem.message)).toEqual([
      'vector `wrong`: `NOPE` is no capability of Linux (at default[1].routes[0][0].capability)',
      'a function is not data (at default.routes)',
      '`none.mjs` has no default export',
      '`throws.mjs` cannot be loaded: boom',
    ]);
  });

  test('examples are judged, and a failing one shows its tree', async () => {
    const root = tree({
      'own.yaml': file(VECTOR, { ...VECTOR, id: 'lies', examples: [{ docker: 'run img', verdict: 'open' }] }),
    });
    const { vectors, problems } = await ownVectors(withVectors(loadConfig(undefined, [], root), ['own.yaml'], root));
    expect(problems).toEqual([]);
    const [good, bad] = await testVectors(vectors);
    expect(good?.failures).toEqual([]);
    expect(bad?.failures.map((failure) => failure.what)).toEqual(['expected open, is blocked', 'none is blocked']);
    expect(bad?.failures[0]?.because.join('\n')).toContain('no mount: cache');
  });
});

test('the keys of facts are those of the posture', () => {
  const source = readFileSync(new URL('../../posture/keys.ts', import.meta.url), 'utf8');
  const body = source.slice(
    source.indexOf('interface OpenFactTypes'),
    source.indexOf('/** The families whose members'),
  );
  const exact = [...body.matchAll(/^ {2}'?([\w.-]+)'?:/gm)].map((match) => match[1]);
  const families = [...body.matchAll(/^ {2}\[key: `([^$]+)\$\{string\}`\]/gm)].map((match) => match[1]);
  const hint = 'add the key to src/check/own-vectors/fact-keys.data.ts and run npm run generate';
  expect(
    exact.filter((key) => !Object.hasOwn(FACT_KEYS, key as string)),
    hint,
  ).toEqual([]);
  expect(
    families.filter((key) => !Object.hasOwn(FACT_FAMILIES, key as string)),
    hint,
  ).toEqual([]);
  const closed = /^(namespace|limit)\./;
  expect(Object.keys(FACT_KEYS).filter((key) => !closed.test(key) && !exact.includes(key))).toEqual([]);
});

test('the reference page is what the tables give', () => {
  const page = readFileSync(new URL('../../../docs/own-vectors.md', import.meta.url), 'utf8');
  expect(page === withReference(page), 'run npm run generate').toBe(true);
});
