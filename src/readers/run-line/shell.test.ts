// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import type { ReadOptions, ReadResult } from '../subject.ts';
import { readShellScript } from './index.ts';
import { shellCommands } from './shell.ts';

const OPTIONS: ReadOptions = { read: () => new Unknown('no such file'), exists: () => false, environment: {} };

function read(...lines: readonly string[]): ReadResult {
  return readShellScript(lines.join('\n'), 'run.sh', OPTIONS);
}

/** `LINE:COLUMN TEXT` of every statement about the container, subject by subject. */
function statements(result: ReadResult): string[][] {
  return result.subjects.map(({ layers }) =>
    layers
      .flatMap((layer) => (layer.phase === 'request' ? layer.statements : []))
      .map(({ source }) => (source.kind === 'stated' ? `${source.line}:${source.column} ${source.text}` : source.kind)),
  );
}

describe('where containers are started', () => {
  test.for<[string, readonly string[], readonly string[]]>([
    ['plain', ['docker run --privileged img'], ['1:12 --privileged']],
    ['continued', ['docker run \\', '  --privileged \\', '  img'], ['2:3 --privileged']],
    ['value on the next line', ['docker run --pid \\', '  host img'], ['1:12 --pid host']],
    ['carriage returns', ['docker run \\\r', ' --privileged \\\r', ' img\r'], ['2:2 --privileged']],
    ['sudo', ['sudo -E -u me docker run --privileged img'], ['1:26 --privileged']],
    ['env', ['env -u X A=b docker run --privileged img'], ['1:25 --privileged']],
    ['assignment in front', ['A=b docker run --privileged img'], ['1:16 --privileged']],
    ['timeout', ['timeout -k 5 10 docker run --privileged img'], ['1:28 --privileged']],
    ['exec', ['exec docker run --privileged img "$@"'], ['1:17 --privileged', '1:34 "$@"']],
    ['function', ['f() {', 'docker run --privileged img', '}'], ['2:12 --privileged']],
    ['condition', ['if docker run --privileged img; then :; fi'], ['1:15 --privileged']],
    ['loop', ['while :; do docker run --privileged img; done'], ['1:24 --privileged']],
    ['case', ['case x in x) docker run --privileged img ;; esac'], ['1:25 --privileged']],
    ['list', ['cd x && docker run --privileged img || exit 1'], ['1:20 --privileged']],
    ['pipe', ['echo | docker run --privileged img | cat'], ['1:19 --privileged']],
    ['subshell', ['(docker run --privileged img)'], ['1:13 --privileged']],
    ['background', ['docker run --privileged img &'], ['1:12 --privileged']],
    ['substitution', ['ID=$(docker run --privileged img)'], ['1:17 --privileged']],
    ['in a string', ['echo "id: $(docker run --privileged img)"'], ['1:24 --privileged']],
    ['old substitution', ['ID=`docker run --privileged img`'], ['1:16 --privileged']],
    ['redirected', ['docker run --privileged img >log 2>&1'], ['1:12 --privileged']],
    ['sh -c', ["sh -c 'docker run --privileged img'"], ['1:19 --privileged']],
    [
      'bash -lc, escapes',
      ['bash -lc "docker run -e \\"A=b\\" --privileged img"'],
      ['1:22 -e "A=b"', '1:33 --privileged'],
    ],
    ['su -c', ["su - me -c 'docker run --privileged img'"], ['1:24 --privileged']],
    ['eval', ["eval 'docker run --privileged img'"], ['1:18 --privileged']],
    ['engine in a variable', ['$DOCKER run --privileged img'], ['1:13 --privileged']],
    ['engine with a default', ['"${ENGINE:-podman}" run --privileged img'], ['1:25 --privileged']],
    ['sudo in a variable', ['$SUDO docker run --privileged img'], ['1:18 --privileged']],
    ['a known command', ['CMD="docker run"', '$CMD --privileged img'], ['2:6 --privileged']],
  ])('%s', ([, lines, expected]) => {
    const result = read(...lines);
    expect(statements(result)[0]).toEqual(expected);
    expect(result.subjects).toHaveLength(1);
  });

  test.for([
    ['here-document', ['cat <<EOF', 'docker run --privileged img', 'EOF']],
    ['comment', ['# docker run --privileged img']],
    ['text', ['echo "docker run --privileged img"']],
    ['other verb', ['docker exec web run', 'docker compose run web', 'docker build .']],
    ['other program', ['npm run build', '$NPM run build', 'systemd-run docker']],
    ['asking for help', ['docker run --help']],
  ] as const)('not in a %s', ([, lines]) => {
    expect(read(...lines)).toEqual({ subjects: [], problems: [], skipped: [] });
  });

  test('subjects have ids of their own, and the engine where it is known', () => {
    const { subjects } = read('docker run a; docker run a', 'podman run --name n b', '$RUNTIME run c');
    expect(subjects.map(({ id, engine }) => [id, engine])).toEqual([
      ['run.sh:1#a', 'docker'],
      ['run.sh:1#a~2', 'docker'],
      ['run.sh:2#n', 'podman'],
      ['run.sh:3#c', undefined],
    ]);
  });

  test('a syntax error is told once, and what stands before it is read', () => {
    const { subjects, problems } = read('docker run --privileged a', 'if docker run b; then', 'echo "');
    expect(subjects[0]?.name).toBe('a');
    expect(problems.map(({ code, at }) => [code, at.path])).toEqual([['shell-syntax', 'run.sh']]);
  });
});

