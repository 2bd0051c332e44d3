/**
 * What readers of foreign formats ask of a file, written from their documentation, so that exports are held against it without their
 * files: Open Threat Model 0.2.0 (README and schema of iriusrisk/OpenThreatModel), Threat Dragon 2 (docs and schema of
 * OWASP/threat-dragon), ATT&CK Navigator layer 4.5 (layers/spec/v4.5/layerformat.md of mitre-attack/attack-navigator). Stricter than
 * they are: a property that they do not know is refused, so that none is misspelt.
 */
import { z } from 'zod';

const text = z.string().min(1);
const words = z.array(z.string());
const hundredths = z.number().min(0).max(100);

const otmParent = z.union([z.strictObject({ trustZone: text }), z.strictObject({ component: text })]);
const otmPlace = z.strictObject({
  representation: text,
  id: text,
  name: z.string().optional(),
  file: z.string().optional(),
  line: z.number().optional(),
  codeSnippet: z.string().optional(),
});
const otmInstance = z.strictObject({
  threat: text,
  state: text,
  mitigations: z.array(z.strictObject({ mitigation: text, state: text })).optional(),
});

export const OTM = z.strictObject({
  otmVersion: z.literal('0.2.0'),
  project: z.strictObject({
    id: text,
    name: text,
    description: z.string().optional(),
    owner: z.string().optional(),
    ownerContact: z.string().optional(),
    tags: words.optional(),
  }),
  representations: z.array(z.strictObject({ id: text, name: text, type: z.enum(['code', 'diagram', 'threat-model']) })),
  assets: z.array(
    z.strictObject({
      id: text,
      name: text,
      description: z.string().optional(),
      risk: z.strictObject({ confidentiality: hundredths, integrity: hundredths, availability: hundredths }),
    }),
  ),
  trustZones: z.array(
    z.strictObject({
      id: text,
      name: text,
      type: z.string().optional(),
      description: z.string().optional(),
      risk: z.strictObject({ trustRating: hundredths }),
      parent: otmParent.optional(),
    }),
  ),
  components: z.array(
    z.strictObject({
      id: text,
      name: text,
      type: text,
      description: z.string().optional(),
      parent: otmParent,
      representations: z.array(otmPlace).optional(),
      threats: z.array(otmInstance).optional(),
      tags: words.optional(),
    }),
  ),
  dataflows: z.array(
    z.strictObject({
      id: text,
      name: text,
      description: z.string().optional(),
      bidirectional: z.boolean().optional(),
      source: text,
      destination: text,
      tags: words.optional(),
    }),
  ),
  threats: z.array(
    z.strictObject({
      id: text,
      name: text,
      description: z.string().optional(),
      categories: words.optional(),
      cwes: z.array(z.string().regex(/^CWE-\d+$/)).optional(),
      risk: z.strictObject({ likelihood: hundredths.nullable(), impact: hundredths }),
    }),
  ),
  mitigations: z.array(
    z.strictObject({ id: text, name: text, description: z.string().optional(), riskReduction: hundredths }),
  ),
});

const stroke = { stroke: z.string(), strokeWidth: z.number(), strokeDasharray: z.string().nullable() };
const marker = z.strictObject({ name: z.string() });
const label = z.strictObject({ text: z.string() });
const dragonThreat = z.strictObject({
  id: z.string().min(2),
  number: z.int().min(0),
  title: z.string(),
  status: z.enum(['NotApplicable', 'Open', 'Mitigated']),
  severity: z.enum(['TBD', 'Low', 'Medium', 'High', 'Critical']),
  type: z.enum([
    'Spoofing',
    'Tampering',
    'Repudiation',
    'Information disclosure',
    'Denial of service',
    'Elevation of privilege',
  ]),
  modelType: z.literal('STRIDE'),
  score: z.string(),
  description: z.string(),
  mitigation: z.string(),
});
const inScope = { outOfScope: z.boolean(), reasonOutOfScope: z.string() };
const cell = { id: z.string().min(2), zIndex: z.int() };
const named = { name: z.string(), description: z.string(), isTrustBoundary: z.boolean(), hasOpenThreats: z.boolean() };
const box = {
  position: z.strictObject({ x: z.number(), y: z.number() }),
  size: z.strictObject({ width: z.number().min(10), height: z.number().min(10) }),
};
const node = (shape: 'actor' | 'process' | 'store', type: string, attrs: z.ZodType) =>
  z.strictObject({
    ...cell,
    ...box,
    shape: z.literal(shape),
    attrs,
    data: z.strictObject({
      ...named,
      ...inScope,
      type: z.literal(type),
      storesCredentials: z.boolean().optional(),
      threats: z.array(dragonThreat),
    }),
  });
