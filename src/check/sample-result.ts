import type { Because, Finding, Fix, ResultDocument, TargetResult } from './result.ts';

/** Result documents for tests, here and in the reports: small, whole, and made by hand. */

const COMPOSE = [
  'services:',
  '  web:',
  '    image: shop/web:1.4',
  '    privileged: true',
  '    volumes: [/var/run/docker.sock:/var/run/docker.sock]',
  '  db:',
  '    image: postgres:17',
];

export const sampleLine = (path: string, line: number): string | undefined =>
  path === 'compose.yaml' ? COMPOSE[line - 1] : undefined;

function leaf(text: string, result: Because['result'] = 'passes', more: Partial<Because> = {}): Because {
  return { text, result, mechanism: 'capability', ...more };
}

export function finding(vector: string, more: Partial<Finding> = {}): Finding {
  const tree: Because = more.tree ?? {
    text: 'any of',
    result: 'passes',
    children: [leaf('CAP_SYS_ADMIN is in the bounding set')],
  };
  return {
    id: `id-${vector}`,
    vector,
    title: `Container can do ${vector}`,
    verdict: 'open',
    depth: 0,
    severity: 'critical',
    phase: 'request',
    mechanism: 'capability',
    heldBy: [],
    source: null,
    statement: 'docker@29.7.2 default',
    because: ['✗ CAP_SYS_ADMIN is in the bounding set [capability] — docker@29.7.2 default'],
    tree,
    fixes: [],
    settledBy: [],
    proof: null,
    suppressed: null,
    ...more,
  };
}

export function fix(
  changes: readonly string[],
  closes: readonly string[] = [],
  places: Fix['places'] = changes.map(() => null),
): Fix {
  return { changes, places, cost: places.reduce((sum, place) => sum + (place === null ? 2 : 1), 0), closes };
}

export function target(name: string, findings: readonly Finding[], more: Partial<TargetResult> = {}): TargetResult {
  return {
    id: `compose.yaml#${name}`,
    kind: 'workload',
    name,
    artifact: 'compose',
    source: { path: 'compose.yaml', line: 2, column: 3 },
    engine: 'docker@29.7.2',
    engineStated: false,
    findings,
    standards: [],
    ...more,
  };
}

export function document(targets: readonly TargetResult[], more: Partial<ResultDocument> = {}): ResultDocument {
  const open = { critical: 0, high: 0, medium: 0, low: 0 };
  const count = { blocked: 0, unknown: 0, suppressed: 0 };
  for (const one of targets.flatMap(({ findings }) => findings)) {
    if (one.suppressed !== null) count.suppressed++;
    else if (one.verdict === 'open') open[one.severity]++;
    else count[one.verdict]++;
  }
  const errors = more.errors ?? [];
  return {
    schema: 'cofferdam.result/1',
    tool: { name: 'cofferdam', version: '0.1.0' },
    targets,
    errors,
    skipped: [],
    summary: { targets: targets.length, open, ...count, errors: errors.length },
    ...more,
  };
}

const PRIVILEGED = { path: 'compose.yaml', line: 4, column: 5, endColumn: 21 };
const SOCKET = { path: 'compose.yaml', line: 5, column: 15, endColumn: 56 };
const UNPRIVILEGED = 'remove `privileged: true` (compose.yaml:4)';

