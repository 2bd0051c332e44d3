import { pathToFileURL } from 'node:url';
import { CofferdamError } from '../../posture/index.ts';
import type { VectorFile } from '../config.ts';
import { importModule } from './import-module.ts';
import { nodesOf } from './plain-data.ts';
import { decodeVectors, type OwnVector } from './vector.ts';

/**
 * Runs a module of the user's and checks what its default export holds, as a file of YAML is checked.
 * @throws CofferdamError where it cannot be run.
 */
export async function loadCode(
  file: VectorFile,
): Promise<{ vectors: readonly OwnVector[]; problems: readonly CofferdamError[] }> {
  const { root, context } = nodesOf(await defaultExport(file), file.shown);
  const vectors = decodeVectors(root.kind === 'list' ? root.items : [root], context);
  return { vectors: vectors.map((own) => ({ ...own, place: { path: file.shown } })), problems: context.problems };
}

async function defaultExport(file: VectorFile): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    module = await importModule(pathToFileURL(file.path).href);
  } catch (error) {
    throw explained(error, file);
  }
  if (module.default !== undefined) return module.default;
  throw failure(
    file,
    `\`${file.shown}\` has no default export`,
    'export default defineVector({ … }), or a list of them',
  );
}

function failure(file: VectorFile, message: string, hint: string): CofferdamError {
  return new CofferdamError('vectors-code', message, hint, { path: file.shown });
}

function explained(error: unknown, file: VectorFile): CofferdamError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return failure(
      file,
      `\`${file.shown}\` is TypeScript, which Node ${process.version} cannot run`,
      'use Node 22.18 or newer, or compile it to .mjs, or write the vector in YAML',
    );
  }
  if (code === 'ERR_MODULE_NOT_FOUND' && /['"]cofferdam['"]/.test(message)) {
    return failure(
      file,
      `\`${file.shown}\` imports cofferdam, which is not installed where the file lies`,
      'npm install --save-dev cofferdam in its project',
    );
  }
  return failure(file, `\`${file.shown}\` cannot be loaded: ${message}`, 'run the file with node to see more');
}
