/**
 * Bundles the command and the library into dist/: one start file each, commands and readers as chunks that are loaded on
 * demand. Types are emitted beside by tsc. Another folder may be named: tests build one of their own.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const [outdir = 'dist'] = process.argv.slice(2);
// npm runs `prepare` behind `prepack`: the types that the latter emitted stay.
for (const name of existsSync(outdir) ? readdirSync(outdir) : []) {
  if (name !== 'types') rmSync(join(outdir, name), { recursive: true, force: true });
}
await build({
  entryPoints: { cofferdam: 'src/cli/main.ts', index: 'src/index.ts', 'stream-worker': 'src/check/stream-worker.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Some dependencies are CommonJS and call require('node:…'); an ES module has none.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});
