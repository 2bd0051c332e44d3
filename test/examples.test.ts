/**
 * The shop in `examples/`, as the first run of a new user shows it: few lines a container, and the fix that stands first closes
 * what it says. The fixes are made here as the user would make them, in the text of the artifact.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkTargets, loadConfig, type ResultDocument, type TargetResult } from '../src/check/index.ts';
import { bareSession } from '../src/check/testing/session.ts';
import { type Shared, shareOf } from '../src/report/shared.ts';
import { planOf, type Step } from '../src/report/steps.ts';
import { renderText } from '../src/report/text.ts';

const WIDTH = 80;
const MOST_LINES = 15;

function check(folder: string): Promise<ResultDocument> {
  return checkTargets(['examples'], bareSession(folder, { config: loadConfig(undefined, ['examples'], folder) }));
}

async function inCopy<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-examples-'));
  try {
    cpSync('examples', join(folder, 'examples'), { recursive: true });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let before: ResultDocument;
let text: string;
let shared: Shared;

beforeAll(async () => {
  before = await check('.');
  const lines = new Map<string, readonly string[]>();
  const sourceLine = (path: string, line: number) => {
    const known = lines.get(path) ?? readFileSync(path, 'utf8').split('\n');
    lines.set(path, known);
    return known[line - 1];
  };
  text = renderText(before, { width: WIDTH, color: false, verbose: false, sourceLine, hostGiven: false });
  shared = shareOf(new Map(before.targets.map((target) => [target, planOf(target)])));
});

const targetOf = (result: ResultDocument, name: string): TargetResult => {
  const target = result.targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no ${name}`);
  return target;
};

const firstStep = (target: TargetResult): Step => shared.own.get(target)?.steps[0] as Step;

describe('the report', () => {
  test('every container of the shop is found, and nothing could not be read', () => {
    expect(before.errors).toEqual([]);
    expect(
      before.targets
        .filter((target) => target.kind === 'workload')
        .map((target) => target.name)
        .sort(),
    ).toEqual([
      'api',
      'builder',
      'db',
      'htop',
      'job',
      'node-agent/agent',
      'payments/payments',
      'proxy',
      'runc',
      'worker',
    ]);
  });

  test(`less than ${MOST_LINES} lines an object, none wider than the page`, () => {
    const blocks = text
      .trimEnd()
      .split('\n\n')
      .map((block) => block.split('\n'));
    expect(blocks.filter((lines) => lines.length >= MOST_LINES)).toEqual([]);
    expect(text.split('\n').filter((line) => [...line].length > WIDTH)).toEqual([]);
  });

  test('the worst come first', () => {
    const worst = ['builder', 'node-agent/agent', 'worker', 'proxy'].map((name) =>
      text.search(new RegExp(`^${name} `, 'm')),
    );
    expect(worst).toEqual([...worst].sort((a, b) => a - b));
    expect(worst.every((at) => at > 0)).toBe(true);
  });
});

interface Repair {
  readonly name: string;
  /** As the report words it. */
  readonly fix: string;
  readonly path: string;
  /** The text as it stands, and what the user makes of it. */
  readonly replace: readonly [string, string];
  /** Some of what must be closed by it, whatever else the catalogue comes to hold. */
  readonly closes: readonly string[];
}

const REPAIRS: readonly Repair[] = [
  {
    name: 'builder',
    fix: 'remove `privileged: true` (line 52)',
    path: 'shop/compose.yaml',
    replace: ['    privileged: true\n', ''],
    closes: [
      'privileged-container',
      'cap-sys-module',
      'cap-sys-admin',
      'core-pattern-write',
      'mount-host-block-device',
    ],
  },
  {
    name: 'proxy',
    fix: 'remove `volumes: [/var/run/docker.sock:/var/run/docker.sock]` (line 20)',
    path: 'shop/compose.yaml',
    replace: ['    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n', ''],
    closes: ['docker-socket-mount'],
  },
  {
    name: 'worker',
    fix: 'remove `cap_add: [SYS_ADMIN]` (line 34)',
    path: 'shop/compose.yaml',
    replace: ['    cap_add: [SYS_ADMIN]\n', ''],
    closes: ['cap-sys-admin', 'bpf-trace-host', 'userns-creation-allowed'],
  },
  {
    name: 'node-agent/agent',
    fix: 'remove `mountPath: /host (hostPath /)` (line 25)',
    path: 'shop/kubernetes/node-agent.yaml',
    replace: ['            - { name: root, mountPath: /host, readOnly: true }\n', ''],
    closes: ['host-root-mount', 'cri-socket-mount'],
  },
  {
    name: 'job',
    fix: 'set "userns-remap": "default" in daemon.json (and no --userns=host)',
    path: 'shop/host/daemon.json',
    replace: ['  "icc": true,\n', '  "icc": true,\n  "userns-remap": "default",\n'],
    closes: ['no-user-namespace'],
  },
];

describe.each(REPAIRS)('the first fix of $name', ({ name, fix, path, replace: [old, repaired], closes }) => {
  let after: ResultDocument;
  beforeAll(async () => {
    after = await inCopy(async (folder) => {
      const file = join(folder, 'examples', path);
      const given = readFileSync(file, 'utf8');
      expect(given.split(old)).toHaveLength(2);
      writeFileSync(file, given.replace(old, repaired));
      return check(folder);
    });
  });

  test('is the one that the report shows', () => {
    const block = text.split('\n\n').find((lines) => lines.startsWith(`${name} `)) ?? '';
    const shown =
      block
        .slice(block.indexOf('\n  fix ') + 1)
        .split(/\n {2}\S/)[0]
        ?.replace(/\s+/g, ' ')
        .trim() ?? '';
    const claimed = firstStep(targetOf(before, name)).closes.length;
    expect(shown).toMatch(new RegExp(`^fix ${escaped(fix)} · closes ${claimed} of \\d+$`));
  });

  test('closes all that it says it closes', () => {
    const claimed = firstStep(targetOf(before, name)).closes.map((finding) => finding.vector);
    const open = new Set(openVectors(targetOf(after, name)));
    expect(claimed).toEqual(expect.arrayContaining([...closes]));
    expect(claimed.filter((vector) => open.has(vector))).toEqual([]);
  });

  test('opens nothing that was closed', () => {
    // A weakness of a filter or of a user namespace has no meaning until there is one: that is no change for the worse.
    const closed = targetOf(before, name).findings.filter((finding) => finding.verdict !== 'open');
    const open = new Set(openVectors(targetOf(after, name)));
    expect(closed.filter((finding) => open.has(finding.vector)).map((finding) => finding.vector)).toEqual([]);
    expect(after.errors).toEqual([]);
  });
});

function openVectors(target: TargetResult): string[] {
  return target.findings.filter((finding) => finding.verdict === 'open').map((finding) => finding.vector);
}

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
