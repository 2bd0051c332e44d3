import type { SeccompArg, SeccompPolicy, SeccompRule } from '../../kernel/seccomp-policy.ts';
import { type SeccompSetting, Unknown, type Value } from '../../posture/index.ts';
import type { MapNode, Node } from '../document/index.ts';
import { entryOf, type Handlers, handleKeys, type Stating } from '../stating.ts';

/**
 * `linux.seccomp`. A filter of which one part cannot be read is unknown as a whole: a rule left out could be the one
 * that refuses a call, or the one that allows it.
 */
export function readSeccomp(stating: Stating, node: Node): Value<SeccompSetting> {
  try {
    const section = map(node, 'linux.seccomp');
    handleKeys(stating, section, SECTION, '`linux.seccomp`');
    const policy = policyOf(section);
    // runc `SetupSeccomp`: neither a default action nor calls is as good as no section.
    return policy === undefined ? { kind: 'unconfined' } : { kind: 'policy', policy };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    stating.report('seccomp-syntax', error.message, 'write it as the runtime specification has it', error.node);
    return new Unknown(`the seccomp section cannot be read: ${error.message}`);
  }
}

class Malformed extends Error {
  readonly node: Node;
  constructor(message: string, node: Node) {
    super(message);
    this.node = node;
  }
}

const SECTION: Handlers = {
  defaultAction: 'ignored',
  defaultErrnoRet: 'ignored',
  architectures: 'ignored',
  flags: 'ignored',
  listenerPath: 'ignored',
  listenerMetadata: 'ignored',
  syscalls: 'ignored',
};

function policyOf(section: MapNode): SeccompPolicy | undefined {
  const action = entryOf(section, 'defaultAction')?.value;
  const rules = list(section, 'syscalls');
  if ((action === undefined || word(action) === '') && (rules ?? []).length === 0) return undefined;
  if (action === undefined) throw new Malformed('`defaultAction` is missing', section);
  const errno = entryOf(section, 'defaultErrnoRet')?.value;
  const architectures = list(section, 'architectures');
  const flags = list(section, 'flags');
  const listener = entryOf(section, 'listenerPath')?.value;
  return {
    defaultAction: word(action),
    ...(errno ? { defaultErrnoRet: small(errno) } : {}),
    ...(architectures ? { architectures: architectures.map(word) } : {}),
    ...(flags ? { flags: flags.map(word) } : {}),
    ...(listener ? { listenerPath: word(listener) } : {}),
    ...(rules ? { syscalls: rules.map(ruleOf) } : {}),
  };
}

function ruleOf(node: Node): SeccompRule {
  const rule = map(node, 'a rule of `syscalls`');
  const names = list(rule, 'names');
  const action = entryOf(rule, 'action')?.value;
  if (names === undefined || action === undefined) throw new Malformed('a rule needs `names` and `action`', node);
  const errno = entryOf(rule, 'errnoRet')?.value;
  const args = list(rule, 'args');
  return {
    names: names.map(word),
    action: word(action),
    ...(errno ? { errnoRet: small(errno) } : {}),
    ...(args ? { args: args.map(argOf) } : {}),
  };
}

function argOf(node: Node): SeccompArg {
  const arg = map(node, 'an argument condition');
  const [index, value, op] = ['index', 'value', 'op'].map((key) => entryOf(arg, key)?.value);
  if (op === undefined) throw new Malformed('a condition needs `op`', node);
  const second = entryOf(arg, 'valueTwo')?.value;
  // Go reads a missing number as 0.
  return {
    index: index ? small(index) : 0,
    value: value ? large(value) : 0,
    op: word(op),
    ...(second ? { valueTwo: large(second) } : {}),
  };
}

function map(node: Node, what: string): MapNode {
  if (node.kind !== 'map') throw new Malformed(`${what} is no mapping`, node);
  return node;
}

function list(node: Node, key: string): readonly Node[] | undefined {
  const value = entryOf(node, key)?.value;
  if (value === undefined) return undefined;
  if (value.kind !== 'list') throw new Malformed(`\`${key}\` is no list`, value);
  return value.items;
}

function word(node: Node): string {
  if (node.kind !== 'scalar') throw new Malformed('a word is expected', node);
  return node.text;
}

function large(node: Node): number | bigint {
  const text = word(node);
  if (!/^\d{1,20}$/.test(text)) throw new Malformed(`\`${text.slice(0, 40)}\` is no 64-bit number`, node);
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function small(node: Node): number {
  const value = large(node);
  if (typeof value === 'bigint') throw new Malformed(`${value} is too large`, node);
  return value;
}
