import type { Mount } from '../../posture/index.ts';
import { parseBytes } from '../bytes.ts';
import { parseBoolean } from '../go-boolean.ts';
import { isMountFlag, mountFlags, propagationOf, tmpfsMount } from '../mount-options.ts';
import { hostPath, insidePath } from '../paths.ts';
import type { RunEngine } from './flags.ts';
import { isKnown } from './words.ts';

/** What the value of a mount flag says, or why it is none. */
export type MountValue = { readonly destination: string; readonly mount: Mount } | { readonly fault: string };

type Draft = { -readonly [K in keyof Mount]?: Mount[K] } & { destination?: string };

/** Recognised, without a say in what the container may do to the host through the mount. */
const WITHOUT_EFFECT =
  /^(?:[zZU]|nocopy|copy|cached|delegated|consistent|bind|rbind|idmap(?:=.*)?|no-dereference|(?:upper|work)dir=.*|(?:mode|uid|gid|nr_inodes|size|huge|mpol)=.*|nocreate|noatime|nodiratime|relatime|strictatime|sync|async|norelatime|atime|noswap|(?:no)?tmpcopyup|)$/;

/** moby volume/mounts/linux_parser.go `ParseMountRaw`; podman pkg/specgen/volumes.go `GenVolumeMounts`. */
export function parseVolume(value: string): MountValue {
  const parts = splitVolume(value);
  if (parts.length > 3 || parts[0] === '') return { fault: 'a volume is [SOURCE:]DESTINATION[:OPTIONS]' };
  const [first = '', second, options = ''] = parts;
  const destination = second ?? first;
  if (!destination.startsWith('/')) return { fault: 'the destination must be an absolute path' };
  const draft: Draft = { type: 'volume', ...applyOptions(isKnown(options) ? options : '') };
  if (draft.type === undefined) return { fault: `option ${options} is not understood` };
  if (second !== undefined) Object.assign(draft, sourceOf(first));
  return finish({ ...draft, destination });
}

/** Colons separate, but not the one behind a drive letter of Windows: `C:/x:/y`. */
function splitVolume(value: string): string[] {
  const [drive = '', path = '', ...rest] = value.split(':');
  const hasDrive = /^[A-Za-z]$/.test(drive) && /^[\\/]/.test(path) && rest[0]?.startsWith('/') === true;
  return hasDrive ? [`${drive}:${path}`, ...rest] : value.split(':');
}

/** A path is bound; anything else names a volume (docker/cli compose/loader `isFilePath`, podman the same but for `~`). */
function sourceOf(source: string): Draft {
  const isPath = /^(?:[/.~]|[A-Za-z]:[\\/])/.test(source);
  return isPath ? { type: 'bind', source: hostPath('.', source) } : { type: 'volume', source };
}

/** An empty draft where an option is unknown. */
function applyOptions(text: string): Draft {
  const options = text.split(',');
  const known = options.every((option) => option === 'O' || isMountFlag(option) || WITHOUT_EFFECT.test(option));
  if (!known) return { type: undefined } as unknown as Draft;
  // Podman's overlay: writes land in an upper layer and never in the source, which stays readable.
  return { type: 'volume', ...mountFlags(options), ...(options.includes('O') && { readonly: true }) };
}

function finish({ destination = '', type = 'volume', readonly = false, ...rest }: Draft): MountValue {
  return { destination: insidePath(destination), mount: { type, readonly, ...rest } };
}

/** `--tmpfs DESTINATION[:OPTIONS]`. */
export function parseTmpfs(value: string): MountValue {
  const colon = value.indexOf(':');
  const destination = colon < 0 ? value : value.slice(0, colon);
  if (!destination.startsWith('/')) return { fault: 'the destination must be an absolute path' };
  const options = colon < 0 ? '' : value.slice(colon + 1);
  if (isKnown(options) && applyOptions(options).type === undefined)
    return { fault: `options ${options} are not understood` };
  return { destination: insidePath(destination), mount: tmpfsMount(options.split(',')) };
}

/*
 * Keys of `--mount`: docker/cli opts/mount.go, podman pkg/specgenutil/volumes.go `parseMountOptions`. A key returns what it adds, or
 * undefined where its value is not one it takes.
 */
