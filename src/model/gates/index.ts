import { capability } from './capability.ts';
import { deviceNode, deviceRule } from './device.ts';
import { fact, family } from './fact.ts';
import { grant } from './grant.ts';
import { hostGroup } from './group.ts';
import { host, kernelVersion, version } from './host.ts';
import {
  hostRootMapped,
  initialUserNamespace,
  mapsToHostRoot,
  mapsToHostUser,
  privilegeGain,
  rootMapsToHost,
  rootUser,
  setuidProgram,
  sharedKernel,
} from './identity.ts';
import { kernelMount, unmasked, writableMount } from './kernel-file.ts';
import type { GateKind } from './kind.ts';
import { lsm } from './lsm.ts';
import { mount } from './mount.ts';
import { network } from './network.ts';
import { syscall } from './seccomp.ts';
import { seccompFilter } from './seccomp-filter.ts';

/** Every kind of gate there is, by the name that routes use. */
export const GATES = {
  fact,
  family,
  host,
  version,
  'kernel-version': kernelVersion,
  'shared-kernel': sharedKernel,
  'root-user': rootUser,
  'initial-user-namespace': initialUserNamespace,
  'root-maps-to-host': rootMapsToHost,
  'maps-to-host-root': mapsToHostRoot,
  'host-root-mapped': hostRootMapped,
  'maps-to-host-user': mapsToHostUser,
  'host-group': hostGroup,
  'privilege-gain': privilegeGain,
  'setuid-program': setuidProgram,
  capability,
  syscall,
  'seccomp-filter': seccompFilter,
  lsm,
  'kernel-mount': kernelMount,
  unmasked,
  'writable-mount': writableMount,
  mount,
  'device-node': deviceNode,
  'device-rule': deviceRule,
  network,
  grant,
} as const;

export type GateParams = { [K in keyof typeof GATES]: (typeof GATES)[K] extends GateKind<infer P> ? P : never };
export type GateName = keyof typeof GATES;

export type { GateKind, Outcome, Result } from './kind.ts';
