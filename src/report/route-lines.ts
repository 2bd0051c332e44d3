import { escapeForeign } from './escape.ts';
import { hanging } from './layout.ts';
import { conditionOf, type RouteNode } from './routes.ts';

/** Conditions as a list, those of a condition below it. */
export function nodeLines(nodes: readonly RouteNode[], width: number, depth = 1): string[] {
  return nodes.flatMap((node) => {
    const about = node.mechanism === undefined ? '' : ` [${node.mechanism}] ${node.models ?? ''}`;
    const indent = '  '.repeat(Math.min(depth, Math.floor(width / 8)));
    return [
      ...hanging(`${indent}- `, escapeForeign(conditionOf(node) + about), width),
      ...nodeLines(node.children, width, depth + 1),
    ];
  });
}
