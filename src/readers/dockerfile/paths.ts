import { Unknown, type Value } from '../../posture/index.ts';
import { cleanPath } from '../paths.ts';

/** Paths inside the image: joined to the working directory, `.` and `..` resolved as far as the root. */
export function resolvePath(cwd: Value<string>, path: string): Value<string> {
  if (path.startsWith('/')) return cleanPath(path);
  return cwd instanceof Unknown ? cwd : cleanPath(`${cwd}/${path}`);
}

export const baseName = (path: string): string => {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
};
