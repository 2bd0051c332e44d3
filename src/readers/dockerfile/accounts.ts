import { Unknown, type Value } from '../../posture/index.ts';
import { canonicalRepository } from '../image-reference.ts';
import { KNOWN_USERS } from './known-users.data.ts';
import { type Command, programOf, type Word } from './shell-commands.ts';

/**
 * Which number a user name of the image stands for. Only what instructions show is believed: a user counts as not root
 * where the command that makes it is there, or where the base image is known to bring it. All else is unknown.
 */
export type Uid = Value<number | 'non-root'>;

export class Accounts {
  readonly #uids = new Map<string, Uid>();
  /** Reference of the foreign image that the user data base comes from, where there is one. */
  readonly #base: Value<string> | undefined;
  /** Why nothing is known of any name: the user data base was replaced. */
  #replaced: Unknown | undefined;

  constructor(base: Value<string> | undefined) {
    this.#base = base;
  }

  copy(): Accounts {
    const copy = new Accounts(this.#base);
    for (const [name, uid] of this.#uids) copy.#uids.set(name, uid);
    copy.#replaced = this.#replaced;
    return copy;
  }

  /** /etc/passwd was overwritten by one that this file does not show. */
  replace(why: string): void {
    this.#uids.clear();
    this.#replaced = new Unknown(why);
  }

  /** What a command does to the users. `evaluate` puts variables into a word. */
  run(command: Command, evaluate: (word: Word) => Value<string>): void {
    const program = programOf(command);
    const making = MAKERS.get(program);
    if (making) this.#make(command, making, evaluate);
    else if (program === 'usermod') this.#modify(command, evaluate);
    else if (command.some(({ text }) => text.includes('/etc/passwd'))) this.#write(command, program);
  }

  uidOf(user: string): Uid {
    const name = user.split(':', 1)[0] ?? '';
    // runc's user lookup (moby/sys/user GetExecUser): an empty name is the default, root; digits are a number.
    if (name === '' || name === 'root') return 0;
    if (/^\d+$/.test(name)) return Number(name) <= MAX_ID ? Number(name) : new Unknown(`\`${name}\` is no user id`);
    const made = this.#uids.get(name) ?? this.#replaced ?? knownUid(name, this.#base);
    return made ?? new Unknown(`which number the user \`${name}\` has stands in the image's /etc/passwd`);
  }

  #make(command: Command, valued: ReadonlySet<string>, evaluate: (word: Word) => Value<string>): void {
    const { options, words } = readOptions(command, valued);
    const name = words.length === 1 && words[0] ? evaluate(words[0]) : undefined;
    const has = (names: ReadonlySet<string>): boolean => options.some((option) => names.has(option.name));
    if (name === undefined || name instanceof Unknown || has(ELSEWHERE)) return;
    const uid = options.find((option) => option.name === '-u' || option.name === '--uid');
    // `-o` lets a number be given twice, root's too; without one given, the tools choose 100 and above.
    const chosen: Uid = has(RANGES) ? new Unknown('the range of user ids is set by an option') : 'non-root';
    this.#uids.set(name, uid ? numeric(uid.value && evaluate(uid.value)) : chosen);
  }

  #modify(command: Command, evaluate: (word: Word) => Value<string>): void {
    const { options, words } = readOptions(command, USERMOD_VALUED);
    const changesId = options.some(({ name }) => /^(-u|--uid|-l|--login|-o|--non-unique)$/.test(name));
    const name = words[0] && evaluate(words[0]);
    if (!changesId) return;
    if (name === undefined || name instanceof Unknown)
      this.replace('`usermod` changes a user that is not told by name');
    else this.#uids.set(name, new Unknown(`\`usermod\` changes the user \`${name}\``));
  }

  /** `echo 'app:x:1000:1000::/:' >> /etc/passwd`; anything else that touches the file makes it unknown. */
  #write(command: Command, program: string): void {
    if (HARMLESS.has(program) && !command.some(({ raw }) => raw.includes('>'))) return;
    const line =
      program === 'echo' || program === 'printf'
        ? command.slice(1).find(({ text }) => PASSWD_LINE.test(text))
        : undefined;
    const match = line && PASSWD_LINE.exec(line.text);
    if (match) this.#uids.set(match[1] as string, numeric(match[2]));
    else this.replace('a RUN instruction writes /etc/passwd');
  }
}