/** A stack with everything that a report shows. */
export function sampleResult(): ResultDocument {
  const opened = (vector: string, also: string, more: Partial<Finding>) =>
    finding(vector, {
      source: PRIVILEGED,
      statement: 'privileged: true',
      fixes: [fix([UNPRIVILEGED], [also], [PRIVILEGED]), fix(['set user: "10001:10001"'])],
      ...more,
    });
  const web = target('web', [
    opened('cap-sys-module', 'core-pattern-write', {
      title: 'Container can load code into the host kernel',
      tree: MODULE_TREE,
      because: MODULE_LINES,
    }),
    opened('core-pattern-write', 'cap-sys-module', { title: 'Container can replace the kernel core-dump handler' }),
    finding('docker-socket-mounted', {
      title: 'Container can ask the Docker daemon for a privileged container',
      source: SOCKET,
      statement: 'volumes: [/var/run/docker.sock:/var/run/docker.sock]',
      mechanism: 'mount',
      fixes: [fix(['remove `volumes: [/var/run/docker.sock:/var/run/docker.sock]` (compose.yaml:5)'], [], [SOCKET])],
    }),
    finding('raw-sockets', {
      title: 'Container can forge packets',
      severity: 'medium',
      fixes: [fix(['add cap_drop: [NET_RAW]'])],
    }),
    finding('runs-as-root', {
      title: 'Container runs as root',
      severity: 'low',
      fixes: [fix(['set user: "10001:10001"'])],
    }),
    finding('af-vsock', { title: 'Container can open hypervisor sockets (AF_VSOCK)', severity: 'low' }),
    finding('old-risk', {
      severity: 'high',
      suppressed: {
        reason: 'accepted by the board',
        until: '2030-01-01',
        place: { path: 'compose.yaml', line: 3, column: 5 },
      },
    }),
    finding('bpf-load', {
      title: 'Container can load BPF programs',
      verdict: 'unknown',
      severity: 'high',
      settledBy: ['host.sysctl.kernel.unprivileged_bpf_disabled', 'host.kernel'],
    }),
    finding('kexec', {
      title: 'Container can start another kernel',
      verdict: 'blocked',
      depth: 2,
      heldBy: [['seccomp', 'capability']],
      tree: leaf('CAP_SYS_BOOT is not in the bounding set', 'closed'),
    }),
  ]);
  const db = target(
    'db',
    [
      finding('kexec', {
        title: 'Container can start another kernel',
        verdict: 'blocked',
        depth: 2,
        heldBy: [['seccomp', 'capability']],
      }),
    ],
    {
      source: { path: 'compose.yaml', line: 6, column: 3 },
      engineStated: true,
      standards: [
        {
          name: 'pss-baseline',
          version: '1.37',
          result: 'failed',
          items: [
            {
              id: 'hostPorts',
              title: 'Host ports',
              result: 'failed',
              detail: 'hostPort 8080',
              source: { path: 'compose.yaml', line: 6 },
            },
          ],
        },
      ],
    },
  );
  const image = target(
    'api/Dockerfile',
    [
      finding('image-latest-tag', {
        title: 'Image rests on a tag that moves',
        severity: 'medium',
        mechanism: 'image',
        source: { path: 'api/Dockerfile', line: 1, column: 6 },
        statement: 'FROM node:latest',
      }),
    ],
    {
      id: 'api/Dockerfile',
      kind: 'image',
      artifact: 'dockerfile',
      source: { path: 'api/Dockerfile', line: 1, column: 1 },
      engine: null,
      engineStated: true,
    },
  );
  return document([web, db, image], {
    errors: [
      {
        path: 'broken.yaml',
        line: 3,
        column: 7,
        code: 'yaml-syntax',
        message: 'a mapping value is not allowed here',
        hint: 'quote the value',
      },
    ],
    skipped: [{ path: 'charts/shop', what: 'a Helm chart', remedy: 'helm template charts/shop | cofferdam check -' }],
  });
}

const MODULE_TREE: Because = {
  text: 'any of',
  result: 'passes',
  children: [
    {
      text: 'all of',
      result: 'passes',
      children: [
        leaf('CAP_SYS_MODULE is in the bounding set', 'passes', {
          source: 'compose.yaml:4 states `privileged: true`',
          place: { path: 'compose.yaml', line: 4, column: 5 },
        }),
        leaf('the filter lets finit_module through', 'passes', {
          mechanism: 'seccomp',
          source: 'compose.yaml:4 states `privileged: true`',
        }),
      ],
    },
    { text: 'all of', result: 'closed', children: [leaf('no other way', 'closed')] },
  ],
};

const MODULE_LINES = [
  '✗ any of',
  '  ✗ CAP_SYS_MODULE is in the bounding set [capability] — compose.yaml:4 states `privileged: true`',
  '  ✗ the filter lets finit_module through [seccomp] — compose.yaml:4 states `privileged: true`',
];
