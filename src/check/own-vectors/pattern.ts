/**
 * What is wrong with a regular expression of a vector's, if anything. Patterns meet values of whatever is scanned, and files of
 * vectors may come with the scanned tree: one that can take exponential time would let a repository hang whoever checks it. So
 * the shapes that backtracking engines are slow on are refused: a repeated group that repeats or alternates inside, references
 * back, and many open-ended repetitions in a row. A test that is refused can be written in another way.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > LONGEST) return `is longer than ${LONGEST} characters`;
  try {
    new RegExp(pattern);
  } catch (error) {
    return `is not a regular expression (${(error as Error).message.split(': ').at(-1)})`;
  }
  return slowness(pattern);
}

const LONGEST = 500;
const MOST_REPETITIONS = 4;

interface Group {
  /** Something in it may be read in more than one way. */
  ambiguous: boolean;
}

function slowness(pattern: string): string | undefined {
  const open: Group[] = [{ ambiguous: false }];
  let closed: Group | undefined;
  let repetitions = 0;
  for (const token of pattern.matchAll(TOKEN)) {
    const [text] = token;
    const group = open.at(-1) as Group;
    if (/^\\(\d|k<)/.test(text) && text !== '\\0') return 'refers back to a group';
    if (text.startsWith('(')) open.push({ ambiguous: false });
    else if (text === ')') closed = open.length > 1 ? open.pop() : undefined;
    else if (text === '|') group.ambiguous = true;
    else if (isRepetition(text)) {
      if (closed?.ambiguous) return 'repeats a group that repeats or alternates inside';
      group.ambiguous = true;
      repetitions++;
    }
    if (text === ')') {
      if (closed?.ambiguous) (open.at(-1) as Group).ambiguous = true;
    } else closed = undefined;
  }
  return repetitions > MOST_REPETITIONS ? `has more than ${MOST_REPETITIONS} open-ended repetitions` : undefined;
}

/** An escape, a class, a group's beginning, a quantifier, or one character. */
const TOKEN = /\\k<[^>]*>|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gs;

/** `{2,5}` repeats at most so often; from ten on it counts as open-ended. */
function isRepetition(token: string): boolean {
  if (/^[*+]/.test(token)) return true;
  const range = /^\{(\d+)(?:(,)(\d*))?\}/.exec(token);
  if (range === null) return false;
  const most =
    range[2] === undefined ? Number(range[1]) : range[3] === '' ? Number.POSITIVE_INFINITY : Number(range[3]);
  return most >= 10;
}
