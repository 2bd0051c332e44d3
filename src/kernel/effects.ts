/**
 * What a system call can do to the world, as far as a probe may want it. A probe declares its effects; the guard of a session
 * refuses any call outside them. Nothing here lets a probe change what lies outside its sandbox or outlives it.
 */
export type Effect =
  /** Looks: reads files, asks for states. Always allowed. */
  | 'looks'
  /** Opens for writing, without creating or emptying, and never writes to it. */
  | 'opens-for-writing'
  /** Changes the calling process alone: limits, filters, credentials, memory; in a throw-away child. */
  | 'changes-itself'
  /** Makes namespaces, and maps its own ids in them; in a throw-away child. */
  | 'makes-namespaces'
  /** Mounts in a mount namespace of its own; in a throw-away child that made one. */
  | 'mounts-in-own-namespace'
  /** Makes objects that end with it: sockets, descriptors of BPF, perf, io_uring, keys of its own session. */
  | 'makes-objects'
  /** Connects to an address of the sandbox's own view, without a byte sent. */
  | 'connects'
  /** Traces, signals (0 or its own) or inspects processes that it started itself. */
  | 'handles-own-children'
  /** A call with arguments that cannot succeed, to tell `refused by policy` from `refused for bad arguments`. */
  | 'cannot-succeed'
  /** Makes files or nodes in a file system of its own making, or ones that have no name. */
  | 'makes-own-files';
