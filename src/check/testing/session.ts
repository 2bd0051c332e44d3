import { loadConfig } from '../config.ts';
import type { SessionOptions } from '../session.ts';

/** A session of somebody who says nothing but what is given: no configuration file but the folder's own. For tests and benches. */
export function bareSession(cwd: string = process.cwd(), said: Partial<SessionOptions> = {}): SessionOptions {
  return {
    version: '0.0.0',
    cwd,
    config: loadConfig(undefined, [], cwd),
    engines: [],
    host: undefined,
    daemon: undefined,
    standards: [],
    profiles: [],
    environment: {},
    allowOutside: [],
    stdin: () => new Uint8Array(),
    today: new Date('2026-06-01'),
    ...said,
  };
}
