import type { ReportingDescriptor, Result } from 'sarif';
import type { ResultDocument, StandardResult, TargetResult } from '../check/result.ts';
import { braced, locationOf } from './sarif-places.ts';

/** Failed controls of standards, as SARIF rules and results: a rule for each control, a result for each place that misses it. */
export interface StandardsRun {
  readonly rules: readonly ReportingDescriptor[];
  readonly results: readonly Result[];
}

interface Missed {
  readonly target: TargetResult;
  readonly standard: StandardResult;
  readonly item: StandardResult['items'][number];
}

/** `firstIndex`: how many rules stand before these. */
export function standardsRun(result: ResultDocument, firstIndex: number): StandardsRun {
  const missed = missedControls(result.targets);
  const rules = [...new Map(missed.map((one) => [ruleId(one), ruleOf(one)])).values()];
  const index = new Map(rules.map((rule, i) => [rule.id, firstIndex + i]));
  return { rules, results: missed.map((one) => resultOf(one, index.get(ruleId(one)) ?? -1)) };
}

/** All containers of a pod carry its result: each place is told once. */
function missedControls(targets: readonly TargetResult[]): Missed[] {
  const found = new Map<string, Missed>();
  for (const target of targets) {
    for (const standard of target.standards) {
      for (const item of standard.items) {
        if (item.result === 'passed') continue;
        const one = { target, standard, item };
        const { path, line, column } = placeOf(one);
        const key = `${ruleId(one)} ${path}:${line}:${column}`;
        if (!found.has(key)) found.set(key, one);
      }
    }
  }
  return [...found.values()];
}

function ruleId({ standard, item }: Missed): string {
  return `${standard.name}@${standard.version}/${item.id}`;
}

function placeOf({ target, item: { source } }: Missed) {
  return source.path === undefined ? target.source : { ...source, path: source.path };
}

function ruleOf(one: Missed): ReportingDescriptor {
  const { standard, item } = one;
  return {
    id: ruleId(one),
    shortDescription: { text: braced(`${standard.name}@${standard.version}: ${item.title}`) },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['security', 'container', standard.name] },
  };
}

function resultOf(one: Missed, ruleIndex: number): Result {
  const { target, standard, item } = one;
  return {
    ruleId: ruleId(one),
    ruleIndex,
    ...(item.result === 'failed' ? { kind: 'fail', level: 'error' } : { kind: 'open', level: 'none' }),
    message: {
      text: braced(`${target.name}: ${standard.name}@${standard.version} ${item.id}: ${item.detail || item.title}.`),
    },
    locations: [
      {
        ...locationOf(placeOf(one)),
        logicalLocations: [{ name: target.name, fullyQualifiedName: target.id, kind: 'resource' }],
      },
    ],
  };
}
