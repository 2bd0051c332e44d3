import { CAPABILITIES, type Capability, parseCapability } from '../../kernel/capabilities.ts';
import type { ImageFile } from '../../posture/index.ts';
import { PUBLIC_FILES, SECRET_FILES, SECRET_FOLDERS, SECRET_PATHS } from './secret-files.data.ts';
import { type Command, programOf } from './shell-commands.ts';

/** NAME_MAX of Linux: a longer one is no file. */
const MAX_NAME = 255;

/** What instructions tell of files in the image: modes, capabilities, and names that look like secrets. */
export interface FileChange {
  readonly path: string;
  readonly change: ImageFile;
}

export function looksSecret(path: string): boolean {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.at(-1) ?? '';
  if (name.length > MAX_NAME || PUBLIC_FILES.some((pattern) => pattern.test(name))) return false;
  return (
    SECRET_FILES.some((pattern) => pattern.test(name)) ||
    SECRET_PATHS.some((pattern) => pattern.test(path)) ||
    parts.some((part) => SECRET_FOLDERS.includes(part))
  );
}

export function modeOf(text: string): ImageFile | undefined {
  if (!/^[0-7]{1,5}$/.test(text)) return undefined;
  const mode = Number.parseInt(text, 8);
  return { mode, setuid: (mode & 0o4000) !== 0 };
}

/** `chmod`, `setcap` and `install -m` of one command. Paths are as written. */
export function fileChanges(command: Command): FileChange[] {
  switch (programOf(command)) {
    case 'chmod':
      return chmod(command);
    case 'setcap':
      return setcap(command);
    case 'install':
      return install(command);
    default:
      return [];
  }
}

function chmod(command: Command): FileChange[] {
  const words = command.slice(1).filter(({ text }) => !/^-(-|[Rcfv]+$)/.test(text));
  const change = modeOf(words[0]?.text ?? '') ?? symbolicSetuid(words[0]?.text ?? '');
  return change ? words.slice(1).map(({ raw }) => ({ path: raw, change })) : [];
}

/** `u+s`, `+s`, `ug=rws`: only what it says of the setuid bit; the rest of the mode stays what it was. */
function symbolicSetuid(text: string): ImageFile | undefined {
  let change: ImageFile | undefined;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]{0,8})([+=-])([rwxXstugo]{0,16})$/.exec(clause);
    const [, who = '', operator, bits = ''] = match ?? [];
    if (match === null || !(who === '' || /[ua]/.test(who))) continue;
    if (bits.includes('s')) change = { setuid: operator !== '-' };
    else if (operator === '=') change = { setuid: false };
  }
  return change;
}

/** `setcap cap_net_raw,cap_net_admin=+ep FILE`; `-r FILE` takes all away. */
function setcap(command: Command): FileChange[] {
  const words = command.slice(1).filter(({ text }) => !/^-(q|v|f)$/.test(text) && text !== '--');
  const [what, ...files] = words;
  if (what === undefined) return [];
  const change = { capabilities: what.text === '-r' ? [] : capabilitiesOf(what.text) };
  return files.map(({ raw }) => ({ path: raw, change }));
}

/** The names of cap_from_text(3); `=ep` and `all=ep` are every one. Which set they go to makes no difference here. */
function capabilitiesOf(text: string): Capability[] {
  const found = new Set<Capability>();
  for (const clause of text.split(/\s/)) {
    const names = clause.split(/[=+-]/, 1)[0] ?? '';
    if ((names === '' && /^[=+]/.test(clause)) || names.toLowerCase() === 'all') return [...CAPABILITIES];
    for (const name of names.split(',')) {
      const capability = parseCapability(name);
      if (capability) found.add(capability);
    }
  }
  return [...found];
}

/** `install -m 4755 SOURCE DESTINATION`. */
function install(command: Command): FileChange[] {
  const texts = command.map(({ text }) => text);
  const at = texts.findIndex((text) => text === '-m' || text.startsWith('--mode=') || /^-m[0-7]/.test(text));
  if (at < 0) return [];
  const option = texts[at] as string;
  const mode = option === '-m' ? (texts[at + 1] ?? '') : option.replace(/^(--mode=|-m)/, '');
  const change = modeOf(mode);
  const destination = command.at(-1);
  return change && destination && at + 1 < command.length - 1 ? [{ path: destination.raw, change }] : [];
}
