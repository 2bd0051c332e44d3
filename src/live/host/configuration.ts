import { kernelAtLeast, parseKernelVersion } from '../../kernel/index.ts';
import { factOf, type Statement, Unknown, type Value } from '../../posture/index.ts';
import type { Files } from '../files.ts';
import { CONFIG_ALIASES, CONFIG_SINCE, KERNEL_CONFIG } from './keys.data.ts';

type State = 'y' | 'm' | 'n';

/** How the running kernel was built. */
export interface KernelConfig {
  readonly from: string;
  readonly release: string;
  readonly symbols: ReadonlyMap<string, string>;
}

/** /proc/config.gz where the kernel keeps its own, else the file that distributions install beside it. */
export function readKernelConfig(files: Files, release: Value<string>): Value<KernelConfig> {
  const packed = files.unpacked('/proc/config.gz');
  const version = release instanceof Unknown ? '' : release;
  if (!(packed instanceof Unknown)) return { from: '/proc/config.gz', release: version, symbols: parseConfig(packed) };
  for (const path of version === ''
    ? []
    : [`/boot/config-${version}`, `/lib/modules/${version}/config`, `/usr/lib/kernel/config-${version}`]) {
    const text = files.text(path);
    if (!(text instanceof Unknown)) return { from: path, release: version, symbols: parseConfig(text) };
  }
  return new Unknown(
    `how the kernel was built cannot be read: there is no /proc/config.gz and no /boot/config-${version || 'RELEASE'}`,
  );
}

/** `CONFIG_X=y` and `# CONFIG_X is not set`; values in quotes without them. */
export function parseConfig(text: string): ReadonlyMap<string, string> {
  const symbols = new Map<string, string>();
  for (const [, off, name, value] of text.matchAll(/^(?:# CONFIG_(\w+) is not set|CONFIG_(\w+)=(.*))$/gm)) {
    if (off !== undefined) symbols.set(off, 'n');
    else if (name !== undefined) symbols.set(name, (value ?? '').replace(/^"(.*)"$/, '$1'));
  }
  return symbols;
}

/** A symbol that the file does not name was not offered (its own conditions are off), unless the kernel is older than the symbol. */
export function configState(config: Value<KernelConfig>, symbol: string): Value<State> {
  if (config instanceof Unknown) return config;
  const value = config.symbols.get(symbol);
  if (value === 'y' || value === 'm' || value === 'n') return value;
  const parts = (CONFIG_ALIASES[symbol] ?? []).map((part) => config.symbols.get(part));
  const part = parts.find((state) => state === 'y' || state === 'm');
  if (part !== undefined) return part as State;
  const [kernel, since] = [parseKernelVersion(config.release), parseKernelVersion(CONFIG_SINCE[symbol] ?? '0.0')];
  const older = kernel === undefined || since === undefined || !kernelAtLeast(kernel, since);
  return older && CONFIG_SINCE[symbol] !== undefined
    ? new Unknown(`${config.from} is of a kernel without a CONFIG_${symbol} (since ${CONFIG_SINCE[symbol]})`)
    : 'n';
}

export function configStatement(config: Value<KernelConfig>): Statement {
  const facts = KERNEL_CONFIG.map((symbol) => factOf(`host.kernel-config.${symbol}`, configState(config, symbol)));
  return {
    phase: 'host',
    source: { kind: 'observed', from: config instanceof Unknown ? '/proc/config.gz' : config.from },
    facts: Object.assign({}, ...facts) as Statement['facts'],
  };
}
