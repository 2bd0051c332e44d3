import { type Capability, parseCapability } from '../../kernel/capabilities.ts';
import { type CapabilitySet, factOf, type Rlimit, type Statement, Unknown, type Value } from '../../posture/index.ts';
import {
  boolean,
  type Entry,
  integer,
  type Located,
  type MapNode,
  type Node,
  natural,
  type Schema,
  text as word,
} from '../document/index.ts';
import { rlimitBound } from '../rlimit.ts';
import { parseSelinuxLabel } from '../selinux-label.ts';
import {
  entryOf,
  type Handlers,
  handleKeys,
  itemsOf,
  mapOf,
  type Stating,
  siteOf,
  textOf,
  wordsOf,
} from '../stating.ts';

/** The `process` section: identity, capabilities, labels, limits, and what is executed. */
export function stateProcess(stating: Stating, root: Node): void {
  const process = mapOf(entryOf(root, 'process')?.value, stating);
  if (process === undefined) {
    stateNoProcess(stating);
    return;
  }
  stateAbsent(stating, process);
  handleKeys(stating, process, PROCESS, '`process`');
}

/** runc and crun create such a container but refuse to start it; what runs in it comes by `exec`. */
function stateNoProcess(stating: Stating): void {
  const why = new Unknown('config.json has no process section');
  stating.report(
    'missing-section',
    'there is no `process` section: what runs, and with which rights, is not known',
    'state `process`',
    { start: 0, end: 0 },
  );
  stating.absent('runc', 'runtime-spec config.md, Process', {
    'process.uid': why,
    'process.gid': why,
    'process.no-new-privileges': why,
    'capability.bounding.*': why,
    'capability.ambient.*': why,
    'capability.inheritable.*': why,
    'capability.permitted.*': why,
    'lsm.apparmor': why,
    'lsm.selinux': why,
  });
}

/** What a missing key means. Stated before the keys, so that each stated one has the last word. */
function stateAbsent(stating: Stating, process: MapNode): void {
  stating.absent('runc', 'runtime-spec config.md, Process: zero values', {
    'process.uid': 0,
    'process.gid': 0,
    'process.groups': [],
    'process.no-new-privileges': false,
    'process.terminal': false,
  });
  /*
   * runc libcontainer/capabilities `New(nil)` leaves every set of the runtime as it is: a root-started runtime hands all of them on.
   * crun (linux.c `libcrun_set_caps`) drops all of them instead. config.json does not say which runtime reads it: the wider one is taken.
   */
  if (entryOf(process, 'capabilities') === undefined) {
    stating.absent('runc', 'libcontainer/capabilities: no capabilities section leaves the sets of the runtime', {
      'capability.bounding.*': true,
      'capability.ambient.*': false,
      'capability.inheritable.*': false,
    });
  }
  stating.absent('runc', 'runtime-spec config.md: no profile, no label', {
    'lsm.apparmor': 'unconfined',
    'request.selinux': 'disabled',
  });
}

/** A key whose value becomes one fact as it stands. */
function asFact<T>(schema: Schema<Located<T>>, facts: (value: Value<T>) => Statement['facts']) {
  return (stating: Stating, entry: Entry, key: string): void => {
    const value = stating.read(schema, entry.value);
    if (value === undefined) return;
    stating.state(siteOf(entry), `process.${key}: ${value instanceof Unknown ? '?' : String(value)}`, facts(value));
  };
}

const PROCESS: Handlers = {
  terminal: asFact(boolean, (value) => ({ 'process.terminal': value })),
  user: (stating, entry) => {
    const user = mapOf(entry.value, stating);
    if (user) handleKeys(stating, user, USER, '`process.user`');
    else stating.state(siteOf(entry), 'process.user', { 'process.uid': wrongUser, 'process.gid': wrongUser });
  },
  args: (stating, entry) => {
    const argv = wordsOf(stating, entry.value);
    if (argv) stating.state(siteOf(entry), `process.args: ${argv.join(' ')}`, { 'process.argv': argv });
  },
  env: (stating, entry) => {
    for (const item of itemsOf(entry.value, stating) ?? []) stateVariable(stating, item);
  },
  cwd: asFact(word, (value) => ({ 'process.cwd': value })),
  capabilities: (stating, entry) => stateCapabilities(stating, entry),
  rlimits: (stating, entry) => {
    for (const item of itemsOf(entry.value, stating) ?? []) stateRlimit(stating, item);
  },
  noNewPrivileges: asFact(boolean, (value) => ({ 'process.no-new-privileges': value })),
  // runc and crun write no label where the name is empty.
  apparmorProfile: asFact(word, (value) => ({ 'lsm.apparmor': value === '' ? 'unconfined' : value })),
  selinuxLabel: asFact(word, (value) => labelFacts(value)),
  oomScoreAdj: asFact(integer, (value) => ({ 'process.oom-score-adj': value })),
  consoleSize: 'ignored',
  commandLine: 'ignored',
  scheduler: 'ignored',
  ioPriority: 'ignored',
  execCPUAffinity: 'ignored',
};

