/** The short form of a volume, after compose-go format/volume.go. */
export interface ShortVolume {
  readonly bind: boolean;
  /** Empty for an anonymous volume. */
  readonly source: string;
  readonly target: string;
  readonly readonly: boolean;
  readonly propagation?: string;
  readonly unknownOptions: readonly string[];
}

const PROPAGATIONS = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);
const NEUTRAL = new Set(['z', 'Z', 'nocopy', 'cached', 'delegated', 'consistent', '']);

/** The parts, or what is wrong with the text. */
export function parseVolume(text: string): ShortVolume | string {
  if (text === '') return 'it is empty';
  const parts = split(text);
  if (parts.length > 1 && parts.some((part) => part === '')) return 'empty section between colons';
  if (parts.length > 3) return 'too many colons';
  const [first = '', second, options = ''] = parts;
  const target = second ?? first;
  const source = second === undefined ? '' : first;
  const volume = { bind: isPath(source), source, target };
  let readonly = false;
  let propagation: string | undefined;
  const unknownOptions: string[] = [];
  for (const option of options.split(',')) {
    if (option === 'ro') readonly = true;
    else if (option === 'rw') readonly = false;
    else if (PROPAGATIONS.has(option)) propagation = option;
    else if (!NEUTRAL.has(option)) unknownOptions.push(option);
  }
  return { ...volume, readonly, unknownOptions, ...(propagation === undefined ? {} : { propagation }) };
}

/** At colons, but not behind the letter of a Windows drive and not in a variable. */
function split(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '$' && text[i + 1] === '{') depth++;
    else if (char === '}' && depth > 0) depth--;
    if (char === ':' && depth === 0 && !/^[A-Za-z]$/.test(part)) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part];
}

/** A source that begins with a variable may be either; what it is then is not known anyway. */
function isPath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^[A-Za-z]:/.test(source);
}
