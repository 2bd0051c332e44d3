import type { Call } from '../kernel/index.ts';
import type { CallResult } from './calls.ts';
import type { Circumstances, Descriptor } from './guard-arguments.ts';
import { NAMESPACE, type Namespace, type Within } from './guard-rule.ts';

/** What a guarded process has made for itself, as far as the results of its calls show. */
export class GuardState implements Circumstances {
  readonly descriptors: Map<number, Descriptor>;
  readonly family: Set<number>;
  readonly trees: Set<string>;
  readonly #namespaces: Set<Namespace>;
  #mountsPrivate: boolean;

  constructor(from?: GuardState) {
    this.descriptors = new Map(from?.descriptors);
    this.family = new Set(from?.family);
    this.trees = new Set(from?.trees);
    this.#namespaces = new Set(from === undefined ? [] : from.#namespaces);
    this.#mountsPrivate = from === undefined ? false : from.#mountsPrivate;
  }

  /** A child has all that its parent has, but for children; it has begun with `flags` of clone(2). */
  static ofChild(parent: GuardState, flags: number, itself: number): GuardState {
    const state = new GuardState(parent);
    state.family.clear();
    state.family.add(itself);
    state.makeNamespaces(flags);
    return state;
  }

  isWithin(within: Within): boolean {
    if (within === 'mount') return this.#namespaces.has('mount') && this.#mountsPrivate;
    return this.#namespaces.has(within === 'new-mount' ? 'mount' : within);
  }

  makeNamespaces(flags: number): void {
    for (const [name, flag] of Object.entries(NAMESPACE) as [Namespace, number][]) {
      if ((flags & flag) !== 0) this.#namespaces.add(name);
    }
    // A socket stays in the network namespace in which it was made (sk_net).
    if ((flags & NAMESPACE.network) !== 0) {
      for (const [number, kind] of this.descriptors) if (kind.endsWith('-socket')) this.descriptors.delete(number);
    }
    // copy_mnt_ns(): in a namespace of another user namespace all mounts are slaves (CL_SHARED_TO_SLAVE).
    if ((flags & NAMESPACE.mount) !== 0) this.#mountsPrivate = this.#namespaces.has('user');
  }

  /** Before a call is made that may take something away: what depends on it is gone, whatever comes of it. */
  expect({ name, args }: Call): void {
    const [first, second] = args;
    if (name === 'close' && (typeof first === 'number' || typeof first === 'bigint')) {
      this.descriptors.delete(Number(first));
    }
    if (name === 'setns') {
      this.#namespaces.clear();
      this.#mountsPrivate = false;
    }
    if (CHANGES_PATHS.has(name)) this.trees.clear();
    // What is mounted over a place of its own, or linked from there, is not its own.
    if (COVERS.has(name)) {
      const target = name === 'mount' ? second : undefined;
      for (const tree of this.trees) if (typeof target !== 'string' || overlaps(tree, target)) this.trees.delete(tree);
    }
  }

  /** What a call gives if it succeeds, as far as its arguments say. */
  assume({ name, args }: Call): void {
    if (name === 'unshare') this.makeNamespaces(Number(args[0]));
    if (name === 'mount') this.#learnMount(args);
    if (name === 'mount_setattr') this.#learnAttributes(args);
  }

  /** After the call. `gives`: what its result stands for, by the rule that let it through. */
  learn(result: CallResult, gives: Descriptor | undefined): void {
    this.expect(result.call);
    if (!result.ok) return;
    this.assume(result.call);
    if (gives !== undefined) this.descriptors.set(result.value, gives);
    if (ITSELF.has(result.call.name)) this.family.add(result.value);
    // Its number may be somebody else's from now on.
    if (WAITS.has(result.call.name)) this.family.delete(result.value);
    if (PAIRS.has(result.call.name)) this.#learnPair(result);
  }

  #learnMount([, target, type, flags]: Call['args']): void {
    const bits = typeof flags === 'number' || typeof flags === 'bigint' ? Number(flags) : 0;
    if ((bits & MS_REC) !== 0 && (bits & (MS_PRIVATE | MS_SLAVE)) !== 0 && target === '/') this.#mountsPrivate = true;
    const made = typeof type === 'string' && OWN_FILE_SYSTEMS.has(type) && (bits & MS_NOT_NEW) === 0;
    if (made && typeof target === 'string' && PLAIN.test(target)) this.trees.add(target);
  }

  /** mount_setattr(2) of the whole tree, with the propagation that it gives. */
  #learnAttributes([, target, flags, attributes]: Call['args']): void {
    if (target !== '/' || (Number(flags) & AT_RECURSIVE) === 0 || !(attributes instanceof Uint8Array)) return;
    const view = new DataView(attributes.buffer, attributes.byteOffset, attributes.byteLength);
    if (view.byteLength >= 24 && view.getBigUint64(16, true) === BigInt(MS_PRIVATE)) this.#mountsPrivate = true;
  }

  #learnPair(result: CallResult): void {
    const at = result.call.name === 'socketpair' ? 3 : 0;
    const pair = result.bytes(at);
    for (const offset of [0, 4]) this.descriptors.set(pair.readInt32LE(offset), 'own');
  }
}

/** Calls that give the process's own id. */
export const ITSELF: ReadonlySet<string> = new Set(['getpid', 'gettid']);
const WAITS: ReadonlySet<string> = new Set(['wait4', 'waitpid']);
const PAIRS: ReadonlySet<string> = new Set(['pipe', 'pipe2', 'socketpair']);
const CHANGES_PATHS: ReadonlySet<string> = new Set(['chroot', 'pivot_root', 'setns', 'umount', 'umount2']);
const COVERS: ReadonlySet<string> = new Set(['mount', 'move_mount']);
/** Each mount of these is empty, and nobody else's. */
const OWN_FILE_SYSTEMS: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);

/** include/uapi/linux/mount.h */
const [MS_REC, MS_PRIVATE, MS_SLAVE] = [1 << 14, 1 << 18, 1 << 19];
const AT_RECURSIVE = 0x8000;
/** Remount, bind, move, and changes of propagation. */
const MS_NOT_NEW = 32 | 4096 | 8192 | (1 << 17) | MS_PRIVATE | MS_SLAVE | (1 << 20);
const PLAIN = /^(?:\/[^/]+)+$/;

function overlaps(tree: string, target: string): boolean {
  return (
    target === tree || target.startsWith(`${tree}/`) || tree.startsWith(target.endsWith('/') ? target : `${target}/`)
  );
}
