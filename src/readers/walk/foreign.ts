import { basename, dirname, join } from 'node:path';
import type { Confinement } from './confine.ts';
import type { FileKind } from './kind.ts';
import type { FoundFile } from './tree.ts';

/** Recognised, but not readable as it stands: the command that makes it readable is named instead. */
export interface SkippedFile {
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** The folder of the Helm chart to whose templates (or default values) the file belongs. */
export function chartOf(file: FoundFile, confinement: Confinement): string | undefined {
  const parts = dirname(file.path).split('/');
  const at = parts.lastIndexOf('templates');
  if (at < 0) return undefined;
  const up = parts.length - at;
  const chart = join(dirname(file.absolute), ...Array<string>(up).fill('..'));
  if (confinement.realInside(join(chart, 'Chart.yaml')) === undefined) return undefined;
  return parts.slice(0, at).join('/') || '.';
}

export function skippedBy(kind: FileKind, file: FoundFile, chart: string | undefined): SkippedFile | undefined {
  if (kind === 'helm-template') return helm(file, chart);
  if (kind === 'kustomization') {
    const folder = dirname(file.path);
    return {
      path: file.path,
      what: 'Kustomize overlay',
      remedy: `kustomize build ${quoted(folder)} | cofferdam check -`,
    };
  }
  if (kind === 'engine-toml') {
    return {
      path: file.path,
      what: 'engine settings in TOML',
      remedy: 'not read yet: state what matters in a host profile (--host FILE)',
    };
  }
  return undefined;
}

function helm(file: FoundFile, chart: string | undefined): SkippedFile {
  if (chart === undefined) {
    return { path: file.path, what: 'template', remedy: 'render it and give the result: … | cofferdam check -' };
  }
  const name = chart === '.' ? basename(dirname(dirname(file.absolute))) : basename(chart);
  return {
    path: chart,
    what: 'Helm chart',
    remedy: `helm template ${quoted(name)} ${quoted(chart)} | cofferdam check -`,
  };
}

/** As one word of a shell, whatever the path holds. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
