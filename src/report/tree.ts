import type { Because, Finding } from '../check/result.ts';
import { escapeForeign } from './escape.ts';
import { hanging, type Palette, type Style } from './layout.ts';
import { evidenceLines } from './proof.ts';
import { placeText } from './wording.ts';

/** The explanation tree for people: only what decided, each part once. */

export const LEGEND = '✗ lets the attacker through  ✓ holds  ? not known  depth: mechanisms that must fail';

const MARK: Readonly<Record<Because['result'], string>> = { passes: '✗', closed: '✓', unknown: '?' };
const VERDICT_MARK: Readonly<Record<Finding['verdict'], string>> = { open: '✗', blocked: '✓', unknown: '?' };

interface Page {
  readonly width: number;
  readonly palette: Palette;
}

/** One finding in full: what, how deep, held by what, the tree, every fix. */
export function findingLines(finding: Finding, page: Page): string[] {
  const { palette, width } = page;
  const style: Style =
    finding.verdict === 'open' ? palette.bad : finding.verdict === 'blocked' ? palette.good : palette.warn;
  const title = escapeForeign(`${finding.vector}  ${finding.title}`);
  const fixes = finding.fixes.flatMap((fix) => {
    const also = fix.closes.length === 0 ? '' : ` · also closes ${fix.closes.length}`;
    return hanging('      fix  ', escapeForeign(fix.changes.join(' and ')) + also, width, { label: palette.good });
  });
  return [
    ...hanging(`  ${VERDICT_MARK[finding.verdict]} `, title, width, { label: style }),
    ...hanging('      ', escapeForeign(aboutText(finding)), width, { text: palette.dim }),
    ...treeLines(finding.tree, page),
    ...evidenceLines(finding, page),
    ...fixes,
    ...suppressionLines(finding, width),
  ];
}

function aboutText(finding: Finding): string {
  const parts: string[] = [finding.verdict, finding.severity, `phase ${finding.phase}`];
  if (finding.verdict === 'blocked') parts.push(`depth ${finding.depth}`);
  if (finding.verdict === 'unknown') parts.push(`depth at least ${finding.depth}`);
  if (finding.heldBy.length > 0) parts.push(`held by ${finding.heldBy.map((set) => set.join(' + ')).join(', or ')}`);
  if (finding.settledBy.length > 0) parts.push(`settled by ${finding.settledBy.join(', ')}`);
  parts.push(`id ${finding.id}`);
  return parts.join(' · ');
}

function suppressionLines(finding: Finding, width: number): string[] {
  if (finding.suppressed === null) return [];
  const { reason, until, place } = finding.suppressed;
  return hanging(
    '      suppressed  ',
    escapeForeign(`${reason}${until === undefined ? '' : ` (until ${until})`}, ${placeText(place)}`),
    width,
  );
}

/** The tree without the parts that did not decide; a part that was shown already is only named again. */
export function treeLines(tree: Because, page: Page): string[] {
  const shown = new Set<string>();
  const lines: string[] = [];
  const visit = (node: Because, depth: number): void => {
    const children = decisive(node);
    const [only] = children;
    if (only !== undefined && children.length === 1 && isUntitled(node)) {
      visit(only, depth);
      return;
    }
    const key = children.length === 0 ? '' : JSON.stringify(node);
    const again = key !== '' && shown.has(key);
    lines.push(...nodeLines(node, depth, again, page));
    if (again) return;
    if (key !== '') shown.add(key);
    for (const child of children) visit(child, depth + 1);
  };
  visit(tree, 0);
  return lines;
}

/** What has the node's own result: the routes that pass, the gates that hold, the parts that are not known. */
function decisive(node: Because): readonly Because[] {
  return node.children?.filter((child) => child.result === node.result) ?? [];
}

function isUntitled(node: Because): boolean {
  return node.text === 'any of' || node.text === 'all of';
}

const DEEPEST = 12;

function nodeLines(node: Because, depth: number, again: boolean, page: Page): string[] {
  const { palette, width } = page;
  const style: Style = node.result === 'passes' ? palette.bad : node.result === 'closed' ? palette.good : palette.warn;
  const indent = '  '.repeat(Math.min(depth, DEEPEST, Math.floor(width / 8)) + 3);
  const mechanism = node.mechanism === undefined ? '' : ` [${node.mechanism}]`;
  const source = node.source === undefined ? '' : `, ${node.source}`;
  const text = escapeForeign(`${node.text}${mechanism}${source}${again ? ' (as above)' : ''}`);
  return hanging(`${indent}${MARK[node.result]} `, text, width, { label: style });
}
