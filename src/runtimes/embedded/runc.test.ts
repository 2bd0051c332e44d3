import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../../../test/files.ts';
import { stubPath } from '../../agent/index.ts';
import { assembleTargets } from '../../check/index.ts';
import { bareSession } from '../../check/testing/session.ts';
import { type OciValue, ociText, toOciConfig } from '../../posture/oci.ts';
import { Caretaker } from '../caretaker.ts';
import { fitted } from '../fit.ts';
import { launch } from '../launch.ts';
import { rootFolder } from '../root-folder.ts';
import type { OciConfig, Sandbox } from '../types.ts';
import { startEmbedded } from './start.ts';
import { type Shown, shown } from './testing/shown.ts';

const reason =
  process.getuid?.() !== 0 ? 'not root' : spawnSync('runc', ['--version']).status === 0 ? undefined : 'no runc';

const RESTRICTED = `apiVersion: v1
kind: Pod
metadata: { name: restricted }
spec:
  securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000, seccompProfile: { type: RuntimeDefault } }
  containers:
    - name: app
      image: debian
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
`;

async function configOf(target: string, files: Readonly<Record<string, string>> = {}): Promise<OciConfig> {
  return inFolder(files, async (cwd) => {
    const { objects } = await assembleTargets([target], bareSession(cwd));
    const posture = objects.find(({ posture }) => posture !== undefined)?.posture;
    if (posture === undefined) throw new Error(`${target} was not understood`);
    const config = toOciConfig(posture, { hostname: 'cofferdam' }).config as { process: { apparmorProfile?: string } };
    // runc refuses to start with a profile where the kernel has no AppArmor.
    delete config.process.apparmorProfile;
    return config;
  });
}

/** Docker's own container, with the ids of a range of subordinate ones; it sets no sysctls then (daemon/oci_linux.go). */
async function remapped(): Promise<OciConfig> {
  const config = (await configOf('docker-run:run debian')) as { linux: { namespaces: OciValue[] } };
  const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const namespaces = [...config.linux.namespaces, { type: 'user' }];
  return { ...config, linux: { ...config.linux, sysctl: {}, namespaces, uidMappings: map, gidMappings: map } };
}

const HARDENED =
  'docker-run:run --read-only --cap-drop ALL --cap-add CHOWN --security-opt no-new-privileges --user 1000:1000 --group-add 27 --tmpfs /tmp --tmpfs /cache:ro,noexec --pids-limit 100 --memory 256m --ulimit nofile=64:128 debian';

const CONFIGS: readonly { readonly name: string; readonly config: () => Promise<OciConfig> }[] = [
  { name: 'docker default', config: () => configOf('docker-run:run debian') },
  { name: 'docker --privileged', config: () => configOf('docker-run:run --privileged debian') },
  { name: 'docker hardened', config: () => configOf(HARDENED) },
  { name: 'docker with a user namespace', config: remapped },
  { name: 'Kubernetes restricted', config: () => configOf('pod.yaml', { 'pod.yaml': RESTRICTED }) },
];

/** Of /proc/PID/status what a start decides; the number of filters is runc's own affair (patchbpf adds none, libseccomp one). */
const FIELDS = [
  'Umask',
  'NSpid',
  'NSsid',
  'Uid',
  'Gid',
  'Groups',
  'CapInh',
  'CapPrm',
  'CapEff',
  'CapBnd',
  'CapAmb',
  'NoNewPrivs',
  'Seccomp',
];

/** The root differs (a folder here, memory there), and so do the names of control groups. */
function comparable({ status, mounts, limits }: Shown) {
  const points = Object.entries(mounts).filter(([point]) => point !== '/');
  return {
    status: FIELDS.map((field) => `${field} ${status[field]}`),
    mounts: Object.fromEntries(
      points.map(([point, { type, root, options, propagation }]) => [
        point,
        `${type} ${root.replace(/\/cofferdam-[-\w]+/, '/GROUP')} ${options} ${propagation}`,
      ]),
    ),
    readonlyRoot: mounts['/']?.options.split(',').includes('ro'),
    limits,
  };
}

/** By runc itself, in a folder that a user namespace may look into. */
async function startRunc(given: OciConfig): Promise<Sandbox> {
  const caretaker = new Caretaker();
  const bundle = caretaker.folder();
  chmodSync(bundle, 0o711);
  rootFolder(join(bundle, 'rootfs'), stubPath());
  if (JSON.stringify(given).includes('uidMappings')) chownSync(join(bundle, 'rootfs'), 100_000, 100_000);
  const { config } = fitted(given, { bundle: bundle, withoutNamespaces: [] });
  const { process: own } = config as { process: object };
  const { rlimits } = given.process as { rlimits?: unknown };
  writeFileSync(join(bundle, 'config.json'), ociText({ ...config, process: { ...own, rlimits } } as OciValue));
  const id = basename(bundle);
  caretaker.add(() => undefined, ['runc', 'delete', '--force', id]);
  const argv = ['runc', 'run', '--bundle', bundle, id];
  return launch({ runtime: 'runc', argv, timeoutMs: 10_000, caretaker, stub: readFileSync(stubPath()) });
}

async function lookedAt(start: (config: OciConfig) => Promise<Sandbox>, config: OciConfig) {
  const sandbox = await start(config);
  try {
    return comparable(await shown(sandbox.session));
  } finally {
    await sandbox.close();
  }
}

describe.skipIf(reason !== undefined)(
  'what the kernel shows of a container is what it shows of the one that runc starts',
  () => {
    it.each(CONFIGS)('$name', async ({ config }) => {
      const given = await config();
      expect(await lookedAt((config) => startEmbedded({ config }), given)).toEqual(await lookedAt(startRunc, given));
    });
  },
);

describe.skipIf(reason !== undefined)(
  'the five sets of capabilities are those that execve(2) leaves under runc',
  () => {
    const names = ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_RAW', 'CAP_SYS_ADMIN', 'CAP_SETUID'];
    const set = fc.subarray(names);
    const arbitrary = fc.record({
      uid: fc.constantFrom(0, 1000),
      noNewPrivileges: fc.boolean(),
      capabilities: fc.record({ bounding: set, permitted: set, inheritable: set, ambient: set }),
    });

    it('whatever is asked for', async () => {
      await fc.assert(
        fc.asyncProperty(arbitrary, async ({ uid, noNewPrivileges, capabilities }) => {
          // What the kernel refuses, runc refuses too: inheritable beyond bounding, effective beyond permitted.
          const inheritable = capabilities.inheritable.filter((name) => capabilities.bounding.includes(name));
          const sets = { ...capabilities, inheritable, effective: capabilities.permitted };
          const process = { user: { uid, gid: 0 }, cwd: '/', noNewPrivileges, capabilities: sets };
          const linux = { namespaces: [{ type: 'mount' }, { type: 'pid' }] };
          const mounts = [{ destination: '/proc', type: 'proc', source: 'proc' }];
          const config = { process, linux, mounts } as OciConfig;
          const own = await lookedAt((given) => startEmbedded({ config: given }), config);
          expect(own.status).toEqual((await lookedAt(startRunc, config)).status);
        }),
        { numRuns: 8 },
      );
    });
  },
);
