import type { Threat, ThreatModel } from '../threats/index.ts';
import { type Diagram, type DiagramNode, diagramOf } from './threats-diagram.ts';
import { byElement, isOpen, openVectors, remedyOf, STRIDE } from './threats-wording.ts';
import { plural } from './wording.ts';

/**
 * A model for OWASP Threat Dragon 2 (its schema threat-dragon-v2): one diagram of kind STRIDE, a column for each zone with its boundary
 * box, each threat at its element.
 */
export function renderThreatDragon(model: ThreatModel): string {
  const diagram = diagramOf(model);
  const threats = numbered(model);
  const cells = [...boxesAndNodes(diagram, threats), ...flowCells(diagram)];
  const dragon = {
    version: '2.0',
    summary: {
      title: 'Threat model of the container system',
      owner: '',
      description: `Made by Cofferdam ${model.tool.version} from the artifacts themselves.`,
      id: 0,
    },
    detail: {
      contributors: [],
      diagrams: [
        {
          id: 0,
          title: 'Data flows',
          diagramType: 'STRIDE',
          thumbnail: './public/content/images/thumbnail.stride.jpg',
          version: '2.0',
          cells,
        },
      ],
      diagramTop: 1,
      reviewer: '',
      threatTop: model.threats.length,
    },
  };
  return `${JSON.stringify(dragon, null, 2)}\n`;
}

type Numbered = ReadonlyMap<string, readonly { readonly threat: Threat; readonly number: number }[]>;

function numbered({ threats }: ThreatModel): Numbered {
  const numbers = new Map(threats.map((threat, i) => [threat, i + 1]));
  const groups = [...byElement(threats)].map(([element, own]): [string, { threat: Threat; number: number }[]] => [
    element,
    own.map((threat) => ({ threat, number: numbers.get(threat) ?? 0 })),
  ]);
  return new Map(groups);
}

const WIDTH = 180;
const HEIGHT = 80;
const GAP = 40;

function boxesAndNodes({ groups }: Diagram, threats: Numbered): unknown[] {
  return [...groups].flatMap(([name, nodes], column) => {
    const x = GAP + column * (WIDTH + 4 * GAP);
    const box = {
      position: { x: x - GAP, y: 0 },
      size: { width: WIDTH + 2 * GAP, height: nodes.length * (HEIGHT + GAP) + 2 * GAP },
      attrs: { label: { text: name } },
      shape: 'trust-boundary-box',
      id: `box-${column}`,
      zIndex: -1,
      data: { type: 'tm.BoundaryBox', name, description: '', isTrustBoundary: true, hasOpenThreats: false },
    };
    return [box, ...nodes.map((node, row) => nodeCell(node, { x, y: 2 * GAP + row * (HEIGHT + GAP) }, threats))];
  });
}

const TYPES = { actor: 'tm.Actor', process: 'tm.Process', store: 'tm.Store' } as const;

function nodeCell({ id, element, shape }: DiagramNode, position: { x: number; y: number }, threats: Numbered): unknown {
  const own = threats.get(element.id) ?? [];
  const open = own.some(({ threat }) => isOpen(threat));
  const line = { stroke: open ? 'red' : '#333333', strokeWidth: open ? 3 : 1, strokeDasharray: null };
  return {
    position,
    size: { width: WIDTH, height: HEIGHT },
    attrs: {
      text: { text: element.name },
      ...(shape === 'store' ? { topLine: line, bottomLine: line } : { body: line }),
    },
    shape,
    id: `cell-${id}`,
    zIndex: 1,
    data: {
      name: element.name,
      description: element.assumed === null ? element.kind : `${element.kind}, assumed: ${element.assumed}`,
      type: TYPES[shape],
      isTrustBoundary: false,
      outOfScope: false,
      reasonOutOfScope: '',
      ...(element.kind === 'secret' && { storesCredentials: true }),
      hasOpenThreats: open,
      threats: own.map(({ threat, number }) => threatOf(threat, number)),
    },
  };
}

const SEVERITIES: Readonly<Record<Threat['residual'], string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  unknown: 'TBD',
  thin: 'Low',
  held: 'Low',
  accepted: 'Low',
};

function threatOf(threat: Threat, number: number): unknown {
  const { counts, stride, title, residual, mitigations } = threat;
  const open = openVectors(threat).map(({ vector }) => vector);
  const remedy = remedyOf(threat);
  const held = [...new Set(mitigations.map(({ mechanism }) => mechanism))];
  const accepted =
    threat.accepted === null ? [] : [`Accepted until ${threat.accepted.until}: ${threat.accepted.reason}`];
  return {
    id: `threat-${number}`,
    number,
    title,
    status:
      residual === 'thin' || residual === 'held' ? 'Mitigated' : threat.accepted === null ? 'Open' : 'NotApplicable',
    severity: SEVERITIES[residual],
    type: STRIDE[stride],
    modelType: 'STRIDE',
    score: '',
    description:
      `${plural(counts.open, 'vector')} open, ${counts.unknown} unknown, ${counts.blocked} blocked. ${open.join(', ')}`.trim(),
    mitigation: [
      ...accepted,
      ...(remedy === undefined
        ? []
        : [`To do: ${remedy.changes.join('; ')} (closes ${remedy.closes} of ${open.length}).`]),
      ...(held.length === 0 ? [] : [`In place: ${held.join(', ')}.`]),
    ].join('\n'),
  };
}

function flowCells({ edges }: Diagram): unknown[] {
  return edges.map(({ flow, from, to }, i) => ({
    shape: 'flow',
    id: `flow-${i}`,
    attrs: {
      line: {
        stroke: '#333333',
        strokeWidth: 1,
        targetMarker: { name: 'block' },
        sourceMarker: { name: flow.bidirectional ? 'block' : '' },
        strokeDasharray: null,
      },
    },
    zIndex: 10,
    connector: 'smooth',
    labels: [{ position: 0.5, attrs: { label: { text: flow.what } } }],
    source: { cell: `cell-${from}` },
    target: { cell: `cell-${to}` },
    data: {
      type: 'tm.Flow',
      name: flow.what,
      description: flow.details.join(', '),
      outOfScope: false,
      reasonOutOfScope: '',
      protocol: '',
      isBidirectional: flow.bidirectional,
      isEncrypted: false,
      isPublicNetwork: flow.crosses?.from === 'outside',
      isTrustBoundary: false,
      hasOpenThreats: false,
      threats: [],
    },
  }));
}
