import { machine } from 'node:os';
import { type FactTypes, factOf, type Statement, Unknown, type Value } from '../../posture/index.ts';
import { cgroupMode } from '../cgroup.ts';
import { type Files, isMissing } from '../files.ts';
import type { HostView } from '../host-view.ts';
import { activeModules, isModuleActive } from '../labels.ts';
import { configState, type KernelConfig } from './configuration.ts';
import { KERNEL_PARAMETERS, MODULES } from './keys.data.ts';

function observed(from: string, facts: Statement['facts']): Statement {
  return { phase: 'host', source: { kind: 'observed', from }, facts };
}

/** Release, architecture, control groups, security modules, flaws of the processors. */
export function kernelStatements(
  files: Files,
  host: HostView,
  release: Value<string>,
  config: Value<KernelConfig>,
): Statement[] {
  const arch = machine();
  return [
    observed('/proc/sys/kernel/osrelease', { 'host.kernel': release }),
    ...(arch === 'x86_64' || arch === 'aarch64' ? [observed('uname', { 'host.arch': arch })] : []),
    cgroupStatement(host),
    ...securityStatements(files, config),
    vulnerabilityStatement(files),
    ...parameterStatements(files, config),
    ...moduleStatements(files, release, config),
  ];
}

function cgroupStatement({ mounts }: HostView): Statement {
  if (mounts instanceof Unknown) return observed('/proc/self/mountinfo', { 'host.cgroup': mounts });
  const unified = mounts.find((mount) => mount.type === 'cgroup2');
  return observed('/proc/self/mountinfo', {
    'host.cgroup': cgroupMode(mounts) ?? new Unknown('no cgroup hierarchy is mounted'),
    ...(unified !== undefined && factOf('host.fact.cgroup2-nsdelegate', unified.superOptions.includes('nsdelegate'))),
  });
}

function securityStatements(files: Files, config: Value<KernelConfig>): Statement[] {
  const modules = hostModules(files, config);
  const statements = [observed(modules.from, { 'host.lsm': modules.value }), lockdownStatement(files, modules.value)];
  const selinux = isModuleActive(files, 'selinux');
  if (selinux === true) {
    const enforce = files.text('/sys/fs/selinux/enforce');
    const value = enforce instanceof Unknown ? enforce : enforce.trim() === '1';
    statements.push(observed('/sys/fs/selinux/enforce', { 'host.selinux-enforcing': value }));
  }
  return statements;
}

/** CONFIG_ symbols of the modules that CONFIG_LSM may name (security/Kconfig, 6.18). */
const LSM_SYMBOLS: Readonly<Record<string, string>> = {
  lockdown: 'SECURITY_LOCKDOWN_LSM',
  yama: 'SECURITY_YAMA',
  loadpin: 'SECURITY_LOADPIN',
  safesetid: 'SECURITY_SAFESETID',
  landlock: 'SECURITY_LANDLOCK',
  selinux: 'SECURITY_SELINUX',
  smack: 'SECURITY_SMACK',
  tomoyo: 'SECURITY_TOMOYO',
  apparmor: 'SECURITY_APPARMOR',
  ipe: 'SECURITY_IPE',
  bpf: 'BPF_LSM',
  integrity: 'INTEGRITY',
};

/**
 * The kernel's own list, or what ordered_lsm_parse(), security/security.c, makes of the build and the command line: those that
 * are named and built in. Where a module can still be switched off by a parameter of its own, it is not asked further.
 */
function hostModules(files: Files, config: Value<KernelConfig>): { from: string; value: Value<readonly string[]> } {
  const listed = activeModules(files);
  const cmdline = files.text('/proc/cmdline');
  if (!(listed instanceof Unknown) || config instanceof Unknown || cmdline instanceof Unknown)
    return { from: '/sys/kernel/security/lsm', value: listed };
  const parameters = parseCmdline(cmdline);
  const switched = ['security', 'apparmor', 'selinux'].some((name) => parameters.has(name));
  const named = parameters.get('lsm') ?? config.symbols.get('LSM');
  if (switched || named === undefined) return { from: '/sys/kernel/security/lsm', value: listed };
  const built = named.split(',').filter((name) => configState(config, LSM_SYMBOLS[name] ?? '') === 'y');
  return { from: `${config.from}: CONFIG_LSM`, value: ['capability', ...built] };
}

function lockdownStatement(files: Files, modules: Value<readonly string[]>): Statement {
  const path = '/sys/kernel/security/lockdown';
  const text = files.text(path);
  const level = text instanceof Unknown ? undefined : /\[(none|integrity|confidentiality)\]/.exec(text)?.[1];
  if (level !== undefined) return observed(path, { 'host.lockdown': level as FactTypes['host.lockdown'] });
  // Before 5.4, and in kernels built without it, there is no such module.
  if (!(modules instanceof Unknown) && !modules.includes('lockdown'))
    return observed('/sys/kernel/security/lsm', { 'host.lockdown': 'none' });
  const why = text instanceof Unknown ? text.why : `${path} is not understood`;
  return observed(path, { 'host.lockdown': new Unknown(`${why}; mount securityfs at /sys/kernel/security`) });
}

function vulnerabilityStatement(files: Files): Statement {
  const folder = '/sys/devices/system/cpu/vulnerabilities';
  const names = files.list(folder);
  if (names instanceof Unknown) return observed(folder, {});
  const facts = names.map((name) => {
    const text = files.text(`${folder}/${name}`);
    return factOf(`host.vulnerability.${name}`, text instanceof Unknown ? text : text.trim());
  });
  return observed(folder, Object.assign({}, ...facts) as Statement['facts']);
}

