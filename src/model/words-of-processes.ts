/** Words of what a process is and may become: single gates, capabilities, calls, namespaces. */
import { type Capability, CLONE } from '../kernel/index.ts';
import { type AllOf, type AnyOf, all, any, type Gate } from './expression.ts';
import type { FactParams, FamilyParams, ValueTest } from './gates/fact.ts';
import type { GrantParams } from './gates/grant.ts';
import type { HostParams, KernelVersionParams, VersionParams } from './gates/host.ts';
import type { NetworkParams } from './gates/network.ts';
import type { SyscallParams } from './gates/seccomp.ts';
import type { SeccompFilterParams } from './gates/seccomp-filter.ts';
import type { Mechanism } from './mechanism.ts';

// --- single gates -----------------------------------------------------------------------------------------------------

export const fact = (
  key: string,
  test: ValueTest,
  mechanism: Mechanism,
  more: Pick<FactParams, 'absent' | 'set' | 'title'> = {},
): Gate => ({ gate: 'fact', key, mechanism, ...test, ...more });
export const someFact = (params: FamilyParams): Gate => ({ gate: 'family', ...params });
export const host = (key: string, test: ValueTest, more: Pick<HostParams, 'usually' | 'title'> = {}): Gate => ({
  gate: 'host',
  key,
  ...test,
  ...more,
});
export const hostSysctl = (name: string, test: ValueTest, more: Pick<HostParams, 'usually' | 'title'> = {}): Gate =>
  host(`host.sysctl.${name}`, test, more);
/** Built in or as a module. `usually: 'passes'` where every distribution's kernel has it. */
export const kernelConfig = (symbol: string, more: Pick<HostParams, 'usually'> = {}): Gate =>
  host(`host.kernel-config.${symbol}`, { isNot: 'n' }, { title: `the kernel is built with CONFIG_${symbol}`, ...more });
export const kernel = (params: KernelVersionParams): Gate => ({ gate: 'kernel-version', ...params });
export const olderThan = (key: VersionParams['key'], below: string, mechanism: Mechanism): Gate => ({
  gate: 'version',
  key,
  below,
  mechanism,
});
export const notOlderThan = (key: VersionParams['key'], from: string, mechanism: Mechanism): Gate => ({
  gate: 'version',
  key,
  from,
  mechanism,
});
export const sharedKernel: Gate = { gate: 'shared-kernel' };
export const rootUser: Gate = { gate: 'root-user' };
export const initialUserNamespace: Gate = { gate: 'initial-user-namespace' };
export const rootMapsToHost: Gate = { gate: 'root-maps-to-host' };
export const hostRootMapped: Gate = { gate: 'host-root-mapped' };
export const mapsToHostUser: Gate = { gate: 'maps-to-host-user' };
export const reaches = (to: NetworkParams['to']): Gate => ({ gate: 'network', to });
export const granted = (params: GrantParams): Gate => ({ gate: 'grant', ...params });
export const lsmAllows = (operation: 'mount' | 'move-mount' | 'detached-mount' | 'ptrace-outside'): Gate => ({
  gate: 'lsm',
  operation,
});
export const deviceNode = (
  path: string,
  title: string,
  more: { access?: string; type?: 'b' | 'c'; everybody?: boolean; number?: string } = {},
): Gate => ({
  gate: 'device-node',
  path,
  title,
  ...more,
});
export const deviceAllowed = (type: 'b' | 'c', access: string, major?: number, minor?: number): Gate => ({
  gate: 'device-rule',
  type,
  access,
  ...(major !== undefined && { major }),
  ...(minor !== undefined && { minor }),
});

/** The filter lets the call through, by the native entry. The host's kernel must serve it. */
export const syscall = (name: string, args?: SyscallParams['args']): Gate => ({
  gate: 'syscall',
  syscall: name,
  ...(args && { args }),
});
export const compatSyscall = (arch: 'i386' | 'x32', name: string, args?: SyscallParams['args']): Gate => ({
  gate: 'syscall',
  arch,
  syscall: name,
  ...(args && { args }),
});

