import { basename, dirname } from 'node:path/posix';
import { CofferdamError, Unknown } from '../../posture/index.ts';
import { type Document, type Node, text as word } from '../document/index.ts';
import { failed, readJson } from '../json.ts';
import { entryOf, type Handlers, handleKeys, mapOf, Stating, siteOf } from '../stating.ts';
import type { ReadOptions, ReadResult, Subject } from '../subject.ts';
import { stateLinux } from './linux.ts';
import { stateMounts } from './mounts.ts';
import { stateProcess } from './process.ts';

/**
 * Reads an OCI runtime configuration (`config.json` of a bundle; runtime-spec 1.0 to 1.3). It is what an engine hands to
 * the runtime, so nothing lies beneath it: what the file leaves out has the meaning that the specification, or runc
 * (1.2 to 1.5; crun where the two agree) gives it, and is stated here as such.
 */
export function readOciConfig(text: string, path: string, _options: ReadOptions): ReadResult {
  return readJson(text, path, (document) => readConfig(document, path));
}

function readConfig(document: Document, path: string): ReadResult {
  const { root } = document;
  if (root.kind !== 'map') {
    return failed(
      new CofferdamError('wrong-type', 'config.json must hold one object', 'write { … }', { path, line: 1, column: 1 }),
    );
  }
  const stating = new Stating(document, 'create');
  handleKeys(stating, root, TOP, 'the configuration');
  stateVersion(stating, root);
  statePlatform(stating, root);
  stateProcess(stating, root);
  stateRoot(stating, root);
  stateMounts(stating, root);
  stateHooks(stating, root);
  stateLinux(stating, root);
  return {
    subjects: [subjectOf(stating, root, path)],
    problems: stating.problems,
    skipped: [],
  };
}

/** Sections are read by their own files; this table is for the unknown keys only. */
const TOP: Handlers = {
  ociVersion: 'ignored',
  process: 'ignored',
  root: 'ignored',
  hostname: 'ignored',
  domainname: 'ignored',
  mounts: 'ignored',
  hooks: 'ignored',
  annotations: 'ignored',
  linux: 'ignored',
  windows: 'ignored',
  solaris: 'ignored',
  vm: 'ignored',
  zos: 'ignored',
  freebsd: 'ignored',
};

function subjectOf(stating: Stating, root: Node, path: string): Subject {
  const folder = basename(dirname(path));
  const hostname = entryOf(root, 'hostname')?.value;
  const name =
    hostname?.kind === 'scalar' && hostname.text !== ''
      ? hostname.text
      : folder === '.' || folder === ''
        ? path
        : folder;
  return {
    id: path,
    kind: 'workload',
    name,
    artifact: 'oci-config',
    place: stating.context.place(root),
    layers: stating.layers(),
    engine: 'runc',
    suppressions: [],
  };
}

function stateVersion(stating: Stating, root: Node): void {
  const entry = entryOf(root, 'ociVersion');
  const version = entry && stating.read(word, entry.value);
  if (entry && !(version instanceof Unknown) && !/^1\./.test(version ?? '')) {
    stating.report(
      'unknown-version',
      `ociVersion ${version} is not known`,
      'versions 1.x are read; what changed since is not',
      siteOf(entry),
    );
  }
}

const FOREIGN = ['solaris', 'zos', 'freebsd'];

function statePlatform(stating: Stating, root: Node): void {
  const linux = entryOf(root, 'linux');
  const windows = entryOf(root, 'windows');
  const foreign = FOREIGN.find((name) => entryOf(root, name) !== undefined);
  const vm = entryOf(root, 'vm');
  if (windows) stating.state(siteOf(windows), 'windows', { platform: 'windows' });
  else if (foreign !== undefined && linux === undefined) {
    const entry = entryOf(root, foreign);
    if (entry === undefined) return;
    stating.report(
      'platform',
      `containers of ${foreign} are not judged`,
      'give a configuration with a `linux` section',
      siteOf(entry),
    );
    stating.state(siteOf(entry), foreign, { platform: new Unknown(`it is a container of ${foreign}`) });
  } else if (linux) stating.state(siteOf(linux), 'linux', { platform: 'linux' });
  else stating.absent('runc', 'runc runs Linux containers only', { platform: 'linux' });
  // runtime-spec config-vm.md: the section asks for a runtime that starts a virtual machine.
  if (vm) stating.state(siteOf(vm), 'vm', { 'sandbox.kind': 'hypervisor' });
}

function stateRoot(stating: Stating, root: Node): void {
  const entry = entryOf(root, 'root', 'readonly');
  const value = entry?.value;
  mapOf(entryOf(root, 'root')?.value, stating);
  if (entry === undefined || value === undefined) {
    stating.absent('runc', 'runtime-spec config.md, Root', { 'rootfs.readonly': false });
    return;
  }
  const readonly =
    value.kind === 'scalar' && !value.quoted && (value.text === 'true' || value.text === 'false')
      ? value.text === 'true'
      : undefined;
  if (readonly === undefined)
    stating.report('wrong-type', '`root.readonly` is neither true nor false', 'write true or false', siteOf(entry));
  stating.state(siteOf(entry), `root.readonly: ${value.kind === 'scalar' ? value.text : '…'}`, {
    'rootfs.readonly': readonly ?? new Unknown('root.readonly is neither true nor false'),
  });
}

const HOOKS = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'];

/** Hooks are programs that the runtime starts, most of them on the host with its rights. */
function stateHooks(stating: Stating, root: Node): void {
  const hooks = entryOf(root, 'hooks');
  const found: string[] = [];
  for (const name of HOOKS) {
    const list = entryOf(root, 'hooks', name)?.value;
    if (list?.kind !== 'list') continue;
    for (const hook of list.items) {
      const path = entryOf(hook, 'path')?.value;
      found.push(`${name}: ${path?.kind === 'scalar' ? path.text : '?'}`);
    }
  }
  if (hooks && found.length > 0) stating.state(siteOf(hooks), `hooks: ${found.join(', ')}`, { 'runtime.hooks': found });
  else stating.absent('runc', 'runtime-spec config.md, POSIX-platform Hooks', { 'runtime.hooks': [] });
}