const body = z.strictObject({ text: label, body: z.strictObject(stroke) });
const lines = z.strictObject({ text: label, topLine: z.strictObject(stroke), bottomLine: z.strictObject(stroke) });
const end = z.strictObject({ cell: z.string().min(2) });

export const THREAT_DRAGON = z.strictObject({
  version: z
    .string()
    .regex(/^2\.\d/)
    .max(10),
  summary: z.strictObject({ title: text, owner: z.string(), description: z.string(), id: z.int().min(0) }),
  detail: z.strictObject({
    contributors: z.array(z.strictObject({ name: z.string() })),
    reviewer: z.string(),
    diagramTop: z.int().min(0),
    threatTop: z.int().min(0),
    diagrams: z.array(
      z.strictObject({
        id: z.int().min(0),
        title: z.string(),
        diagramType: z.literal('STRIDE'),
        thumbnail: z.string(),
        version: z.string().max(10),
        cells: z.array(
          z.discriminatedUnion('shape', [
            node('actor', 'tm.Actor', body),
            node('process', 'tm.Process', body),
            node('store', 'tm.Store', lines),
            z.strictObject({
              ...cell,
              ...box,
              shape: z.literal('trust-boundary-box'),
              attrs: z.strictObject({ label }),
              data: z.strictObject({ ...named, type: z.literal('tm.BoundaryBox') }),
            }),
            z.strictObject({
              ...cell,
              shape: z.literal('flow'),
              attrs: z.strictObject({
                line: z.strictObject({ ...stroke, targetMarker: marker, sourceMarker: marker }),
              }),
              connector: z.string(),
              labels: z.array(z.strictObject({ position: z.number(), attrs: z.strictObject({ label }) })),
              source: end,
              target: end,
              data: z.strictObject({
                ...named,
                ...inScope,
                type: z.literal('tm.Flow'),
                protocol: z.string(),
                isBidirectional: z.boolean(),
                isEncrypted: z.boolean(),
                isPublicNetwork: z.boolean(),
                threats: z.array(dragonThreat),
              }),
            }),
          ]),
        ),
      }),
    ),
  }),
});

const colour = z.string().regex(/^#[0-9a-f]{6}$/i);

export const NAVIGATOR_LAYER = z.strictObject({
  name: text,
  versions: z.strictObject({
    attack: z.string().optional(),
    navigator: z.string().regex(/^(4\.9|[5-9])/),
    layer: z.literal('4.5'),
  }),
  domain: z.enum(['enterprise-attack', 'mobile-attack', 'ics-attack']),
  description: z.string().optional(),
  filters: z.strictObject({ platforms: words }).optional(),
  sorting: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).optional(),
  hideDisabled: z.boolean().optional(),
  techniques: z.array(
    z.strictObject({
      techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
      tactic: z.string().optional(),
      comment: z.string().optional(),
      enabled: z.boolean().optional(),
      score: z.number().optional(),
      color: colour.optional(),
      metadata: z.array(z.strictObject({ name: text, value: text })).optional(),
    }),
  ),
  gradient: z
    .strictObject({ colors: z.array(colour).min(2), minValue: z.number(), maxValue: z.number() })
    .refine(({ minValue, maxValue }) => maxValue > minValue),
  legendItems: z.array(z.strictObject({ label: text, color: colour })).optional(),
  selectTechniquesAcrossTactics: z.boolean().optional(),
  selectSubtechniquesWithParent: z.boolean().optional(),
  selectVisibleTechniques: z.boolean().optional(),
});