/**
 * An argument that the kernel takes as a 32-bit int (`socket`'s family, `ioctl`'s command, `personality`): the filter
 * compares all 64 bits of the register, the caller is free in the upper half. A bare value would claim too much.
 */
export const int32 = (value: bigint | number): { mask: string; value: string } => ({
  mask: '0xffffffff',
  value: hex(value),
});

export const seccompFilter = (is: SeccompFilterParams['is']): Gate => ({ gate: 'seccomp-filter', is });

/** A call that reaches the host's kernel itself. */
export const calls = (name: string, args?: SyscallParams['args']): AllOf =>
  all(`calls ${name} of the host's kernel`, sharedKernel, syscall(name, args));

/**
 * __sys_socket(), net/socket.c. On x86-64 the 32-bit entry has the call twice: as socket (4.3), and behind socketcall,
 * which takes its arguments from memory, so that no filter sees the family.
 */
export const opensSocket = (family: bigint | number, protocol?: bigint | number): AllOf => {
  const args = { 0: int32(family), ...(protocol !== undefined && { 2: int32(protocol) }) };
  return all(
    `opens a socket of family ${family}`,
    sharedKernel,
    any(
      'a call that opens one',
      syscall('socket', args),
      all(
        'by the 32-bit entry',
        any(
          'socket or socketcall',
          compatSyscall('i386', 'socket', args),
          compatSyscall('i386', 'socketcall', { 0: int32(1) }),
        ),
        kernelConfig('IA32_EMULATION', { usually: 'passes' }),
      ),
    ),
  );
};

// --- states a process can reach by itself -----------------------------------------------------------------------------

/** bprm_fill_uid(), fs/exec.c: by a set-user-id root program of the image, unless no_new_privs, a nosuid root or an image without one forbids. */
export const gainsRoot: AllOf = all(
  'becomes root through a set-user-id program',
  { gate: 'privilege-gain' },
  { gate: 'setuid-program' },
);

export const becomesRoot: AnyOf = any('is uid 0, or can become it', rootUser, gainsRoot);

const mappedToHostRoot: AllOf = all(
  'another user, who is uid 0 of the host',
  { gate: 'maps-to-host-root', by: 'dac' },
  { gate: 'maps-to-host-root', by: 'namespace-user' },
);

/**
 * Holds the capability in the container's user namespace, now or after executing a set-user-id program: for root, what
 * the bounding set gives on execve, under no_new_privs no more than is permitted before (`__cap_gained`); for others, the ambient
 * set (cap_bprm_creds_from_file(), security/commoncap.c).
 */
export const holds = (name: Capability): AnyOf =>
  any(
    `holds CAP_${name}`,
    all(
      'as root',
      becomesRoot,
      { gate: 'capability', capability: name, set: 'bounding' },
      any(
        'execve(2) may give it',
        { gate: 'privilege-gain' },
        { gate: 'capability', capability: name, set: 'permitted' },
      ),
    ),
    all('as another user', { gate: 'capability', capability: name, set: 'ambient' }),
  );

/** __sys_setresuid(), kernel/sys.c: with CAP_SETUID of its user namespace, any id that this maps, that of the host's root too. */
const becomesHostRoot: AllOf = all(
  'becomes it by a call',
  { gate: 'host-root-mapped', only: 'uid' },
  holds('SETUID'),
  any('a call that does', syscall('setuid'), syscall('setresuid'), syscall('setreuid'), syscall('setfsuid')),
);

/** make_kuid(), kernel/user_namespace.c: to the host's files, and where the global root is asked for, it is uid 0. */
export const isHostRoot: AnyOf = any(
  'is uid 0 to the host',
  all('as uid 0', becomesRoot, rootMapsToHost),
  mappedToHostRoot,
  becomesHostRoot,
);

