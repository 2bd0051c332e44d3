/** A study as a run would write it, made up from a seed: every state of rows, every part, and names that would harm a careless page. */
import { randomFrom } from '../../../graph/testing/random.ts';
import type { Cell, Measured, Study, StudyRow } from '../../../lab/study.ts';
import { MECHANISMS } from '../../../model/index.ts';
import { PROFILES } from '../../../runtimes/profiles.data.ts';
import { CATALOGUE } from '../../../vectors/catalogue.generated.ts';

/** Ends scripts, attributes and tags, reorders and hides. */
const HOSTILE = `</script><img src=x onerror="alert(1)">'"\`\u202egnp\u202c\u0007\u2028&lt;`;

const RUNTIMES: readonly (readonly [name: string, kind: StudyRow['kind'], open: number, speed: number])[] = [
  ['process', 'none', 0.75, 1],
  ['chroot', 'none', 0.7, 1.1],
  ['embedded', 'os-level', 0.25, 1.6],
  ['runc', 'os-level', 0.25, 2.1],
  ['docker', 'os-level', 0.22, 3],
  ['bwrap', 'os-level', 0.3, 1.3],
  ['runsc', 'user-space-kernel', 0.1, 9],
  ['qemu', 'virtual-machine', 0.05, 30],
];

interface SampleOptions {
  readonly seed?: number;
  readonly vectors?: number;
  /** Put into every place where foreign text can stand. */
  readonly hostile?: boolean;
}