describe('variables', () => {
  test.for<[string, readonly string[], readonly string[]]>([
    ['a constant', ['P=host', 'docker run --pid $P img'], ['2:12 --pid host']],
    ['options', ['O="--rm --privileged"', 'docker run $O img'], ['1:9 --privileged']],
    ['an array', ['O=(--rm)', 'O+=(--privileged)', 'docker run "${O[@]}" img'], ['2:5 --privileged']],
    ['appended', ['O=--privileged', 'O="$O --init"', 'docker run $O img'], ['2:3 --privileged']],
    ['in the same function', ['f() { local O=--privileged; docker run $O img; }'], ['1:15 --privileged']],
    ['along &&', ['O=--privileged && true && docker run $O img'], ['1:3 --privileged']],
    ['into an inner shell', ['V=/:/host', 'sh -c "docker run -v $V img"'], ['2:19 -v /:/host']],
  ])('%s is resolved', ([, lines, expected]) => {
    const result = read(...lines);
    expect(result.problems).toEqual([]);
    expect(statements(result)).toEqual([expected]);
  });

  test('an option from a variable is placed at its value, by way of its use', () => {
    const [subject] = read('O=--privileged', 'docker run $O img').subjects;
    const source = subject?.layers.at(-1)?.statements[0]?.source;
    expect(source).toMatchObject({ line: 1, column: 3, via: [{ line: 2, column: 12, endColumn: 14 }] });
  });

  test.for([
    ['never assigned', ['docker run $O img']],
    ['conditional', ['O=', 'if x; then O=--privileged; fi', 'docker run $O img']],
    ['computed', ['O=$(x)', 'docker run $O img']],
    ['read', ['O=--init', 'read O', 'docker run $O img']],
    ['behind source', ['O=--init', '. ./settings', 'docker run $O img']],
    ['set in a function', ['f() { O=--privileged; }', 'O=--init', 'f', 'docker run $O img']],
    ['set later in a loop', ['O=--init', 'for i in 1 2; do docker run $O img; O=--privileged; done']],
    ['of a loop', ['for O in --init --privileged; do docker run $O img; done']],
    ['of another shell', ['O=--init', "sh -c 'docker run $O img'"]],
    ['in a subshell', ['(O=--init)', 'docker run $O img']],
    ['one element of an array', ['O=(--init)', 'O[0]=--privileged', 'docker run "${O[@]}" img']],
    ['of itself', ['O=$O$O', 'O=$O$O', 'docker run $O img']],
  ] as const)('%s is not', ([, lines]) => {
    const result = read(...lines);
    expect(result.problems.map(({ code }) => code)).toEqual(['flags-not-known']);
    const last = result.subjects[0]?.layers.at(-1)?.statements[0];
    expect(last?.facts['request.privileged']).toBeInstanceOf(Unknown);
  });

  test('a value that doubles with every line is given up, not built', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `A${i + 1}="$A${i}$A${i}"`);
    const result = read('A0=xxxxxxxxxxxxxxxx', ...lines, 'docker run --hostname "$A200" --user "$A200" img');
    expect(result.subjects[0]?.layers.at(-1)?.statements[0]?.facts['request.user']).toBeInstanceOf(Unknown);
  });
});

test('suppressions stand directly above or behind the command', () => {
  const { subjects, problems } = read(
    '# cofferdam: ignore far-away not this one',
    '',
    '# cofferdam: ignore privileged the build needs it (until 2027-01-31)',
    '# anything else',
    'docker run --privileged \\',
    '  img # cofferdam: ignore host-pid debugging',
    'docker run other # cofferdam: ignore no-reason',
  );
  expect(subjects.map(({ suppressions }) => suppressions)).toEqual([
    [
      {
        vector: 'privileged',
        reason: 'the build needs it',
        until: '2027-01-31',
        place: { path: 'run.sh', line: 3, column: 1, endColumn: 69 },
      },
      {
        vector: 'host-pid',
        reason: 'debugging',
        place: { path: 'run.sh', line: 6, column: 7, endColumn: 45 },
      },
    ],
    [],
  ]);
  expect(problems.map(({ code, at }) => [code, at.line])).toEqual([['suppression-form', 7]]);
});

describe('splitting into words', () => {
  const plain = fc.stringMatching(/^[A-Za-z0-9_./:=,@%+-]{1,8}$/);
  const inside = fc.stringMatching(/^[A-Za-z0-9 $*?"\\|&;<>(){}~#!=\t]{0,8}$/);
  const single = inside.map((text) => `'${text}'`);
  const double = inside.map((text) => `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`);
  const escaped = fc.stringMatching(/^[ $*?"'\\|&;<>(){}~#!]{1,3}$/).map((text) => text.replaceAll(/./g, '\\$&'));
  const word = fc.array(fc.oneof(plain, single, double, escaped), { minLength: 1, maxLength: 4 });
  const line = fc
    .array(
      word.map((pieces) => pieces.join('')),
      { minLength: 1, maxLength: 6 },
    )
    .chain((words) => fc.constantFrom(' ', '  ', ' \\\n ', '\t').map((blank) => words.join(blank)));

  test('agrees with sh', () => {
    const lines = fc.sample(line, { numRuns: 300, seed: 7 });
    for (const written of lines) {
      const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${written}`], { encoding: 'utf8' });
      const { commands } = shellCommands(`printf ${written}`, {});
      const words = commands[0]?.args.slice(1).map(({ text }) => text);
      expect({ written, words }).toEqual({ written, words: stdout.split('\0').slice(0, -1) });
    }
  });
});