/** capable(), kernel/capability.c: asked in the initial user namespace, for objects of the host. */
export const capable = (name: Capability): AllOf =>
  all(`capable(CAP_${name}) on the host`, sharedKernel, initialUserNamespace, holds(name));

/** ns_capable(), kernel/capability.c, where the container's own user namespace owns the object (its mounts, its network, its host name). */
export const capableInContainer = (name: Capability): AllOf =>
  all(`capable(CAP_${name}) in the container`, sharedKernel, holds(name));

/** check_syslog_permissions(), kernel/printk/printk.c: of old programs CAP_SYS_ADMIN was accepted too, until 6.9. */
export const capableOfLog: AnyOf = any(
  'check_syslog_permissions()',
  capable('SYSLOG'),
  all('accepted of old programs', capable('SYS_ADMIN'), kernel({ before: '6.9' })),
);

/**
 * ns_capable() over the user namespace that owns the network (net->user_ns): that of the host, where the container has a user
 * namespace of its own and joins the host's network.
 */
export const ownsNetwork: AnyOf = any(
  'its user namespace owns the network',
  initialUserNamespace,
  fact('namespace.net', { isNot: 'host' }, 'namespace-user', { title: "the network is not the host's" }),
);

export const capableInNetwork = (name: Capability): AllOf =>
  all(`capable(CAP_${name}) over its network`, capableInContainer(name), ownsNetwork);

/** The same, or over a network namespace that it makes. */
export const capableInSomeNetwork = (name: Capability): AllOf =>
  all(
    `capable(CAP_${name}) over a network`,
    capableInContainer(name),
    any('its network, or one of its own', ownsNetwork, createsNamespace('NEWNET')),
  );

/** create_user_ns(), kernel/user_namespace.c: no capability needed since 3.8. In it the process holds every capability. */
export const createsUserNamespace: AllOf = all(
  'creates a user namespace',
  sharedKernel,
  any(
    'a call that makes one',
    syscall('unshare', { 0: { mask: hex(CLONE.NEWUSER), value: hex(CLONE.NEWUSER) } }),
    syscall('clone', { 0: { mask: hex(CLONE.NEWUSER), value: hex(CLONE.NEWUSER) } }),
    // Its flags lie in memory that no filter can read (struct clone_args).
    all('clone3', syscall('clone3'), kernel({ since: '5.3' })),
  ),
  hostSysctl('user.max_user_namespaces', { isNot: 0 }, { usually: 'passes' }),
  hostSysctl('kernel.unprivileged_userns_clone', { isNot: 0 }, { usually: 'passes' }),
  hostSysctl('kernel.apparmor_restrict_unprivileged_userns', { isNot: 1 }, { usually: 'passes' }),
);

/** ns_capable(), kernel/capability.c, over objects that the process can create in a user namespace of its own, too. */
export const capableInOwn = (name: Capability): AnyOf =>
  any(`capable(CAP_${name}) over objects of its own making`, capableInContainer(name), createsUserNamespace);

/**
 * copy_namespaces() and unshare_nsproxy_namespaces(), kernel/nsproxy.c: ns_capable(CAP_SYS_ADMIN) over the user namespace that
 * will own it. clone(2) takes the low byte of its flags as a signal, so a time namespace comes from unshare and clone3 only.
 */
export const createsNamespace = (flag: keyof typeof CLONE): AllOf => {
  const args = { 0: { mask: hex(CLONE[flag]), value: hex(CLONE[flag]) } };
  return all(
    `creates a namespace (CLONE_${flag})`,
    capableInOwn('SYS_ADMIN'),
    any(
      'a call that makes one',
      syscall('unshare', args),
      ...(flag === 'NEWTIME' ? [] : [syscall('clone', args)]),
      all('clone3', syscall('clone3'), kernel({ since: '5.3' })),
    ),
  );
};

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
