import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPABILITIES } from '../kernel/index.ts';
import { ownCapabilities } from './fit.ts';

/**
 * Where this machine withholds capabilities from its root (a development machine may), runc cannot give them (capset(2)): a program before it
 * leaves them out of what an engine asks for. Its path; undefined where nothing is withheld.
 */
export function runcWithinOwnRights(folder: string): string | undefined {
  const own = ownCapabilities();
  const names = CAPABILITIES.map((name) => `CAP_${name}`).filter((name) => !own.has(name));
  if (names.length === 0) return undefined;
  const path = join(folder, 'runc-within-rights');
  const edits = names.flatMap((name) => [`s/"${name}",//g`, `s/,"${name}"//g`, `s/"${name}"//g`]).join(';');
  const script = `#!/bin/sh
case " $* " in *" create "*)
  for word; do [ "$previous" = --bundle ] && sed -i '${edits}' "$word/config.json"; previous=$word; done
esac
exec runc "$@"
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}
