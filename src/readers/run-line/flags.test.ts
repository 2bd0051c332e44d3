// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unknown } from '../../posture/index.ts';
import type { ReadOptions } from '../subject.ts';
import { EMITTERS } from './emitters.ts';
import { type Flag, globalTable, RUN_FLAGS, type RunEngine, runTable } from './flags.ts';
import { readRunLine, readShellScript } from './index.ts';

const OPTIONS: ReadOptions = {
  read: (path) => ({
    path: `file:${path}`,
    text: path.endsWith('.json') ? '{"defaultAction":"SCMP_ACT_ALLOW"}' : 'A=b\n',
  }),
  exists: () => true,
  environment: {},
};
const ENGINES: readonly RunEngine[] = ['docker', 'podman', 'nerdctl'];

/*
 * The flags that `docker run --help` of 28.2.2 lists; lower case letters after the name are its shorthand. Those it hides (`--net`,
 * `--net-alias`, `--dns-opt`) are aliases in the table.
 */
const DOCKER_28_2 =
  'add-host annotation attach/a blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count cpu-percent ' +
  'cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares/c cpus cpuset-cpus cpuset-mems detach/d! detach-keys device ' +
  'device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops disable-content-trust! dns dns-option ' +
  'dns-search domainname entrypoint env/e env-file expose gpus group-add health-cmd health-interval health-retries ' +
  'health-start-interval health-start-period health-timeout help! hostname/h init! interactive/i! io-maxbandwidth io-maxiops ip ip6 ' +
  'ipc isolation kernel-memory label/l label-file link link-local-ip log-driver log-opt mac-address memory/m memory-reservation ' +
  'memory-swap memory-swappiness mount name network network-alias no-healthcheck! oom-kill-disable! oom-score-adj pid pids-limit ' +
  'platform privileged! publish/p publish-all/P! pull quiet/q! read-only! restart rm! runtime security-opt shm-size sig-proxy! ' +
  'stop-signal stop-timeout storage-opt sysctl tmpfs tty/t! ulimit use-api-socket! user/u userns uts volume/v volume-driver ' +
  'volumes-from workdir/w';

describe('the table', () => {
  test('has exactly the flags of docker run, with their shorthands, and knows which take a value', () => {
    const own = RUN_FLAGS.filter(({ engines }) => engines.includes('docker'));
    const written = own.map(
      ({ name, short, kind }) => `${name}${short ? `/${short}` : ''}${kind === 'switch' ? '!' : ''}`,
    );
    expect(written.sort()).toEqual(DOCKER_28_2.split(' ').sort());
  });

  test('names every flag of an engine once', () => {
    for (const engine of ENGINES) {
      const own = RUN_FLAGS.filter(({ engines }) => engines.includes(engine));
      const names = own.flatMap(({ name, aliases }) => [name, ...aliases]);
      expect(new Set(names).size).toBe(names.length);
      const shorts = own.flatMap(({ short }) => short ?? []);
      expect(new Set(shorts).size).toBe(shorts.length);
    }
  });

  test('every meaning has an emitter and says what it states, and no emitter is left over', () => {
    const flags = [...RUN_FLAGS, ...ENGINES.flatMap((engine) => globalTable(engine).flags)];
    const used = new Set(flags.flatMap(({ emit }) => emit ?? []));
    expect([...used].sort()).toEqual(Object.keys(EMITTERS).sort());
    for (const flag of flags) expect([flag.name, flag.states.length > 0]).toEqual([flag.name, flag.emit !== undefined]);
  });
});

