/** The command as its users meet it: exit codes, what goes where, and what it says when something is wrong. */
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, ResultDocument } from '../src/check/index.ts';
import { BuiltCommand, type Run, type RunOptions } from './command.ts';
import { writeFiles } from './files.ts';

let command: BuiltCommand;
let cwd: string;

beforeAll(() => {
  command = BuiltCommand.build();
  cwd = mkdtempSync(join(tmpdir(), 'cofferdam-cli-'));
  chmodSync(cwd, 0o755);
  writeFiles(cwd, FILES);
  mkdirSync(join(cwd, 'empty'));
}, 120_000);

afterAll(() => {
  command.remove();
  rmSync(cwd, { recursive: true, force: true });
});

const BAD = 'services:\n  web:\n    image: nginx\n    privileged: true\n';
const POD = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers:
    - name: a
      image: x
      securityContext: { privileged: true }
    - name: b
      image: y
`;

const FILES = {
  'bad.yaml': BAD,
  'worse.yaml': BAD.replace('privileged: true', 'privileged: true\n    pid: host'),
  'pod.yaml': POD,
  'host.yaml': 'lsm: [capability, apparmor]\nkernel: 6.8.0\n',
  'bad-host.yaml': 'kernel: 6.8.0\nkernle: 6.8.0\n',
  'inline/compose.yaml': `services:
  web:
    image: nginx
    # cofferdam: ignore privileged-container the builder needs it until 2099-01-31
    privileged: true
`,
  'configured/compose.yaml': BAD,
  'configured/cofferdam.yaml': `suppress:
  - { vector: privileged-container, reason: the builder needs it }
  - { vector: cap-sys-module, reason: was needed, until: 2020-01-31 }
  - { vector: engine-api-over-tcp, reason: nothing of the kind }
