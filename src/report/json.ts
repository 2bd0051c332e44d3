import type { Finding, ResultDocument, TargetResult } from '../check/result.ts';

/**
 * The result document itself; keys stand in the order of its type, which is the order in which `check` makes it. Trees are made
 * when they are read, so without `trees` they are passed over.
 */
export function renderJson(result: ResultDocument, options: { readonly trees: boolean } = { trees: false }): string {
  const targets = options.trees ? result.targets : result.targets.map(withoutTrees);
  return `${JSON.stringify({ ...result, targets }, null, 2)}\n`;
}

function withoutTrees(target: TargetResult): object {
  return { ...target, findings: target.findings.map(withoutTree) };
}

function withoutTree(finding: Finding): object {
  const keys = (Object.keys(finding) as (keyof Finding)[]).filter((key) => key !== 'tree');
  return Object.fromEntries(keys.map((key) => [key, finding[key]]));
}
