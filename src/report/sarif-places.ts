import type { Location, Notification, Suppression } from 'sarif';
import type { Because, Finding, Problem, Skipped } from '../check/result.ts';

/** Places, suppressions and notifications in the words of SARIF. */

type PlaceLike = {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly endColumn?: number;
};

export function locationOf(place: PlaceLike): Location {
  const region = regionOf(place);
  return { physicalLocation: { artifactLocation: artifactOf(place.path), ...(region && { region }) } };
}

function regionOf({ line, column, endColumn }: PlaceLike) {
  if (line === undefined || line < 1) return undefined;
  if (column === undefined || column < 1) return { startLine: line };
  // An end must not lie before the start; an empty region would stand between two characters (3.30.2).
  const end = endColumn !== undefined && endColumn > column ? { endLine: line, endColumn } : {};
  return { startLine: line, startColumn: column, ...end };
}

/** A path inside the checked folder relative to its root, each segment encoded; an absolute one as a file URI. */
function artifactOf(path: string): { uri: string; uriBaseId?: string } {
  const uri = path.replaceAll('\\', '/').split('/').map(encodeSegment).join('/');
  if (/^[A-Za-z]%3A\//.test(uri)) return { uri: `file:///${uri.replace('%3A', ':')}` };
  return uri.startsWith('/') ? { uri: `file://${uri}` } : { uri: uri === '' ? '.' : uri, uriBaseId: '%SRCROOT%' };
}

/** encodeURIComponent refuses lone surrogates: they become the replacement character. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'));
}

/** The statements that decided, where they stand elsewhere than the finding itself. */
export function relatedLocations(finding: Finding): Location[] {
  const found = new Map<string, Location>();
  const own = finding.source === null ? '' : keyOf(finding.source);
  const visit = (node: Because): void => {
    if (node.result !== finding.tree.result) return;
    if (node.place !== undefined && keyOf(node.place) !== own && !found.has(keyOf(node.place))) {
      found.set(keyOf(node.place), {
        id: found.size + 1,
        ...locationOf(node.place),
        message: { text: braced(node.text) },
      });
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(finding.tree);
  return [...found.values()];
}

function keyOf(place: PlaceLike): string {
  return `${place.path}:${place.line}:${place.column}`;
}

/** A comment beside the statement, or a row of the configuration file. */
export function suppressionsOf(finding: Finding, artifacts: ReadonlySet<string>): Suppression[] {
  if (finding.suppressed === null) return [];
  const { reason, until, place } = finding.suppressed;
  return [
    {
      kind: artifacts.has(place.path) || place.path === finding.source?.path ? 'inSource' : 'external',
      status: 'accepted',
      justification: until === undefined ? reason : `${reason} (until ${until})`,
      location: locationOf(place),
    },
  ];
}

export function notificationsOf(errors: readonly Problem[], skipped: readonly Skipped[]): Notification[] {
  return [
    ...errors.map((error) => ({
      descriptor: { id: error.code },
      level: 'error' as const,
      message: { text: braced(`${error.message}. ${error.hint}`) },
      ...(error.path !== '' && { locations: [locationOf(error)] }),
    })),
    ...skipped.map((one) => ({
      descriptor: { id: 'skipped' },
      level: 'note' as const,
      message: { text: braced(`Skipped: ${one.what}. ${one.remedy}`) },
      locations: [locationOf(one)],
    })),
  ];
}

/** Braces stand for arguments unless doubled (SARIF 3.11.5); `[text](target)` would be read as a link (3.11.6). */
export function braced(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}').replaceAll('](', '] (');
}