`,
  'careless/compose.yaml': BAD,
  'careless/cofferdam.yaml': 'suppress:\n  - { vector: privileged-container }\n',
  'wrong-standard/cofferdam.yaml': 'standards:\n  - pss-strict\n',
  'wrong-engine/cofferdam.yaml': 'engines: [dokcer@28]\n',
  'strict-pods/pod.yaml': POD,
  'strict-pods/cofferdam.yaml': 'standards: [pss-baseline@1.37]\nfail-on: critical\n',
};

const run = (args: readonly string[], options: RunOptions = {}): Run => command.run(args, { cwd, ...options });
const json = (args: readonly string[], options: RunOptions = {}): ResultDocument =>
  JSON.parse(run(['check', ...args, '--format', 'json'], options).out) as ResultDocument;
const findingOf = (result: ResultDocument, vector: string): Finding | undefined =>
  result.targets.flatMap((target) => target.findings).find((finding) => finding.vector === vector);

describe('exit codes', () => {
  const LINE = 'docker-run:docker run --cap-drop ALL --user 10001 --read-only alpine';
  test.each([
    { when: 'findings without a threshold', args: ['check', 'bad.yaml'], code: 0 },
    { when: 'findings at the threshold', args: ['check', 'bad.yaml', '--fail-on', 'critical'], code: 1 },
    { when: 'findings below the threshold', args: ['check', LINE, '--fail-on', 'critical'], code: 0 },
    { when: 'held by too few mechanisms', args: ['check', LINE, '--fail-on', 'critical', '--min-depth', '9'], code: 1 },
    { when: 'a threshold of the configuration', args: ['check', 'strict-pods'], code: 1 },
    { when: 'a file that is missing, beside one that is not', args: ['check', 'bad.yaml', 'none.yaml'], code: 0 },
    { when: 'the same, strictly', args: ['check', 'bad.yaml', 'none.yaml', '--strict'], code: 2 },
    { when: 'nothing that could be read', args: ['check', 'none.yaml'], code: 2 },
    { when: 'a folder with nothing in it', args: ['check', 'empty'], code: 0 },
    {
      when: 'an unmet standard, without a threshold',
      args: ['check', 'pod.yaml', '--standard', 'pss-baseline'],
      code: 0,
    },
    {
      when: 'an unmet standard, with one that no finding reaches',
      args: ['check', 'docker-run:docker run a', 'pod-b.yaml', '--standard', 'pss-restricted', '--fail-on', 'critical'],
      files: { 'pod-b.yaml': POD.replace('privileged: true', 'privileged: false') },
      code: 1,
    },
    { when: 'the version', args: ['--version'], code: 0 },
    { when: 'help', args: ['--help'], code: 0 },
    { when: 'a vector explained', args: ['explain', 'privileged-container'], code: 0 },
    { when: 'a vector that does not exist', args: ['explain', 'nonsense'], code: 2 },
  ])('$code: $when', ({ args, code, files = {} }) => {
    writeFiles(cwd, files);
    const { code: actual, err, out } = run(args);
    expect({ code: actual, err, out: actual === code ? '' : out }).toMatchObject({ code });
    expect(err).not.toMatch(/defect of ours|^\s+at /m);
  });

  test('70: a defect of ours, with the trace to report', () => {
    // A file of the bundle that is gone is as good a defect as any.
    const { code, err } = command.shell(
      `copy=$(mktemp -d) && cp -r ${command.folder}/. $copy && rm $copy/catalogue.cjs && ${process.execPath} $copy/cofferdam.js vectors; code=$?; rm -r $copy; exit $code`,
      { cwd },
    );
    expect(code).toBe(70);
    expect(err).toMatch(/a defect of ours, please report it/);
  });
});

describe('usage that is wrong says what would be right', () => {
  test.each([
    { args: ['chekc'], says: /did you mean `cofferdam check`/ },
    { args: ['check', '--fromat', 'json'], says: /Did you mean --format\?/ },
    { args: ['check', 'bad.yaml', '--format', 'jsn'], says: /Allowed choices are text, json/ },
    { args: ['check', 'bad.yaml', '--fail-on', 'grave'], says: /critical, high, medium, low/ },
    { args: ['check', 'bad.yaml', '--fail-on', 'low', '--min-depth', 'two'], says: /write --min-depth 2/ },
    { args: ['check', 'bad.yaml', '--engine', 'dokcer@28'], says: /choose one of docker, podman/ },
    { args: ['check', 'bad.yaml', '--engine', 'docker@latest'], says: /write docker@\d+/ },
    {
      args: ['check', 'bad.yaml', '--engine', 'docker@1.13'],
      says: /the defaults of docker 1\.13 are not known[\s\S]*20\.10/,
    },
    { args: ['check', 'bad.yaml', '--standard', 'pss-strict'], says: /pss-baseline or pss-restricted/ },
    { args: ['check', 'bad.yaml', '--env', 'NAME'], says: /write --env NAME=value/ },
    {
      args: ['check', 'bad.yaml', '--output', 'none/result.txt'],
      says: /`none\/result\.txt` cannot be written[\s\S]*after --output/,
    },
    { args: ['check', 'bad.yaml', '--config', 'none.yaml'], says: /check the path after --config/ },
    { args: ['check', 'bad.yaml', '--host', 'none.yaml'], says: /none\.yaml: `none\.yaml` cannot be read/ },
    {
      args: ['check', 'bad.yaml', '--host', 'bad-host.yaml'],
      says: /bad-host\.yaml:2:1: .*`kernle`[\s\S]*did you mean `kernel`/,
    },
    { args: ['check', 'bad.yaml', '--against', 'none.yaml'], says: /`none\.yaml` cannot be read/ },
    {
      args: ['check', 'bad.yaml', '--against', 'worse.yaml', '--format', 'sarif'],
      says: /choose text, json or markdown/,
    },
    { args: ['check', 'careless'], says: /cofferdam\.yaml:2:5: a suppression needs `vector` and `reason`/ },
    { args: ['check', 'wrong-standard'], says: /cofferdam\.yaml:2:5: standard `pss-strict` is not known/ },
    { args: ['check', 'wrong-engine'], says: /cofferdam\.yaml:1:11: engine `dokcer` is not known/ },
    { args: ['vectors', '--phase', 'birth'], says: /choose one of build, distribute/ },
    { args: ['explain'], says: /missing required argument 'id'/ },
  ])('$args', ({ args, says }) => {
    const { code, out, err } = run(args);
    expect(err).toMatch(says);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('a runtime that is not installed is named with what installs it, and the prediction stands', () => {
    const args = ['check', '--prove', '--runtime', 'runc', '--format', 'json', 'docker-run:--privileged image'];
    const { code, out } = run(args, { env: { PATH: '/nonexistent' } });
    const [target] = (JSON.parse(out) as ResultDocument).targets;
    expect(target?.sandbox?.failure).toEqual({ message: 'runc is not installed', hint: 'apt-get install runc' });
    expect(target?.findings.some(({ verdict }) => verdict === 'open')).toBe(true);
    expect(code).toBe(0);
  });

  test('proofs are no JSON Lines', () => {
    const { code, err } = run(['check', '--prove', '--format', 'jsonl', 'docker-run:image']);
    expect(err).toMatch(/proofs cannot be written as JSON Lines/);
    expect(code).toBe(2);
  });

  test('with --prove, both sides of a comparison are seen on this machine', () => {
    const same = ['docker-run:image', '--against', 'docker-run:image', '--prove', '--format', 'json'];
    const { out } = run(['check', ...same]);
    expect(JSON.parse(out)).toMatchObject({ targets: [{ changes: [] }], added: [], removed: [] });
  });

  test.for([
    ['pid:x', /write pid:4711/],
    ['pid:999999999', /there is no process 999999999/],
    ['exec:true', /probe it: cofferdam probe/],
    ['image:archive.tar', /archives of images are not read yet/],
  ] as const)('%s is an error of its own, and the other targets are checked', ([target, says]) => {
    const { code, out } = run(['check', target]);
    expect(out).toMatch(says);
    expect(code).toBe(2);
    expect(run(['check', target, 'docker-run:image']).code).toBe(0);
  });
});

describe('output', () => {
  test('each format is what it says', () => {
    const of = (format: string) => run(['check', 'bad.yaml', '--format', format]).out;
    expect(of('text')).toMatch(/^1 container lets an attacker become root on the host/);
    expect(JSON.parse(of('json'))).toMatchObject({ schema: 'cofferdam.result/1', summary: { targets: 1 } });
    expect(JSON.parse(of('sarif'))).toMatchObject({ version: '2.1.0' });
    expect(of('markdown')).toMatch(/^#+ /m);
    const lines = of('jsonl').trimEnd().split('\n');
    expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => 'object'));
  });

  test('--output writes the same into a file, and nothing else to standard output', () => {
    const path = join(cwd, 'result.json');
    expect(run(['check', 'bad.yaml', '--format', 'json', '--output', path])).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(json(['bad.yaml']));
  });

  test('standard input is a target, and problems in it are named after it', () => {
    const result = json(['-'], { input: BAD });
    expect(result.targets.map((target) => target.name)).toEqual(['web']);
    const { code, out } = run(['check', '-'], { input: 'gibberish\n' });
    expect(code).toBe(2);
    expect(out).toMatch(/-:1:1: standard input is of no known kind/);
  });

  test('the engine is named, and said to be assumed where nobody stated it', () => {
    const line = 'docker-run:docker run --name c alpine';
    const [stated] = json([line, '--engine', 'docker@28']).targets;
    expect(stated).toMatchObject({ engine: 'docker@28', engineStated: true });
    const [assumed] = json([line]).targets;
    expect(assumed).toMatchObject({ engineStated: false });
    expect(assumed?.engine).toMatch(/^docker@\d+\.\d+\.\d+$/);
    expect(run(['check', line]).out).toMatch(/docker@[\d.]+ \(assumed\)/);
    expect(run(['check', line, '--engine', 'docker@28']).out).toMatch(/docker@28 {2,}/);
  });

  test('an engine newer than any that is known says whose defaults were taken', () => {
    expect(json(['docker-run:docker run a', '--engine', 'docker@99']).targets[0]?.engine).toMatch(
      /^docker@99 \(defaults of \d+\.\d+\.\d+\)$/,
    );
  });

  test('a host profile settles what is unknown', () => {
    const without = json(['bad.yaml']);
    const within = json(['bad.yaml', '--host', 'host.yaml']);
    expect(findingOf(without, 'apparmor-unconfined')?.verdict).toBe('unknown');
    expect(findingOf(within, 'apparmor-unconfined')?.verdict).toBe('open');
    const unknown = (result: ResultDocument) =>
      result.targets
        .find((target) => target.name === 'web')
        ?.findings.filter((finding) => finding.verdict === 'unknown').length;
    expect(unknown(within)).toBeLessThan(unknown(without) ?? 0);
  });

  test('--against tells what opens and what closes, and fails only for what opens', () => {
    const worse = run(['check', 'worse.yaml', '--against', 'bad.yaml', '--fail-on', 'high']);
    expect(worse.out).toMatch(/Against the other configuration: \d+ vectors? opens?/);
    expect(worse.code).toBe(1);
    const better = run(['check', 'bad.yaml', '--against', 'worse.yaml', '--fail-on', 'high']);
    expect(better.out).toMatch(/nothing opens.*closes/);
    expect(better.code).toBe(0);
  });

  test('a standard: each container carries the result of its pod, with the control and its place', () => {
    const result = json(['pod.yaml', '--standard', 'pss-restricted@1.37', 'bad.yaml']);
    const [a, b, web] = ['p/a', 'p/b', 'web'].map((name) => result.targets.find((target) => target.name === name));
    expect(a?.standards).toMatchObject([{ name: 'pss-restricted', version: '1.37', result: 'failed' }]);
    expect(b?.standards).toEqual(a?.standards);
    expect(a?.standards[0]?.items.find((item) => item.id === 'privileged')).toMatchObject({
      result: 'failed',
      source: { path: 'pod.yaml', line: 8 },
    });
    // No pod: the standard has nothing to say of it.
    expect(web?.standards).toEqual([]);
  });

  test('a standard in the other formats', () => {
    const of = (format: string) =>
      run(['check', 'pod.yaml', '--standard', 'pss-baseline@1.37', '--format', format]).out;
    expect(of('text')).toMatch(/pss-baseline@1\.37 failed {2}privileged \(line 8\)/);
    expect(of('markdown')).toMatch(/pss-baseline 1\.37 \| failed \| privileged/);
    expect(of('sarif')).toMatch(/"ruleId": "pss-baseline@1\.37\/privileged"/);
  });
});

describe('suppressions', () => {
  test('beside the statement, with a reason and an end', () => {
    const finding = findingOf(json(['inline/compose.yaml']), 'privileged-container');
    expect(finding?.suppressed).toMatchObject({ reason: 'the builder needs it', until: '2099-01-31' });
  });

  test('in cofferdam.yaml; one that has ended and one without effect are told', () => {
    const result = json(['configured']);
    expect(findingOf(result, 'privileged-container')?.suppressed).toMatchObject({ reason: 'the builder needs it' });
    expect(findingOf(result, 'cap-sys-module')?.suppressed).toBeNull();
    expect(result.errors.map(({ code, line }) => [code, line])).toEqual([
      ['suppression-expired', 3],
      ['suppression-unused', 4],
    ]);
  });
});

describe('terminals and surroundings', () => {
  test('a reader that leaves ends the output, not the program', () => {
    const { code, out, err } = command.shell('set -o pipefail; $COFFERDAM check bad.yaml --verbose | head -1', {
      cwd,
    });
    expect({ code, err, lines: out.split('\n').length }).toEqual({ code: 0, err: '', lines: 2 });
  });

  test('colour only where it is wanted', () => {
    const colored = (env: Record<string, string>) => run(['check', 'bad.yaml'], { env }).out.includes('\u001b[');
    expect(colored({})).toBe(false);
    expect(colored({ FORCE_COLOR: '1' })).toBe(true);
    expect(colored({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });

  test('40 columns', () => {
    const { out } = run(['check', 'bad.yaml'], { env: { COLUMNS: '40' } });
    // Source lines and their carets are quoted as they are.
    const long = out.split('\n').filter((line) => [...line].length > 40);
    expect(long).toEqual([]);
  });

  test('the language of the user changes nothing', () => {
    const turkish = { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' };
    expect(json(['bad.yaml'], { env: turkish })).toEqual(json(['bad.yaml']));
  });

  test('a working folder that is gone', () => {
    const { code, err } = command.shell('mkdir gone && cd gone && rmdir ../gone && $COFFERDAM check', { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/the working folder is gone/);
  });

  const nobody = process.getuid?.() === 0;
  test.runIf(nobody)('a file that may not be read is one error; the others are checked', () => {
    writeFiles(cwd, { 'closed/a/compose.yaml': BAD, 'closed/b/compose.yaml': BAD });
    chmodSync(join(cwd, 'closed/a/compose.yaml'), 0o600);
    const { out, code } = command.start(
      'setpriv',
      ['--reuid', '65534', '--clear-groups', process.execPath, command.path, 'check', 'closed', '--format', 'json'],
      { cwd },
    );
    expect(code).toBe(0);
    const result = JSON.parse(out) as ResultDocument;
    expect(result.errors).toMatchObject([
      { path: 'closed/a/compose.yaml', message: expect.stringMatching(/permission denied/) },
    ]);
    expect(result.targets.map((target) => target.id)).toEqual(['closed/b/compose.yaml#web']);
  });
});

describe('bad input', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 10; i++) bomb.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
  bomb.push('services: { web: { image: x, environment: *a9 } }');

  const HOSTILE: readonly {
    readonly path: string;
    readonly bytes: string | Uint8Array;
    readonly line: number;
    readonly code: string;
  }[] = [
    {
      path: 'binary/compose.yaml',
      bytes: Uint8Array.from({ length: 4096 }, (_, i) => (i * 73 + 128) % 256),
      line: 1,
      code: 'invalid-utf8',
    },
    { path: 'bomb/compose.yaml', bytes: bomb.join('\n'), line: 1, code: 'too-large' },
    {
      path: 'cycle/compose.yaml',
      bytes: 'services:\n  web: &w\n    image: x\n    deploy: *w\n',
      line: 4,
      code: 'alias-cycle',
    },
    {
      path: 'deep/compose.yaml',
      bytes: `services: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`,
      line: 1,
      code: 'yaml-syntax',
    },
    {
      path: 'twice/compose.yaml',
      bytes: 'services:\n  web:\n    image: x\n    privileged: false\n    privileged: true\n',
      line: 5,
      code: 'duplicate-key',
    },
    {
      path: 'latin/compose.yaml',
      bytes: Buffer.from('services:\n  web:\n    image: "\xe9"\n', 'latin1'),
      line: 3,
      code: 'invalid-utf8',
    },
    { path: 'wide/compose.yaml', bytes: Buffer.from(`\ufeff${BAD}`, 'utf16le'), line: 1, code: 'invalid-utf8' },
    {
      path: 'unset/compose.yaml',
      bytes: `services:\n  web:\n    image: \${IMAGE:?say which}\n`,
      line: 3,
      code: 'unset-variable',
    },
    { path: 'nul/compose.yaml', bytes: 'services:\n  web:\n    image: "\0"\n', line: 3, code: 'binary' },
    {
      path: 'type/compose.yaml',
      bytes: 'services:\n  web:\n    image: x\n    cap_add: 7\n',
      line: 4,
      code: 'wrong-type',
    },
  ];
  let result: ResultDocument;
  let code: number | null;

  beforeAll(() => {
    for (const { path, bytes } of HOSTILE) {
      mkdirSync(join(cwd, 'hostile', path, '..'), { recursive: true });
      writeFileSync(join(cwd, 'hostile', path), bytes);
    }
    writeFiles(cwd, {
      'hostile/good/compose.yaml': BAD,
      'hostile/bom/compose.yaml': `\ufeff${BAD.replaceAll('\n', '\r\n')}`,
      'hostile/bom/pod.yaml': `\ufeff${POD}`,
    });
    mkdirSync(join(cwd, 'hostile/loop'));
    symlinkSync('..', join(cwd, 'hostile/loop/up'));
    symlinkSync('self', join(cwd, 'hostile/loop/self'));
    const huge = openSync(join(cwd, 'hostile/huge.yaml'), 'w');
    ftruncateSync(huge, 200 * 2 ** 20);
    closeSync(huge);
    mkdirSync(join(cwd, 'hostile/pipe'));
    command.start('mkfifo', [join(cwd, 'hostile/pipe/compose.yaml')]);
    writeFileSync(join(cwd, 'hostile/empty.yaml'), '');
    const ran = run(['check', 'hostile', '--format', 'json']);
    code = ran.code;
    result = JSON.parse(ran.out) as ResultDocument;
  });

  test('what is good among it is checked all the same', () => {
    const ids = result.targets.map((target) => target.id);
    expect(ids).toEqual(expect.arrayContaining(['hostile/good/compose.yaml#web', 'hostile/bom/compose.yaml#web']));
    expect(ids.filter((id) => id.startsWith('hostile/bom/pod.yaml'))).toHaveLength(2);
    expect(code).toBe(0);
  });

  test.each(HOSTILE)('$path is one error that says where and what to do', ({ path, line, code: expected }) => {
    const errors = result.errors.filter((error) => error.path === `hostile/${path}`);
    expect(errors).toMatchObject([{ line, code: expected }]);
    expect(errors.map((error) => error.hint.length > 0 && error.message.length > 0)).toEqual([true]);
  });

  test('a FIFO is not opened, and loops of links end', () => {
    expect(result.errors.find((error) => error.path === 'hostile/pipe/compose.yaml')?.message).toMatch(
      /no regular file/,
    );
    expect(result.targets.filter((target) => target.id.includes('good/compose.yaml'))).toHaveLength(1);
  });

  test.each([
    { target: 'hostile/huge.yaml', says: /`hostile\/huge\.yaml` has 209715200 bytes[\s\S]*the limit is/ },
    { target: 'hostile/empty.yaml', says: /`hostile\/empty\.yaml` is empty[\s\S]*give a Dockerfile/ },
    { target: 'hostile/loop/self', says: /a loop of symbolic links/ },
    { target: 'hostile/pipe/compose.yaml', says: /not a regular file[\s\S]*never opened/ },
  ])('$target named alone is exit 2', ({ target, says }) => {
    const { code: actual, out } = run(['check', target]);
    expect(out).toMatch(says);
    expect(actual).toBe(2);
  });
});

describe('the catalogue', () => {
  interface Listed {
    readonly id: string;
    readonly phase: string;
    readonly mechanism: string;
    readonly routes: readonly unknown[];
    readonly examples: readonly { readonly verdict: string }[];
    readonly fix: string;
    readonly refs: Readonly<Record<string, readonly string[]>>;
  }
  let listed: readonly Listed[];
  beforeAll(() => {
    listed = JSON.parse(run(['vectors', '--format', 'json']).out) as Listed[];
  });

  test('is as large as promised, and each vector is whole', () => {
    expect(listed.length).toBeGreaterThanOrEqual(180);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    const lacking = listed.filter(({ phase, mechanism, routes, examples, fix, refs }) => {
      const both = ['open', 'blocked'].every((verdict) => examples.some((example) => example.verdict === verdict));
      return !(phase && mechanism && routes.length > 0 && both && fix && Object.keys(refs).length > 0);
    });
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  test('every phase has vectors', () => {
    expect(new Set(listed.map(({ phase }) => phase)).size).toBe(10);
  });

  test('references to frameworks exist', () => {
    const known = JSON.parse(readFileSync(new URL('./framework-ids.json', import.meta.url), 'utf8')) as Record<
      string,
      string[]
    >;
    const wrong = listed.flatMap(({ id, refs }) =>
      Object.entries(known).flatMap(([framework, ids]) =>
        (refs[framework] ?? []).filter((ref) => !ids.includes(ref)).map((ref) => `${id}: ${framework} ${ref}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('filters', () => {
    const ids = (args: readonly string[]) =>
      (JSON.parse(run(['vectors', '--format', 'json', ...args]).out) as Listed[]).map(({ id }) => id);
    expect(ids(['--mechanism', 'no-new-privileges'])).toEqual(['no-new-privs-off']);
    expect(ids(['--search', 'docker-socket'])).toContain('docker-socket-mount');
  });

  test('explain shows a vector, or a finding with its tree', () => {
    const vector = run(['explain', 'privileged-container']).out;
    expect(vector).toMatch(/^privileged-container\n/);
    expect(vector).toMatch(/^Why$/m);
    const finding = run(['explain', 'privileged-container', 'bad.yaml']).out;
    expect(finding).toMatch(/✗ privileged-container/);
    expect(finding).toMatch(/bad\.yaml:4/);
    const { id } = findingOf(json(['bad.yaml']), 'privileged-container') as Finding;
    expect(run(['explain', id, 'bad.yaml']).out).toBe(finding);
  });
});
