/** Imports point one way. Each rule says why; `test/boundaries.test.ts` keeps one deliberate violation, so that the checker cannot go blind. */
const room = (name) => `^src/${name}/`;

/** What each room may import besides itself. The order is that of the way through the house. */
const MAY_IMPORT = {
  lifecycle: [],
  kernel: [],
  posture: ['lifecycle', 'kernel'],
  engines: ['lifecycle', 'kernel', 'posture'],
  readers: ['lifecycle', 'kernel', 'posture'],
  model: ['lifecycle', 'kernel', 'posture'],
  agent: ['kernel', 'posture'],
  live: ['lifecycle', 'kernel', 'posture', 'readers', 'agent'],
  vectors: ['lifecycle', 'kernel', 'posture', 'model'],
  check: ['lifecycle', 'kernel', 'posture', 'engines', 'readers', 'live', 'model', 'vectors'],
  past: ['lifecycle', 'kernel', 'posture', 'readers', 'model', 'vectors', 'check'],
  runtimes: ['kernel', 'posture', 'agent', 'live'],
  prove: [
    'lifecycle',
    'kernel',
    'posture',
    'engines',
    'readers',
    'model',
    'vectors',
    'check',
    'agent',
    'runtimes',
    'live',
  ],
  lab: [
    'lifecycle',
    'kernel',
    'posture',
    'engines',
    'readers',
    'model',
    'vectors',
    'check',
    'agent',
    'runtimes',
    'live',
    'prove',
  ],
  graph: [],
  threats: ['lifecycle', 'kernel', 'posture', 'readers', 'model', 'vectors', 'check', 'past'],
  paths: ['lifecycle', 'kernel', 'posture', 'readers', 'model', 'vectors', 'check', 'past', 'graph', 'threats'],
};

const rooms = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `${name}-imports-one-way`,
  comment: `${name} may import ${allowed.join(', ') || 'no other room'}: move what is needed down, or the caller up.`,
  severity: 'error',
  from: { path: room(name), pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: [room(name), ...allowed.map(room)].join('|') },
}));

export default {
  forbidden: [
    ...rooms,
    {
      name: 'report-sees-results-only',
      comment:
        'A report is made from the result document (types of check) and, for the catalogue pages, from vectors and gates.',
      severity: 'error',
      from: { path: room('report'), pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(engines|readers|cli)/' },
    },
    {
      name: 'nothing-depends-on-report-but-cli',
      comment: 'Results do not know how they are shown.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(report|cli)/' },
      to: { path: room('report') },
    },
    {
      name: 'nothing-depends-on-cli',
      comment: 'The command line is the outermost room.',
      severity: 'error',
      from: { path: '^src/', pathNot: room('cli') },
      to: { path: room('cli') },
    },
    {
      name: 'files-are-read-in-few-places',
      comment:
        'Readers get text handed to them; only the walker, the configuration, the session, what looks at or starts processes, and the command open files.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/readers/walk/',
          '^src/check/(config|session|own-vectors)\\.ts$',
          '^src/(live|runtimes|prove|cli)/',
          '^src/lab/(log|agreement/log|exposure/(strace|exposure)|cost/footprint)\\.ts$',
          '^src/agent/(stub\\.ts$|fixtures/)',
          '\\.test\\.ts$',
        ],
      },
      to: { path: '^(node:)?(fs|child_process|net|http|https|dgram|tls)(/|$)', dependencyTypes: ['core'] },
    },
    {
      name: 'readers-do-not-import-each-other',
      comment:
        'Each kind of artifact is read by itself; what several readers need lies in readers/. The walker knows them all.',
      severity: 'error',
      from: { path: '^src/readers/([^/]+)/', pathNot: ['^src/readers/walk/', '\\.test\\.ts$'] },
      to: { path: '^src/readers/[^/]+/', pathNot: ['^src/readers/($1|document)/'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or need a third.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
