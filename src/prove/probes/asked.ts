import { type Call, call } from '../../kernel/index.ts';
import type { AttemptProbe, PassesProbe, Probe } from '../../vectors/index.ts';
import { keyOf } from './per-stage.ts';

/** The probes, and those that they are made of: equal ones once. */
function partsOf(probes: readonly Probe[]): readonly Probe[] {
  const found = new Map<string, Probe>();
  const look = (probe: Probe): void => {
    if (probe.probe === 'any' || probe.probe === 'all') probe.of.forEach(look);
    else found.set(keyOf(probe), probe);
  };
  probes.forEach(look);
  return [...found.values()];
}

export function attemptsIn(probes: readonly Probe[]): readonly AttemptProbe[] {
  return partsOf(probes).filter((probe) => probe.probe === 'attempt');
}

export function passesIn(probes: readonly Probe[]): readonly PassesProbe[] {
  return partsOf(probes).filter((probe) => probe.probe === 'passes');
}

/** The calls that make a process what an attempt is made by. */
export function settingsOf(as: AttemptProbe['as']): readonly Call[] {
  return as === undefined || as === 'unprivileged' ? [] : as.map((flags) => call('unshare', flags));
}