const wrongUser = new Unknown('process.user is no mapping');

const USER: Handlers = {
  uid: asFact(natural, (value) => ({ 'process.uid': value })),
  gid: asFact(natural, (value) => ({ 'process.gid': value })),
  additionalGids: (stating, entry) => {
    const gids = (itemsOf(entry.value, stating) ?? []).map((item) => stating.read(natural, item));
    const unknown = gids.find((gid) => gid instanceof Unknown);
    const known = gids.filter((gid): gid is number => typeof gid === 'number');
    stating.state(siteOf(entry), `process.user.additionalGids: [${known.join(', ')}]`, {
      'process.groups': unknown ?? known,
    });
  },
  umask: 'ignored',
  username: 'ignored',
};

/** `NAME=value`; the runtimes drop an entry without `=`. */
function stateVariable(stating: Stating, item: Node): void {
  const value = stating.read(word, item);
  const at = typeof value === 'string' ? value.indexOf('=') : -1;
  if (typeof value === 'string' && at > 0)
    stating.state(item, `process.env: ${value.slice(0, at)}`, factOf(`env.${value.slice(0, at)}`, value.slice(at + 1)));
}

const SETS = ['bounding', 'inheritable', 'permitted', 'ambient'] as const satisfies readonly CapabilitySet[];

/**
 * `effective` and `permitted` are what the runtime holds just before it executes the entry point. The kernel computes them anew
 * in execve (security/commoncap.c `cap_bprm_creds_from_file`) from bounding, inheritable and ambient set; what is permitted before
 * counts only under no_new_privs, and a capability that is not both permitted and inheritable cannot be ambient (`cap_task_prctl`;
 * runc warns and goes on).
 */
function stateCapabilities(stating: Stating, entry: Entry): void {
  const section = mapOf(entry.value, stating);
  const nothing = section === undefined ? new Unknown('process.capabilities is no mapping') : false;
  stating.state(siteOf(entry), 'process.capabilities', {
    'capability.bounding.*': nothing,
    'capability.ambient.*': nothing,
    'capability.inheritable.*': nothing,
    'capability.permitted.*': nothing,
  });
  if (section === undefined) return;
  handleKeys(stating, section, CAPABILITY_KEYS, '`process.capabilities`');
  const permitted = new Set(members(section, 'permitted'));
  const inheritable = new Set(members(section, 'inheritable'));
  for (const set of SETS) {
    const list = entryOf(section, set);
    for (const item of (list && itemsOf(list.value, stating)) ?? []) {
      const capability = readCapability(stating, item);
      if (capability === undefined) continue;
      const holds = set !== 'ambient' || (permitted.has(capability) && inheritable.has(capability));
      stating.state(
        item,
        `process.capabilities.${set}: CAP_${capability}`,
        factOf(`capability.${set}.${capability}`, holds),
      );
    }
  }
}

const CAPABILITY_KEYS: Handlers = {
  bounding: 'ignored',
  effective: 'ignored',
  inheritable: 'ignored',
  permitted: 'ignored',
  ambient: 'ignored',
};

function members(section: MapNode, set: string): Capability[] {
  const list = entryOf(section, set)?.value;
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) => (item.kind === 'scalar' ? (parseCapability(item.text) ?? []) : []));
}

/** A name that the kernel does not know is ignored by runc with a warning. */
function readCapability(stating: Stating, item: Node): Capability | undefined {
  const name = stating.read(word, item);
  if (typeof name !== 'string') return undefined;
  const found = /^CAP_[A-Z_]+$/.test(name) ? parseCapability(name) : undefined;
  if (found === undefined)
    stating.report(
      'unknown-capability',
      `there is no capability \`${name}\``,
      'the runtime ignores it: write a name such as CAP_NET_ADMIN',
      item,
    );
  return found;
}

function stateRlimit(stating: Stating, item: Node): void {
  const type = entryOf(item, 'type')?.value;
  const [soft, hard] = ['soft', 'hard'].map((key) => rlimitBound(textOf(item, key) ?? ''));
  if (type?.kind !== 'scalar' || !/^RLIMIT_[A-Z]+$/.test(type.text) || soft === undefined || hard === undefined) {
    stating.report(
      'wrong-type',
      'a resource limit needs `type` (RLIMIT_…), `soft` and `hard`',
      'write all three',
      item,
    );
    return;
  }
  const value: Rlimit = { soft, hard };
  const key = `rlimit.${type.text.slice('RLIMIT_'.length).toLowerCase()}` as const;
  stating.state(type, `process.rlimits: ${type.text} ${soft}:${hard}`, factOf(key, value));
}

function labelFacts(value: Value<string>): Statement['facts'] {
  if (value === '') return {};
  const label = value instanceof Unknown ? value : parseSelinuxLabel(value);
  return { 'lsm.selinux': label, 'request.selinux': label };
}