/** A value that the flag takes; those without a meaning take any. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'capability-add': ['SYS_ADMIN', 'all', 'cap_net_raw'],
  'capability-drop': ['ALL', 'mknod'],
  'security-option': ['seccomp=unconfined', 'seccomp=p.json', 'no-new-privileges', 'label:disable', 'apparmor=x'],
  'seccomp-policy': ['image'],
  'user-namespace': ['host'],
  'uid-map': ['0:1:2'],
  'gid-map': ['0:1:2', '+u1:@2'],
  pid: ['host', 'container:a'],
  ipc: ['host', 'private'],
  uts: ['host'],
  cgroupns: ['host', 'private'],
  publish: ['80', '1.2.3.4:80:80/udp', '1-3:1-3'],
  'add-host': ['a:host-gateway'],
  volume: ['/a:/b', 'v:/b:ro', '/b', '/a:/b:z,rslave'],
  mount: ['type=bind,src=/a,dst=/b,ro', 'type=tmpfs,dst=/t'],
  tmpfs: ['/t', '/t:size=1m,exec'],
  systemd: ['true', 'always'],
  device: ['/dev/a', '/dev/a:/dev/b:rw'],
  'device-rule': ['c_1:3_rwm'],
  memory: ['1g', '5'],
  'memory-swap': ['-1', '1g'],
  'shm-size': ['64m'],
  'pids-limit': ['-1', '7'],
  cpus: ['1.5'],
  'cpu-quota': ['1000'],
  'cpu-period': ['1000'],
  'storage-option': ['size=1g'],
  ulimit: ['nofile=1:2'],
  'oom-score-adj': ['-5'],
  'cgroup-conf': ['memory.max=5'],
  'log-option': ['max-size=1m'],
  isolation: ['default', 'hyperv'],
  sysctl: ['a.b=c'],
};

const argument = fc.constantFrom(...ENGINES).chain((engine) => {
  const flags = runTable(engine).flags.filter(({ name }) => name !== 'help' && name !== 'rootfs');
  const use = fc.constantFrom(...flags).chain((flag) => useOf(flag));
  return fc.record({ engine: fc.constant(engine), uses: fc.array(use, { maxLength: 8 }) });
});

interface Use {
  readonly flag: Flag;
  readonly text: string;
}

function useOf(flag: Flag): fc.Arbitrary<Use> {
  const value = fc.constantFrom(...(VALUES[flag.emit ?? ''] ?? ['x']));
  const named = fc.constantFrom(flag.name, ...flag.aliases);
  if (flag.kind === 'switch') {
    return fc
      .tuple(named, fc.constantFrom('', '=true', '=false', '=0'))
      .map(([name, rest]) => ({ flag, text: `--${name}${rest}` }));
  }
  return fc.tuple(named, value, fc.constantFrom(' ', '=', 'short')).map(([name, given, form]) => {
    const quoted = `'${given.replaceAll('_', flag.emit === 'device-rule' ? ' ' : '_')}'`;
    const attached = form === 'short' && flag.short !== undefined && RUN_FLAGS.includes(flag);
    return { flag, text: attached ? `-${flag.short}${quoted}` : `--${name}${form === ' ' ? ' ' : '='}${quoted}` };
  });
}

describe('any line made from the table', () => {
  test('is read without a problem, each flag at its words', () => {
    fc.assert(
      fc.property(argument, ({ engine, uses }) => {
        const line = [engine, 'run', ...uses.map(({ text }) => text), 'img', 'cmd'].join(' ');
        const { subjects, problems } = readRunLine(line, { path: 'x', engine: 'docker' }, OPTIONS);
        expect(problems).toEqual([]);
        expect(subjects).toHaveLength(1);
        expect(subjects[0]?.image).toBe('img');
        const written = new Set([...uses.map(({ text }) => text), 'img', 'cmd']);
        for (const { source } of subjects[0]?.layers.flatMap(({ statements }) => statements) ?? []) {
          if (source.kind !== 'stated' || source.path !== 'x') continue;
          expect(written).toContain(source.text);
          expect(line.slice(source.column - 1, (source.endColumn ?? 0) - 1)).toBe(source.text);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('states only what the table says of its flags', () => {
    fc.assert(
      fc.property(argument, ({ engine, uses }) => {
        const line = [engine, 'run', ...uses.map(({ text }) => text), 'img'].join(' ');
        const { subjects } = readRunLine(line, { path: 'x', engine: 'docker' }, OPTIONS);
        const allowed = uses.flatMap(({ flag }) => flag.states).map((key) => key.replace(/[?*]$/, ''));
        const request = subjects[0]?.layers.filter(({ phase }) => phase === 'request') ?? [];
        for (const statement of request.flatMap(({ statements }) => statements)) {
          for (const key of Object.keys(statement.facts)) {
            expect({ key, said: allowed.some((prefix) => key.startsWith(prefix)) }).toEqual({ key, said: true });
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('any text', () => {
  const token = fc.constantFrom(
    ...[
      'docker',
      'run',
      'podman',
      '--privileged',
      '-v',
      '--mount',
      '$X',
      '"',
      "'",
      '`',
      '$(',
      ')',
      '{',
      '}',
      '(',
      ';',
      '&&',
    ],
    ...[
      '|',
      '\n',
      '\\\n',
      '\\',
      ' ',
      ' ',
      '=',
      ':',
      '/',
      ',',
      '-',
      '--',
      '#',
      '<<EOF\n',
      'EOF\n',
      'X=',
      '${X[@]}',
      'sh -c',
    ],
    ...[
      'if',
      'then',
      'fi',
      'for',
      'do',
      'done',
      'case',
      'esac',
      'f()',
      '*',
      '[',
      ']',
      '~',
      '\u0000',
      '\uFFFF',
      '\uFEFF',
      '🐳',
    ],
    ...[
      '--security-opt',
      '--cap-add',
      '-p',
      '--device',
      '--uidmap',
      '--ulimit',
      '--log-opt',
      '--env-file',
      '--network',
    ],
  );
  const text = fc.oneof(
    fc
      .array(fc.oneof(token, fc.string({ maxLength: 5 })), { maxLength: 40 })
      .map((tokens) => `docker run ${tokens.join('')}`),
    fc.array(token, { maxLength: 40 }).map((tokens) => `docker run ${tokens.join(' ')}`),
    fc.string({ unit: 'binary', maxLength: 60 }).map((rest) => `docker run ${rest}`),
  );

  test('is read without an exception, and places lie in it', () => {
    fc.assert(
      fc.property(text, (written) => {
        const lines = written.split('\n');
        const results = [
          readRunLine(written, { path: 'x', engine: 'podman' }, OPTIONS),
          readShellScript(written, 'x', OPTIONS),
        ];
        for (const { subjects, problems } of results) {
          const stated = subjects.flatMap(({ layers }) => layers.flatMap(({ statements }) => statements));
          const sources = stated.flatMap(({ source }) =>
            source.kind === 'stated' && source.path === 'x' ? [source] : [],
          );
          for (const at of [...sources, ...subjects.map(({ place }) => place), ...problems.map((one) => one.at)]) {
            const line = lines[(at.line ?? 0) - 1];
            expect(line).toBeDefined();
            expect(at.column).toBeGreaterThan(0);
            expect((at.endColumn ?? at.column ?? 0) - 1).toBeLessThanOrEqual((line ?? '').length);
          }
        }
      }),
      { numRuns: 600 },
    );
  });

  test('a long hostile script costs no more than its length', () => {
    const scripts = [
      'docker run a;'.repeat(2_000),
      `docker run ${'$A '.repeat(2_000)} img`,
      `docker run ${'--cap-add SYS_ADMIN '.repeat(2_000)} img`,
      `docker run ${'--network a '.repeat(2_000)} img`,
      'A=1;docker run $A x;'.repeat(1_500),
      `A=1 ${'&& docker run $A x '.repeat(1_500)}`,
      `${'sh -c "'.repeat(50)}docker run x`,
      `${'$('.repeat(2_000)}docker run x`,
      `${'"$('.repeat(2_000)}docker run x`,
      `${'('.repeat(20_000)}docker run x`,
      `${'{ '.repeat(20_000)}docker run x`,
      `${'if '.repeat(20_000)}docker run x`,
      `docker run ${'${X:-'.repeat(2_000)}`,
      `docker run ${'`'.repeat(20_000)}`,
      `docker run -${'t'.repeat(20_000)} x`,
    ];
    for (const script of scripts) {
      const started = performance.now();
      expect(() => readShellScript(script, 'x', OPTIONS)).not.toThrow();
      // A bound against quadratic growth (minutes), not a measurement.
      expect(performance.now() - started).toBeLessThan(10_000);
    }
  });

  test('an unknown value never passes for a known one', () => {
    const { subjects } = readRunLine('docker run --user "a\uFFFF" img', { path: 'x', engine: 'docker' }, OPTIONS);
    const user = subjects[0]?.layers.at(-1)?.statements[0]?.facts['request.user'];
    expect(user).not.toBeInstanceOf(Unknown);
    expect(user).toBe('a\uFFFD');
  });
});