/** The user goes into another tree. */
const ELSEWHERE: ReadonlySet<string> = new Set(['-R', '--root', '-P', '--prefix']);
/** The lowest number that may be chosen is given. */
const RANGES: ReadonlySet<string> = new Set(['-K', '--key', '--firstuid', '--conf']);
const MAX_ID = 2 ** 31 - 1;
const PASSWD_LINE = /^([a-z_][a-z0-9_-]{0,31}):[^:\s]{0,100}:(\d{1,10}):\d{1,10}:/;
const HARMLESS: ReadonlySet<string> = new Set([
  'cat',
  'grep',
  'egrep',
  'getent',
  'awk',
  'cut',
  'test',
  '[',
  'head',
  'tail',
  'ls',
  'stat',
  'chmod',
  'chown',
  'chgrp',
]);

const numeric = (value: Value<string> | undefined): Uid => {
  if (value instanceof Unknown) return value;
  return value !== undefined && /^\d{1,10}$/.test(value)
    ? Number(value)
    : new Unknown('the user id is not told as a number');
};

/** Options that take a value, by program: useradd of shadow-utils, adduser of Debian and of BusyBox. */
const USERADD_VALUED: ReadonlySet<string> = new Set([
  '-b',
  '--base-dir',
  '-c',
  '--comment',
  '-d',
  '--home',
  '--home-dir',
  '-e',
  '--expiredate',
  '-f',
  '--inactive',
  '-g',
  '--gid',
  '-G',
  '--groups',
  '-k',
  '--skel',
  '-K',
  '--key',
  '-p',
  '--password',
  '-R',
  '--root',
  '-P',
  '--prefix',
  '-s',
  '--shell',
  '-u',
  '--uid',
  '-Z',
  '--selinux-user',
]);
const ADDUSER_VALUED: ReadonlySet<string> = new Set([
  '-h',
  '--home',
  '-g',
  '--gecos',
  '-s',
  '--shell',
  '-G',
  '--ingroup',
  '-u',
  '--uid',
  '-k',
  '--conf',
  '--firstuid',
  '--lastuid',
  '--gid',
  '--comment',
  '-c',
]);
const MAKERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['useradd', USERADD_VALUED],
  ['adduser', ADDUSER_VALUED],
]);
const USERMOD_VALUED: ReadonlySet<string> = new Set([...USERADD_VALUED, '-l', '--login']);

interface Option {
  readonly name: string;
  readonly value: Word | undefined;
}

/** getopt's forms: `-u 5`, `-u5`, `-ru 5`, `--uid 5`, `--uid=5`. */
function readOptions(command: Command, valued: ReadonlySet<string>): { options: Option[]; words: Word[] } {
  const options: Option[] = [];
  const words: Word[] = [];
  for (let i = 1; i < command.length; i++) {
    const word = command[i] as Word;
    if (/^\d*[<>]/.test(word.raw)) {
      // A redirection; its file may stand apart.
      if (/[<>]$/.test(word.raw)) i++;
    } else if (!word.text.startsWith('-') || word.text === '-') words.push(word);
    else if (word.text.startsWith('--')) {
      const equals = word.text.indexOf('=');
      const name = equals < 0 ? word.text : word.text.slice(0, equals);
      const value = equals >= 0 ? cut(word, equals + 1) : valued.has(name) ? command[++i] : undefined;
      options.push({ name, value });
    } else {
      const at = shortWithValue(word.text, valued);
      for (let j = 1; j < at; j++) options.push({ name: `-${word.text[j]}`, value: undefined });
      if (at === word.text.length) continue;
      const attached = at + 1 < word.text.length;
      options.push({ name: `-${word.text[at]}`, value: attached ? cut(word, at + 1) : command[++i] });
    }
  }
  return { options, words };
}

/** Where in a bundle of short options the first one that takes a value stands; the length where none does. */
function shortWithValue(text: string, valued: ReadonlySet<string>): number {
  for (let j = 1; j < text.length; j++) if (valued.has(`-${text[j]}`)) return j;
  return text.length;
}

/** The rest of a word after an option; quotes inside were taken off already, variables are still to be put in. */
const cut = (word: Word, from: number): Word => ({ raw: word.text.slice(from), text: word.text.slice(from) });

function knownUid(user: string, base: Value<string> | undefined): Uid | undefined {
  if (base === undefined || base instanceof Unknown) return undefined;
  const repository = canonicalRepository(base);
  return KNOWN_USERS.find((known) => known.user === user && known.repositories.some(covers(repository)))?.uid;
}

const covers = (repository: string) => (known: string) =>
  known.endsWith('/') ? repository.startsWith(known) : repository === known;
