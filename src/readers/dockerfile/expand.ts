import { Unknown, type Value } from '../../posture/index.ts';

/**
 * Variables of Dockerfile words: `$x`, `${x}`, `${x:-y}` and the other modifiers, quotes taken off
 * (BuildKit frontend/dockerfile/shell/lex.go at 73ed682). What cannot be known at rest makes the whole word unknown.
 */
export interface Scope {
  /** Undefined: certainly not set. Unknown: set, or perhaps set, to something that the text does not tell. */
  get(name: string): Value<string> | undefined;
  /** Why a variable that is not set has no value, for the reader of a finding. */
  whyUnset(name: string): string;
}

/** A word may not grow beyond this: `ENV A=$A$A`, thirty times, would be a gigabyte. */
const MAX_LENGTH = 65_536;
const MAX_DEPTH = 40;
const SPECIAL = '@*#?-$!';

export function expand(word: string, scope: Scope, escapeChar: string): Value<string> {
  if (word.length > MAX_LENGTH) return new Unknown('the text is too long to be evaluated');
  try {
    return new Expander(word, scope, escapeChar).run();
  } catch (error) {
    if (error instanceof Unknown) return error;
    throw error;
  }
}

/** Inside, an `Unknown` is thrown: the first part that is not known decides the whole. */
class Expander {
  readonly #word: string;
  readonly #scope: Scope;
  readonly #escape: string;
  #at = 0;
  #depth = 0;

  constructor(word: string, scope: Scope, escapeChar: string) {
    this.#word = word;
    this.#scope = scope;
    this.#escape = escapeChar;
  }

  run(): string {
    return this.#until(undefined);
  }

  #until(stop: string | undefined): string {
    const out: string[] = [];
    let length = 0;
    while (this.#at < this.#word.length && this.#word[this.#at] !== stop) {
      const part = this.#part();
      length += part.length;
      if (length > MAX_LENGTH) throw new Unknown('the value grows too long to be evaluated');
      out.push(part);
    }
    if (stop !== undefined && this.#word[this.#at++] !== stop) throw new Unknown(`a closing \`${stop}\` is missing`);
    return out.join('');
  }

  #part(): string {
    const char = this.#word[this.#at] as string;
    if (char === "'") return this.#singleQuoted();
    if (char === '"') return this.#doubleQuoted();
    if (char === '$') return this.#dollar();
    this.#at++;
    return char === this.#escape ? (this.#word[this.#at++] ?? '') : char;
  }

  #singleQuoted(): string {
    const end = this.#word.indexOf("'", this.#at + 1);
    if (end < 0) throw new Unknown('a closing quote is missing');
    const text = this.#word.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }

  #doubleQuoted(): string {
    const out: string[] = [];
    this.#at++;
    for (;;) {
      const char = this.#word[this.#at];
      if (char === undefined) throw new Unknown('a closing quote is missing');
      if (char === '"') break;
      if (char === '$') out.push(this.#dollar());
      else out.push(this.#quotedChar(char));
    }
    this.#at++;
    return out.join('');
  }

  #quotedChar(char: string): string {
    this.#at++;
    if (char !== this.#escape) return char;
    const next = this.#word[this.#at];
    if (next !== '"' && next !== '$' && next !== this.#escape) return char;
    this.#at++;
    return next;
  }

  #dollar(): string {
    this.#at++;
    if (this.#word[this.#at] !== '{') {
      const name = this.#name();
      return name === '' ? '$' : this.#plain(name);
    }
    this.#at++;
    if (++this.#depth > MAX_DEPTH) throw new Unknown('variables are nested too deep to be evaluated');
    const value = this.#braced();
    this.#depth--;
    return value;
  }

  #braced(): string {
    const name = this.#name();
    if (name === '') throw new Unknown('a substitution has no variable name');
    const char = this.#word[this.#at++];
    if (char === '}') return this.#plain(name);
    const nullIsUnset = char === ':';
    const modifier = nullIsUnset ? this.#word[this.#at++] : char;
    const word = this.#until('}');
    return this.#modified(name, modifier ?? '', nullIsUnset, word);
  }

  #modified(name: string, modifier: string, nullIsUnset: boolean, word: string): string {
    const value = this.#scope.get(name);
    if (value instanceof Unknown) throw value;
    const set = value !== undefined && !(nullIsUnset && value === '');
    switch (modifier) {
      case '-':
        return set ? value : word;
      case '+':
        return set ? word : '';
      case '?':
        if (set) return value;
        throw new Unknown(this.#scope.whyUnset(name));
      default:
        throw new Unknown(`the substitution \`${modifier}\` of \`${name}\` is not evaluated`);
    }
  }

  #plain(name: string): string {
    const value = this.#scope.get(name);
    if (value instanceof Unknown) throw value;
    if (value === undefined) throw new Unknown(this.#scope.whyUnset(name));
    return value;
  }

  /** A word of letters; or, as in a shell, all digits, or one special parameter: neither is ever set in a build. */
  #name(): string {
    const start = this.#at;
    const first = this.#word[start] ?? '';
    if (SPECIAL.includes(first) && first !== '') this.#at++;
    else {
      const members = /\d/.test(first) ? /\d/ : /\w/;
      while (this.#at < this.#word.length && members.test(this.#word[this.#at] as string)) this.#at++;
    }
    return this.#word.slice(start, this.#at);
  }
}
