import type { Cell, Study, StudyRow } from '../lab/study.ts';

/** A small study with one of everything, for the tests of what is made from it. */
export function sampleLab(): Study {
  return {
    version: 1,
    tool: { name: 'cofferdam', version: '1.2.3' },
    ...{ started: '2026-11-24T12:00:00.000Z', seconds: 41.5, seed: 7, machine: MACHINE, vectors: VECTORS },
    rows: [
      row('process', 'default', 'none', [open(), open(), open(), unknown('nothing tells')]),
      row('runc', 'default', 'os-level', [
        blocked('seccomp', [['seccomp', 'capability']], 2),
        blocked('namespace-pid', [['namespace-pid']], 1),
        open(),
        blocked(null, [['cgroup-limit']], 1),
      ]),
      row('runc', 'host-namespaces', 'os-level', [blocked('seccomp', [['seccomp']], 1), open(), open(), open()]),
      { ...head('runc', 'rootless', 'os-level'), state: 'failed', why: 'runc: the sandbox ended\u001b[2J' },
      {
        ...head('podman', 'default', 'os-level'),
        state: 'unavailable',
        why: 'podman is not installed',
        enable: 'apt-get install podman',
      },
      { ...head('process', 'hardened', 'none'), state: 'inexpressible', why: 'nothing is made for a plain process' },
      { ...head('qemu', 'default', 'virtual-machine'), state: 'skipped', why: 'the budget was used up' },
    ],
    leaks: [
      ...(['same', 'own'] as const).map((seen) => ({
        ...{ runtime: 'runc', profile: 'default', channel: seen, path: '/proc/version', seen },
        ...{ coResident: seen === 'same', evidence: ['read = Linux'] },
      })),
    ],
    neighbours: [
      {
        ...{ runtime: 'runc', resource: 'cpu', limited: false, unit: 'ms' },
        ...{ alone: value(10), beside: value(19), slowdown: value(1.9) },
      },
    ],
    ablation: {
      runtime: 'embedded',
      whole: { open: 30, blocked: 224, unknown: 7 },
      bare: { open: 186, blocked: 46, unknown: 28 },
      steps: [
        {
          ...{ kind: 'without', profile: 'hardened', mechanisms: ['seccomp'], state: 'measured' },
          ...{ opened: ['kernel-modules'], closed: [], agrees: ['kernel-modules'], disagrees: [], untold: [] },
        },
      ],
      mechanisms: [],
      groups: [],
      agreement: { agree: 1, of: 1 },
      others: [],
      notes: [],
    },
    prices: [
      { runtime: 'process', operation: 'getpid', unit: 'ns', value: value(71.25) },
      { runtime: 'runc', operation: 'getpid', unit: 'ns', value: value(102) },
      { runtime: 'runc', operation: 'start', unit: 'ms', value: null, why: 'no time was left' },
    ],
    notes: ['matrix: left out, the budget was used up: qemu default'],
  };
}

const MACHINE: Study['machine'] = {
  ...{ kernel: '6.12.0', architecture: 'x64', processor: 'a processor', cores: 2, memoryMiB: 24_105 },
  ...{ securityModules: ['capability'], controlGroups: 'v2', user: 'root', node: 'v20.19.0' },
};

const VECTORS: Study['vectors'] = [
  ...[['kernel-modules', 'capability', 'create', 'host-kernel'] as const],
  ...[['host-pid-namespace', 'namespace-pid', 'request', 'other-container'] as const],
  ...[['world-readable-uptime', 'namespace-time', 'run', 'information'] as const],
  ...[['no-memory-limit', 'cgroup-limit', 'request', 'denial-of-service'] as const],
].map(([id, mechanism, phase, goal]) => ({
  id,
  title: `Container has ${id}`,
  mechanism,
  phase,
  severity: 'high',
  goals: [goal],
}));

function head(runtime: string, profile: string, kind: StudyRow['kind']): Omit<StudyRow, 'state'> {
  return { runtime, profile, title: `the runtime ${runtime}`, kind, cells: {} };
}

function row(runtime: string, profile: string, kind: StudyRow['kind'], answers: readonly Cell[]): StudyRow {
  const cells = Object.fromEntries(answers.map((answer, i) => [VECTORS[i]?.id ?? '', answer]));
  return { ...head(runtime, profile, kind), state: 'measured', version: '1.1.5', seconds: 0.2, cells };
}

function open(): Cell {
  return { verdict: 'open', by: null, depth: 0, heldBy: [], predicted: 'open', evidence: ['=1+1', 'a "quoted", line'] };
}

function blocked(by: Cell['by'], heldBy: Cell['heldBy'], depth: number): Cell {
  return { verdict: 'blocked', by, depth, heldBy, predicted: 'blocked', evidence: ['call() = EPERM'] };
}

function unknown(why: string): Cell {
  return { verdict: 'unknown', by: null, depth: null, heldBy: [], predicted: null, evidence: [], why };
}

function value(median: number): Study['neighbours'][number]['alone'] {
  return { median, low: median * 0.9, high: median * 1.1, count: 16 };
}
