import { ENGINES } from './data/engines.data.ts';
import { KERNEL_2013_TO_2019 } from './data/kernel-2013-to-2019.data.ts';
import { KERNEL_2020_TO_2022 } from './data/kernel-2020-to-2022.data.ts';
import { KERNEL_2023_TO_2026 } from './data/kernel-2023-to-2026.data.ts';
import { ORCHESTRATORS } from './data/orchestrators.data.ts';
import { PROCESSORS } from './data/processors.data.ts';
import { RUNTIMES } from './data/runtimes.data.ts';
import { SANDBOXES } from './data/sandboxes.data.ts';
import type { PastVulnerability } from './entry.ts';

/**
 * Every past vulnerability that ships. In the bundle of the command this module is a file of its own (`scripts/build.mjs`): it is large,
 * and read only where history is asked for.
 */
export const VULNERABILITIES: readonly PastVulnerability[] = [
  ...KERNEL_2013_TO_2019,
  ...KERNEL_2020_TO_2022,
  ...KERNEL_2023_TO_2026,
  ...RUNTIMES,
  ...ENGINES,
  ...ORCHESTRATORS,
  ...SANDBOXES,
  ...PROCESSORS,
];

/** The month in which the records were put together; what became public later is not in them. */
export const COLLECTED = '2026-11-01';
