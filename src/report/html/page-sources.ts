/**
 * The style and the scripts of pages as text. Their sources lie in `web/`; the build puts what this module yields in its place
 * (scripts/build.mjs), so the shipped program bundles nothing.
 */
import { fileURLToPath } from 'node:url';

export const PAGE_SCRIPTS = ['lab', 'graph'] as const;
export type PageScript = (typeof PAGE_SCRIPTS)[number];

export interface PageSources {
  readonly style: string;
  readonly scripts: Readonly<Record<PageScript, string>>;
}

let bundled: Promise<PageSources> | undefined;

export function pageSources(): Promise<PageSources> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<PageSources> {
  const { build } = await import('esbuild');
  const web = fileURLToPath(new URL('../../../web/', import.meta.url));
  const { outputFiles } = await build({
    absWorkingDir: web,
    entryPoints: ['page.css', ...PAGE_SCRIPTS.map((name) => `${name}.ts`)],
    outdir: web,
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome120', 'firefox121', 'safari17.5'],
    charset: 'utf8',
    // Licences of what is bundled travel with the page.
    legalComments: 'inline',
    logLevel: 'warning',
  });
  const textOf = (name: string): string => {
    const file = outputFiles.find(({ path }) => path.endsWith(`/${name}`));
    if (file === undefined) throw new Error(`web/ has no ${name}`);
    return file.text;
  };
  const scripts = Object.fromEntries(
    PAGE_SCRIPTS.map((name) => [name, textOf(`${name}.js`)]),
  ) as PageSources['scripts'];
  return { style: textOf('page.css'), scripts };
}
