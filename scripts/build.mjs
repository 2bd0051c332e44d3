/**
 * Bundles the command and the library into dist/. The library is a start file with chunks that are loaded on demand. The command
 * is a start file and one program in CommonJS, the only form whose compiled code can be kept between runs on every Node
 * (src/cli/compiled.ts). Types are emitted beside by tsc. Another folder may be named: tests build one of their own.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [outdir = 'dist'] = process.argv.slice(2);
// npm runs `prepare` behind `prepack`: the types that the latter emitted stay.
for (const name of existsSync(outdir) ? readdirSync(outdir) : []) {
  if (name !== 'types') rmSync(join(outdir, name), { recursive: true, force: true });
}

// The program that runs inside sandboxes, for each machine.
cpSync('agent/bin', join(outdir, 'agent'), { recursive: true });

const COMMON = {
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Its WebAssembly lies beside its module.
  external: ['highs'],
};
const COMMONJS = { format: 'cjs', outExtension: { '.js': '.cjs' } };
/** Some dependencies are CommonJS and call require('node:…'); an ES module has none. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

await build({
  ...COMMON,
  entryPoints: { index: 'src/index.ts', 'stream-worker': 'src/check/stream-worker.ts' },
  splitting: true,
  format: 'esm',
  banner: { js: REQUIRE },
});

/**
 * Modules of the program in files of their own: vectors in full are a third of all code, and few runs read more of them than
 * judging needs; past vulnerabilities and random configurations are made where they are asked for; and code that is kept compiled
 * cannot import what is no part of it.
 */
const APART = {
  catalogue: 'src/vectors/catalogue.generated.ts',
  'import-module': 'src/check/own-vectors/import-module.ts',
  past: 'src/past/vulnerabilities.data.ts',
  configurations: 'src/lab/agreement/configurations.ts',
  'page-sources': 'src/report/html/page-sources.ts',
};

/** The module that bundles the styles and scripts of pages, as what it would yield. */
const shippedPageSources = {
  name: 'shipped-page-sources',
  async setup({ onLoad }) {
    const { outputFiles } = await build({
      ...COMMON,
      // It finds the esbuild that it calls, and `web/`, from where it lies.
      entryPoints: ['src/report/html/page-sources.ts'],
      external: ['esbuild'],
      define: {
        'import.meta.url': JSON.stringify(new URL('../src/report/html/page-sources.ts', import.meta.url).href),
      },
      format: 'esm',
      write: false,
    });
    // Below node_modules, where it finds the esbuild that it calls, wherever the result goes.
    const file = `node_modules/.cache/page-sources-${process.pid}.mjs`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputFiles[0].contents);
    const { pageSources } = await import(pathToFileURL(resolve(file)).href);
    const sources = JSON.stringify(await pageSources());
    rmSync(file);
    onLoad({ filter: /\/report\/html\/page-sources\.ts$/ }, () => ({
      contents: `const sources = Promise.resolve(JSON.parse(${JSON.stringify(sources)})); export const pageSources = () => sources;`,
    }));
  },
};
await build({ ...COMMON, ...COMMONJS, entryPoints: APART, plugins: [shippedPageSources] });
const modulesApart = {
  name: 'modules-apart',
  setup({ onResolve }) {
    for (const [name, path] of Object.entries(APART))
      onResolve({ filter: new RegExp(`/${basename(path)}$`) }, () => ({ path: `./${name}.cjs`, external: true }));
  },
};

/** The module that compiles the catalogue, as what it would compile. */
const shippedCatalogue = {
  name: 'shipped-catalogue',
  async setup({ onLoad }) {
    const data = JSON.stringify(await compiledCatalogue());
    onLoad({ filter: /\/check\/shipped-catalogue\.ts$/ }, () => ({
      contents: `import { catalogueOf } from './catalogue-data.ts';
        let read;
        const whole = () => require('../vectors/catalogue.generated.ts').CATALOGUE;
        export const shippedCatalogue = () => (read ??= catalogueOf(JSON.parse(${JSON.stringify(data)}), whole));`,
      resolveDir: 'src/check',
    }));
  },
};

async function compiledCatalogue() {
  const contents = `import { CATALOGUE } from './vectors/catalogue.generated.ts';
    import { compileCatalogue } from './check/catalogue.ts';
    import { dataOf } from './check/catalogue-data.ts';
    export const data = dataOf(compileCatalogue(CATALOGUE));`;
  const { outputFiles } = await build({
    ...COMMON,
    stdin: { contents, resolveDir: 'src', loader: 'ts' },
    format: 'esm',
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).data;
}

const program = await build({
  ...COMMON,
  entryPoints: { program: 'src/cli/program.ts' },
  entryNames: '[name]-[hash]',
  ...COMMONJS,
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
  plugins: [modulesApart, shippedCatalogue],
  metafile: true,
});
const [programFile] = Object.keys(program.metafile.outputs);
await build({
  ...COMMON,
  entryPoints: { cofferdam: 'src/cli/main.ts' },
  format: 'esm',
  define: { PROGRAM: JSON.stringify(`./${basename(programFile)}`) },
});
