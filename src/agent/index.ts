/**
 * The session with a stub (`agent/`), the one program that runs inside a sandbox: raw system calls with arguments in its
 * memory, throw-away children, time limits. What a call means is not known here; how to start a sandbox neither.
 */
export { CallResult } from './calls.ts';
export type { Channel } from './channel.ts';
export { type ChildEnd, Session } from './session.ts';
export { stubPath } from './stub.ts';
export { type SyncChannel, SyncSession } from './sync-session.ts';
export { greetedThroughTerminal, terminalFrame } from './terminal.ts';