/** next_arg(), lib/cmdline.c: dashes and underscores are one, quotes hold words together; what stands behind `--` is init's. */
export function parseCmdline(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const word of text.trim().match(/(?:"[^"]*"|[^\s"])+/g) ?? []) {
    if (word === '--') break;
    const at = word.indexOf('=');
    const name = (at < 0 ? word : word.slice(0, at)).replaceAll('"', '').replaceAll('-', '_');
    parameters.set(name, at < 0 ? '' : word.slice(at + 1).replaceAll('"', ''));
  }
  return parameters;
}

function parameterStatements(files: Files, config: Value<KernelConfig>): Statement[] {
  const text = files.text('/proc/cmdline');
  const given = text instanceof Unknown ? text : parseCmdline(text);
  const facts = KERNEL_PARAMETERS.map((name) =>
    factOf(`host.kernel-parameter.${name}`, given instanceof Unknown ? given : (given.get(name) ?? '')),
  );
  return [
    observed('/proc/cmdline', Object.assign({}, ...facts) as Statement['facts']),
    ...builtDefaults(given, config),
    ...signatureStatements(files, config),
  ];
}

/** A kernel built with the 32-bit entry off until a parameter switches it on (6.7). */
function builtDefaults(given: Value<ReadonlyMap<string, string>>, config: Value<KernelConfig>): Statement[] {
  if (given instanceof Unknown || given.has('ia32_emulation') || config instanceof Unknown) return [];
  if (configState(config, 'IA32_EMULATION_DEFAULT_DISABLED') !== 'y') return [];
  return [
    observed(
      `${config.from}: CONFIG_IA32_EMULATION_DEFAULT_DISABLED`,
      factOf('host.kernel-parameter.ia32_emulation', '0'),
    ),
  ];
}

/** The parameter as it is in force: the build and the command line decide together. */
function signatureStatements(files: Files, config: Value<KernelConfig>): Statement[] {
  const path = '/sys/module/module/parameters/sig_enforce';
  const key = 'host.kernel-parameter.module.sig_enforce';
  const text = files.text(path);
  if (!(text instanceof Unknown)) return [observed(path, factOf(key, text.trim()))];
  if (isMissing(text) && configState(config, 'MODULE_SIG') === 'n') return [observed(path, factOf(key, 'N'))];
  return [observed(path, factOf(key, text))];
}

type ModuleState = FactTypes[`host.module.${string}`];

function moduleStatements(files: Files, release: Value<string>, config: Value<KernelConfig>): Statement[] {
  const installed = installedModules(files, release);
  const states = MODULES.map((module) => ({ ...module, state: moduleState(files, module, installed, config) }));
  const facts = states.map(({ name, state }) => factOf(`host.module.${name}`, state));
  const rare = states.filter((module) => module.rare).map(({ state }) => state);
  const loadable = rare.some((state) => state === 'loaded' || state === 'available');
  return [
    observed('/proc/modules, /lib/modules', Object.assign({}, ...facts) as Statement['facts']),
    ...(loadable || rare.every((state) => state === 'absent')
      ? [observed('/lib/modules', factOf('host.fact.rare-socket-modules', loadable))]
      : []),
  ];
}

interface Installed {
  readonly builtIn: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** Modules that modprobe is told not to load: `install NAME /bin/false`. */
  readonly refused: ReadonlySet<string>;
}

function installedModules(files: Files, release: Value<string>): Value<Installed> {
  if (release instanceof Unknown) return release;
  const folder = `/lib/modules/${release}`;
  const [dependencies, builtIn] = [files.text(`${folder}/modules.dep`), files.text(`${folder}/modules.builtin`)];
  if (dependencies instanceof Unknown) return dependencies;
  return {
    files: moduleNames(dependencies),
    builtIn: builtIn instanceof Unknown ? new Set() : moduleNames(builtIn),
    refused: refusedModules(files),
  };
}

/** One path a line; of modules.dep what stands before the colon. */
export function moduleNames(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/^(?:[^:\n]*\/)?([\w-]+)\.ko(?:\.\w+)?(?::|$)/gm)].map(([, name]) => name ?? '');
  return new Set(names.map((name) => name.replaceAll('-', '_')));
}

function refusedModules(files: Files): ReadonlySet<string> {
  const refused = new Set<string>();
  for (const folder of ['/etc/modprobe.d', '/run/modprobe.d', '/usr/local/lib/modprobe.d', '/lib/modprobe.d']) {
    const names = files.list(folder);
    if (names instanceof Unknown) continue;
    for (const name of names.filter((file) => file.endsWith('.conf'))) {
      const text = files.text(`${folder}/${name}`);
      if (text instanceof Unknown) continue;
      for (const [, module] of text.matchAll(/^\s*install\s+([\w-]+)\s+(?:\/usr)?\/bin\/(?:false|true)\b/gm))
        refused.add((module ?? '').replaceAll('-', '_'));
    }
  }
  return refused;
}

function moduleState(
  files: Files,
  { name, symbol }: { readonly name: string; readonly symbol: string },
  installed: Value<Installed>,
  config: Value<KernelConfig>,
): Value<ModuleState> {
  const loaded = files.text('/proc/modules');
  if (!(loaded instanceof Unknown) && new RegExp(`^${name} `, 'm').test(loaded)) return 'loaded';
  const built = configState(config, symbol);
  if (built === 'y') return 'loaded';
  if (built === 'n') return 'absent';
  if (installed instanceof Unknown) return new Unknown(`whether it can be loaded is not known: ${installed.why}`);
  if (installed.builtIn.has(name)) return 'loaded';
  return installed.files.has(name) && !installed.refused.has(name) ? 'available' : 'absent';
}
