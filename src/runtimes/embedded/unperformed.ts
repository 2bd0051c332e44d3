import type { Config } from './config.ts';
import type { Plan } from './plan.ts';

/** Parts of runtime-spec 1.2 that are not performed here, with the facts that hang on them. */
const PARTS: readonly {
  readonly step: string;
  readonly asked: (config: Config) => unknown;
  readonly why: string;
  readonly facts: readonly string[];
}[] = [
  {
    step: 'terminal',
    asked: ({ process }) => process?.terminal,
    why: 'there is no terminal: the stub speaks over pipes',
    facts: ['process.terminal'],
  },
  { step: 'hooks', asked: ({ hooks }) => hooks, why: 'programs of the engine are not run', facts: ['runtime.hooks'] },
  { step: 'scheduler', asked: ({ process }) => process?.scheduler, why: 'it is not performed', facts: [] },
  { step: 'io-priority', asked: ({ process }) => process?.ioPriority, why: 'it is not performed', facts: [] },
  { step: 'memory-policy', asked: ({ linux }) => linux?.memoryPolicy, why: 'it is not performed', facts: [] },
  { step: 'intel-rdt', asked: ({ linux }) => linux?.intelRdt, why: 'it is not performed', facts: [] },
  {
    step: 'cgroup-unified',
    asked: ({ linux }) => linux?.resources?.unified,
    why: 'files of control groups are not written as they are given',
    facts: ['limit.'],
  },
  {
    step: 'mount-label',
    asked: ({ linux }) => linux?.mountLabel,
    why: 'files are not labelled',
    facts: ['lsm.selinux'],
  },
];

export function nameUnperformed(plan: Plan): void {
  for (const { step, asked, why, facts } of PARTS) {
    const value = asked(plan.config);
    if (value !== undefined && value !== false && value !== '') plan.lacks(step, why, ...facts);
  }
  const shared = bindsSharedWithHost(plan.config);
  if (shared.length > 0)
    plan.lacks('shared-binds', 'nothing is shared with the host where it is not told of', ...shared);
}

/** runc leaves the host's mounts shared before it binds (prepareRoot), where the root is to be. */
function bindsSharedWithHost({ linux, mounts = [] }: Config): readonly string[] {
  if (!/^r?shared$/.test(linux?.rootfsPropagation ?? '')) return [];
  return mounts
    .filter(({ type, options = [] }) => type === 'bind' || options.includes('bind') || options.includes('rbind'))
    .filter(({ options = [] }) => !options.some((option) => SPREADS.test(option)))
    .map(({ destination }) => `mount.${destination}`);
}

const SPREADS = /^r?(private|slave|shared|unbindable)$/;