const KEYS: Readonly<Record<string, (value: string | undefined) => Draft | undefined>> = {
  type: (value) => (value ? { type: value } : undefined),
  source: (value) => (value ? { source: value } : undefined),
  destination: (value) => (value?.startsWith('/') ? { destination: value } : undefined),
  readonly: (value) => boolean(value, (on) => ({ readonly: on })),
  readwrite: (value) => boolean(value, (on) => ({ readonly: !on })),
  'bind-propagation': (value) => {
    const propagation = propagationOf(value ?? '');
    return propagation && { propagation };
  },
  'bind-recursive': (value) => RECURSIVE[value ?? ''],
  subpath: (value) => (value ? { subpath: value } : undefined),
  'tmpfs-size': (value) => {
    const size = parseBytes(value ?? '');
    return size === undefined ? {} : { size };
  },
};

const RECURSIVE: Readonly<Record<string, Draft>> = {
  enabled: {},
  disabled: { submounts: false },
  writable: { recursiveReadonly: false },
  readonly: { recursiveReadonly: true },
};

const SYNONYMS: Readonly<Record<string, string>> = {
  src: 'source',
  target: 'destination',
  dst: 'destination',
  dest: 'destination',
  ro: 'readonly',
  rw: 'readwrite',
  'volume-subpath': 'subpath',
  'image-subpath': 'subpath',
};

const KEYS_WITHOUT_EFFECT =
  /^(?:consistency|bind-nonrecursive|bind-create-src|bind-create-mountpoint|volume-(?:nocopy|label|driver|opt)|tmpfs-(?:mode|options)|relabel|chown|idmap|uid|gid|mode|ptmxmode|newinstance|max|title|digest|name)$/;

/** Without `type` it is a volume, for every engine. */
export function parseMount(value: string, engine: RunEngine): MountValue {
  const draft: Draft = { type: 'volume' };
  const volumeOptions = new Map<string, string>();
  for (const field of splitCsv(value)) {
    const [rawKey, given] = cut(field.trim());
    const key = SYNONYMS[rawKey.toLowerCase()] ?? rawKey.toLowerCase();
    const handler = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    // A destination with unknown parts is told by its key; the caller takes the rest of such a value as unknown.
    const opaque = !isKnown(field) && key !== 'destination';
    const added = opaque ? {} : handler ? handler(given) : mountFlag(rawKey, key);
    if (added === undefined) return { fault: `${field} is not understood` };
    Object.assign(draft, added);
    if (key === 'volume-opt') volumeOptions.set(...optionPair(given ?? ''));
  }
  // The rest of such a value is unknown as well, so that it need not be whole.
  if (!isKnown(value) && draft.destination !== undefined) return finish(draft);
  return mountOf(draft, volumeOptions, engine);
}

function mountFlag(rawKey: string, key: string): Draft | undefined {
  if (KEYS_WITHOUT_EFFECT.test(key)) return {};
  const options = applyOptions(rawKey);
  if (options.type === undefined) return undefined;
  const { type: _, ...rest } = options;
  return rest;
}

function mountOf(draft: Draft, volumeOptions: ReadonlyMap<string, string>, engine: RunEngine): MountValue {
  const { type, source } = draft;
  if (draft.destination === undefined && type !== 'glob') return { fault: 'it names no destination' };
  // The local driver mounts what its options say: `type=none,o=bind,device=/path` is a bind of the host's path.
  const device = volumeOptions.get('device');
  if (type === 'volume' && device !== undefined && /(?:^|,)r?bind(?:,|$)/.test(volumeOptions.get('o') ?? '')) {
    return finish({ ...draft, type: 'bind', source: hostPath('.', device) });
  }
  if (type === 'bind') {
    // podman `getBindMount`: without a source the destination is bound.
    const path = source ?? (engine === 'podman' ? draft.destination : undefined);
    return path === undefined ? { fault: 'a bind needs a source' } : finish({ ...draft, source: hostPath('.', path) });
  }
  if (type === 'image' || type === 'artifact') return finish({ readonly: true, ...draft });
  if (type === 'glob') return { fault: 'which files the pattern meets is not known' };
  return finish(draft);
}

function boolean(value: string | undefined, then: (on: boolean) => Draft): Draft | undefined {
  const on = parseBoolean((value ?? 'true').toLowerCase());
  return on === undefined ? undefined : then(on);
}

function cut(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function optionPair(text: string): [string, string] {
  const [key, value] = cut(text);
  return [key, value ?? ''];
}

/** One record of Go's encoding/csv: fields may stand in double quotes, with `""` for one. */
export function splitCsv(text: string): string[] {
  const fields: string[] = [];
  const field = /\s*"((?:[^"]|"")*)"|([^,]*)/y;
  for (let at = 0; at <= text.length; ) {
    field.lastIndex = at;
    const match = field.exec(text);
    if (match === null) break;
    fields.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    const comma = text.indexOf(',', field.lastIndex);
    if (comma < 0) break;
    at = comma + 1;
  }
  return fields;
}