export function sampleStudy({ seed = 1, vectors: most = 264, hostile = false }: SampleOptions = {}): Study {
  const random = randomFrom(seed);
  const foreign = (text: string) => (hostile ? `${text} ${HOSTILE}` : text);
  const vectors = CATALOGUE.slice(0, most).map(({ id, title, mechanism, phase, severity, goal }) => ({
    id,
    title,
    mechanism,
    phase,
    severity,
    goals: [goal],
  }));
  const about = (value: number): Measured => ({
    median: value,
    low: value * (0.9 + 0.05 * random()),
    high: value * (1.05 + 0.2 * random()),
    count: 31,
  });
  const cellOf = (chance: number): Cell => {
    const drawn = random();
    const verdict = drawn < chance ? 'open' : drawn < 0.95 ? 'blocked' : 'unknown';
    const by = verdict === 'blocked' ? (MECHANISMS[Math.floor(random() * MECHANISMS.length)] ?? null) : null;
    return {
      verdict,
      by,
      depth: verdict === 'open' ? 0 : 1 + Math.floor(random() * 3),
      heldBy: by === null ? [] : [[by], ['seccomp', 'capability']],
      predicted: random() < 0.02 ? 'unknown' : verdict,
      evidence: [foreign(`openat(-100, "/proc/kcore", O_RDONLY) = ${verdict === 'open' ? '5' : 'EACCES (13)'}`)],
      ...(verdict === 'unknown' && { why: foreign('the sandbox has no /proc') }),
    };
  };
  const rows = RUNTIMES.flatMap(([runtime, kind, chance], r) =>
    PROFILES.map(({ name, title }, p): StudyRow => {
      const shown = {
        runtime: foreign(runtime),
        profile: name,
        title: foreign(title),
        kind,
        version: foreign('1.2.3'),
      };
      if (r === 5 && p === 2)
        return { ...shown, state: 'inexpressible', why: foreign('it has no such option'), cells: {} };
      if (r === 6 && p === 6) return { ...shown, state: 'failed', why: foreign('runsc: exit status 128'), cells: {} };
      const loosened = name === 'privileged' ? 0.5 : name === 'hardened' ? -chance / 2 : p * 0.02;
      const cells = Object.fromEntries(
        vectors.filter(() => random() < 0.97).map(({ id }) => [id, cellOf(chance + loosened)]),
      );
      const count = (verdict: Cell['verdict']) =>
        Object.values(cells).filter((cell) => cell.verdict === verdict).length;
      return {
        ...shown,
        state: 'measured',
        seconds: 0.4 + random(),
        cells,
        reach: { open: count('open'), blocked: count('blocked'), unknown: count('unknown') },
        exposure: [
          { during: 'start', calls: [{ name: foreign('openat'), count: 210, objects: [foreign('file')] }] },
          {
            during: 'work',
            calls: [
              { name: 'futex', count: 40, objects: [] },
              { name: 'ioctl', count: 9, objects: ['/dev/kvm'] },
            ],
          },
        ],
      };
    }),
  );
  rows.push({
    runtime: 'podman',
    profile: 'default',
    title: 'what the runtime does when nothing is said',
    kind: 'os-level',
    state: 'unavailable',
    why: foreign('podman is not installed'),
    enable: foreign('apt-get install podman'),
    cells: {},
  });
  const ids = vectors.map(({ id }) => id);
  const some = (n: number) => ids.filter(() => random() < n / ids.length);
  return {
    version: 1,
    tool: { name: 'cofferdam', version: '0.1.0' },
    started: '2026-11-24T12:00:00.000Z',
    seconds: 58.2,
    seed,
    machine: {
      kernel: foreign('6.18.0-amd64'),
      architecture: 'x86_64',
      processor: foreign('Some Processor 9000'),
      cores: 2,
      memoryMiB: 7950,
      securityModules: ['capability', 'landlock', 'yama', 'apparmor'],
      controlGroups: 'v2',
      user: 'root',
      node: '20.19.0',
    },
    vectors,
    rows,
    leaks: RUNTIMES.slice(2).flatMap(([runtime]) =>
      ['/proc/version', '/proc/uptime', '/proc/meminfo', '/sys/fs/cgroup'].map((path, i) => ({
        runtime: foreign(runtime),
        profile: 'default',
        channel: foreign(['kernel version', 'time since the start', 'memory', 'groups'][i] ?? ''),
        path: foreign(path),
        seen: (['same', 'own', 'absent', 'refused'] as const)[Math.floor(random() * 4)] ?? 'unknown',
        coResident: random() < 0.3 ? null : random() < 0.5,
        evidence: [foreign('"Linux version 6.18"')],
      })),
    ),
    neighbours: RUNTIMES.slice(2).flatMap(([runtime]) =>
      ['cpu', 'memory', 'io', 'pids'].flatMap((resource) =>
        [false, true].map((limited) => ({
          runtime: foreign(runtime),
          resource,
          limited,
          unit: 'ops/s',
          alone: about(1000),
          beside: about(limited ? 950 : 480),
          slowdown: about(limited ? 1.05 : 1 + random()),
        })),
      ),
    ),
    ablation: {
      runtime: 'embedded',
      whole: { open: 20, blocked: 230, unknown: 14 },
      bare: { open: 200, blocked: 50, unknown: 14 },
      steps: (['without', 'with'] as const).flatMap((kind) => [
        ...['seccomp', 'capability', 'namespace-pid', 'namespace-net', 'lsm', 'mount', 'device-policy'].map(
          (mechanism) => ({
            kind,
            profile: 'hardened',
            untold: [],
            mechanisms: [mechanism],
            opened: kind === 'without' ? some(20 * random()) : [],
            closed: kind === 'with' ? some(60 * random()) : [],
            agrees: some(8),
            disagrees:
              random() < 0.3
                ? [
                    {
                      vector: ids[0] ?? '',
                      predicted: 'open' as const,
                      proven: 'blocked' as const,
                      why: foreign('the runtime drops it anyway'),
                    },
                  ]
                : [],
            state: 'measured' as const,
          }),
        ),
        {
          kind,
          profile: 'hardened',
          untold: [],
          mechanisms: ['seccomp', 'capability'],
          opened: some(30),
          closed: some(10),
          agrees: [],
          disagrees: [],
          state: 'measured' as const,
        },
        {
          kind,
          profile: 'hardened',
          untold: ids.slice(0, 2),
          mechanisms: ['namespace-mnt'],
          opened: [],
          closed: [],
          agrees: [],
          disagrees: [],
          state: 'failed' as const,
          why: foreign('nothing starts without it'),
        },
      ]),
      mechanisms: ['seccomp', 'capability', 'namespace-pid', 'lsm'].map((mechanism) => ({
        mechanism,
        alone: some(12),
        shared: some(40),
      })),
      agreement: { agree: 98, of: 99 },
      others: [
        {
          profile: 'default',
          whole: { open: 60, blocked: 190, unknown: 14 },
          mechanisms: [{ mechanism: 'seccomp', alone: some(6), shared: some(20) }],
        },
      ],
      groups: [
        {
          profile: 'default',
          group: foreign('namespaces'),
          mechanisms: ['namespace-pid', 'namespace-net'],
          holds: 30,
          opensWithout: 9,
          closesAlone: 12,
        },
        { profile: 'default', group: 'filters', mechanisms: ['seccomp'], holds: 80, opensWithout: 31, closesAlone: 40 },
      ],
      notes: [foreign('pairs were left out for want of time')],
    },
    prices: RUNTIMES.flatMap(([runtime, , , speed]) => [
      ...(
        [
          'start',
          'getpid',
          'read',
          'open',
          'mmap',
          'fork-exec',
          'page-fault',
          'pipe',
          'loopback',
          'cpu',
          'create-delete',
        ] as const
      ).map((operation, i) => ({
        runtime: foreign(runtime),
        operation,
        unit: operation === 'start' ? ('ms' as const) : ('ns' as const),
        value: about((operation === 'start' ? 12 : 80 * (i + 1)) * speed),
      })),
      { runtime: foreign(runtime), operation: 'memory', unit: 'KiB' as const, value: about(1200 * speed) },
      {
        runtime: foreign(runtime),
        operation: 'density',
        unit: 'count' as const,
        value: null,
        why: foreign('not measured: no budget left'),
      },
    ]),
    notes: [foreign('the budget ended before density was measured')],
  };
}
