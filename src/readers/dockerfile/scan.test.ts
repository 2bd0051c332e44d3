import { describe, expect, test } from 'vitest';
import { Problems } from '../problems.ts';
import { scan } from './scan.ts';

const read = (text: string) => {
  const problems = new Problems();
  return { ...scan(text, 'Dockerfile', problems), problems: problems.list.map(({ code, at }) => [code, at.line]) };
};
const brief = (text: string) => read(text).instructions.map(({ name, rest, place }) => [place.line, name, rest]);

describe('instructions', () => {
  test.for([
    {
      when: 'one line each',
      text: 'FROM a\nrun  b c \n',
      gives: [
        [1, 'FROM', 'a'],
        [2, 'RUN', 'b c'],
      ],
    },
    {
      when: 'CRLF and a byte order mark',
      text: '\ufeffFROM a\r\nUSER b\r\n',
      gives: [
        [1, 'FROM', 'a'],
        [2, 'USER', 'b'],
      ],
    },
    {
      when: 'continuation',
      text: 'RUN a \\\n  b\\\nc\nUSER d',
      gives: [
        [1, 'RUN', 'a   bc'],
        [4, 'USER', 'd'],
      ],
    },
    { when: 'continuation with CRLF and blanks after it', text: 'RUN a \\ \t\r\n b', gives: [[1, 'RUN', 'a  b']] },
    {
      when: 'comment and empty line inside',
      text: 'RUN a \\\n# no\n\n   # no\n b\nUSER c',
      gives: [
        [1, 'RUN', 'a  b'],
        [6, 'USER', 'c'],
      ],
    },
    {
      when: 'escaped backslash ends the line',
      text: 'RUN a \\\\\nUSER b',
      gives: [
        [1, 'RUN', 'a \\\\'],
        [2, 'USER', 'b'],
      ],
    },
    {
      when: 'escape directive',
      text: '# escape=`\nRUN a `\n b\nRUN c:\\\nUSER d',
      gives: [
        [2, 'RUN', 'a  b'],
        [4, 'RUN', 'c:\\'],
        [5, 'USER', 'd'],
      ],
    },
    {
      when: 'escape after another comment is a comment',
      text: '# hi\n# escape=`\nRUN a \\\n b',
      gives: [[3, 'RUN', 'a  b']],
    },
    { when: 'end in the middle of a continuation', text: 'RUN a \\', gives: [[1, 'RUN', 'a']] },
    { when: 'hash inside a line', text: 'RUN a # b', gives: [[1, 'RUN', 'a # b']] },
    { when: 'tab after the word', text: 'USER\tx', gives: [[1, 'USER', 'x']] },
    { when: 'word without arguments', text: 'USER', gives: [[1, 'USER', '']] },
  ])('$when', ({ text, gives }) => expect(brief(text)).toEqual(gives));
});

describe('here-documents', () => {
  const bodies = (text: string) =>
    read(text).instructions.map(({ name, heredocs }) => [name, heredocs.map((doc) => doc.content)]);
  test.for([
    {
      when: 'one',
      text: 'RUN <<EOF\nUSER a\n# no\nEOF\nUSER b',
      gives: [
        ['RUN', ['USER a\n# no']],
        ['USER', []],
      ],
    },
    { when: 'quoted name', text: "RUN <<'EOF'\na\nEOF", gives: [['RUN', ['a']]] },
    {
      when: 'tabs cut off',
      text: 'RUN <<-EOF\n\ta\n\tEOF\nUSER b',
      gives: [
        ['RUN', ['a']],
        ['USER', []],
      ],
    },
    { when: 'without the dash the tab is text', text: 'RUN <<EOF\n\tEOF\nEOF', gives: [['RUN', ['\tEOF']]] },
    {
      when: 'two',
      text: 'COPY <<A <<B /x/\na\nA\nb\nB\nUSER c',
      gives: [
        ['COPY', ['a', 'b']],
        ['USER', []],
      ],
    },
    {
      when: 'in a trigger',
      text: 'ONBUILD RUN <<E\na\nE\nUSER b',
      gives: [
        ['ONBUILD', ['a']],
        ['USER', []],
      ],
    },
    {
      when: 'with a program before it',
      text: 'RUN cat <<E > /x\na\nE\nUSER b',
      gives: [
        ['RUN', ['a']],
        ['USER', []],
      ],
    },
    {
      when: 'not in ENV',
      text: 'ENV A <<E\nUSER b',
      gives: [
        ['ENV', []],
        ['USER', []],
      ],
    },
    {
      when: 'here-string is none',
      text: 'RUN cat <<< EOF\nUSER b',
      gives: [
        ['RUN', []],
        ['USER', []],
      ],
    },
    {
      when: 'shift is none',
      text: 'RUN echo $((1<<2))\nUSER b',
      gives: [
        ['RUN', []],
        ['USER', []],
      ],
    },
  ])('$when', ({ text, gives }) => expect(bodies(text)).toEqual(gives));

  test('without an end', () => {
    expect(read('FROM a\nRUN <<EOF\nUSER b').problems).toEqual([['unterminated-heredoc', 2]]);
  });
});

test('flags are cut off, quotes in them too', () => {
  const [run] = read('RUN --mount=type=ssh --network="host" --x -- --not a').instructions;
  expect(run?.flags).toEqual([
    { name: 'mount', value: 'type=ssh' },
    { name: 'network', value: 'host' },
    { name: 'x', value: undefined },
  ]);
  expect(run?.rest).toBe('--not a');
});

test('places: column of the word, end on the same line only', () => {
  expect(read('  USER a\nRUN b \\\n c').instructions.map(({ place }) => place)).toEqual([
    { path: 'Dockerfile', line: 1, column: 3, endColumn: 9 },
    { path: 'Dockerfile', line: 2, column: 1 },
  ]);
});

test('a trigger is an instruction in an instruction, one level deep', () => {
  const [one, two] = read('ONBUILD user a\nONBUILD ONBUILD USER a').instructions;
  expect(one?.trigger).toMatchObject({ name: 'USER', rest: 'a' });
  expect(two?.trigger).toBeUndefined();
});

test('an escape that is none', () => {
  expect(read('# escape=x\nFROM a').problems).toEqual([['escape-directive', 1]]);
});
