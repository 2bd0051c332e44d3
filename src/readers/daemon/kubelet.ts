import { factOf } from '../../posture/index.ts';
import { type Document, isNull, type Node } from '../document/index.ts';
import { type Site, Stating, siteOf } from '../stating.ts';
import type { ReadResult } from '../subject.ts';

/**
 * A KubeletConfiguration (kubelet.config.k8s.io/v1beta1): every setting under `cluster.kubelet.` and its path in the file, for
 * instance `cluster.kubelet.authentication.anonymous.enabled`. What is not stated has the kubelet's default.
 */
export function readKubelet(document: Document, path: string): ReadResult {
  const stating = new Stating(document, 'host');
  const { root } = document;
  const budget = { visits: MAX_VISITS };
  for (const [key, entry] of root.kind === 'map' ? root.entries : []) {
    if (key !== 'apiVersion' && key !== 'kind') flatten(stating, key, entry.value, siteOf(entry), budget);
  }
  if (budget.visits <= 0)
    stating.report('too-large', `more than ${MAX_VISITS} settings`, 'the rest was not read', root);
  const subject = {
    id: `${path}#KubeletConfiguration`,
    kind: 'engine',
    name: 'kubelet',
    artifact: 'kubernetes',
    place: stating.context.place(root),
    layers: stating.layers(),
    engine: 'kubernetes',
    suppressions: [],
  } as const;
  return { subjects: [subject], problems: stating.problems, skipped: [] };
}

/** Aliases can make a small text wide and deep; no kubelet has a tenth of this many settings. */
const MAX_VISITS = 5_000;
const MAX_ITEMS = 1_000;

function flatten(stating: Stating, key: string, node: Node, site: Site, budget: { visits: number }): void {
  if (isNull(node) || budget.visits-- <= 0) return;
  if (node.kind === 'map') {
    for (const [name, entry] of node.entries) {
      if (budget.visits > 0) flatten(stating, `${key}.${name}`, entry.value, siteOf(entry), budget);
    }
  } else if (node.kind === 'list') {
    // Lists of mappings (taints, credential providers) hold nothing that isolates.
    const items = node.items.slice(0, MAX_ITEMS).flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
    if (items.length < node.items.length) return;
    stating.state(site, `${key}: [${items.join(', ')}]`, factOf(`cluster.kubelet.${key}`, items));
  } else {
    stating.state(site, `${key}: ${node.text}`, factOf(`cluster.kubelet.${key}`, scalarOf(node.text, node.quoted)));
  }
}

function scalarOf(text: string, quoted: boolean): boolean | number | string {
  if (quoted) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
