import { call, struct, u64 } from '../../../kernel/index.ts';
import { AT_FDCWD, MS } from '../linux.ts';
import { attributesOf } from '../mount-options.ts';
import { either, must, type Operation } from '../operation.ts';
import type { Step } from './step.ts';

export const READONLY_ROOT_STEP: Step = {
  name: 'readonly-root',
  does: 'the root file system becomes read-only',
  stage: 'inside',
  tasks: ({ config, joinsMounts }) =>
    config.root?.readonly === true && !joinsMounts
      ? [
          {
            what: 'remount /',
            facts: ['rootfs.readonly'],
            operations: [must(call('mount', 'none', '/', 0, MS.BIND | MS.REMOUNT | MS.RDONLY, 0))],
          },
        ]
      : [],
};

export const READONLY_PATHS_STEP: Step = {
  name: 'readonly-paths',
  does: 'paths bound on themselves, read-only',
  stage: 'inside',
  tasks: ({ config, host, joinsMounts }) =>
    (joinsMounts ? [] : (config.linux?.readonlyPaths ?? [])).map((path) => ({
      what: `make ${path} read-only`,
      facts: [`readonly-path.${path}`],
      operations: readonlyPath(path, host.mountAttributes),
    })),
};

/** runc readonlyPath: what does not exist needs no protection. The other flags of the mount below stay as they are. */
function readonlyPath(path: string, attributes: boolean): readonly Operation[] {
  const readonly = struct([u64(attributesOf(MS.RDONLY)), u64(0), u64(0), u64(0)]);
  return [
    must(call('mount', path, path, 0, MS.BIND | MS.REC, 0), 'ENOENT'),
    attributes
      ? must(call('mount_setattr', AT_FDCWD, path, 0, readonly, 32), 'ENOENT')
      : must(call('mount', 'none', path, 0, MS.BIND | MS.REMOUNT | MS.RDONLY | HARDENED, 0), 'ENOENT'),
  ];
}

/** What /proc and /sys have in every container; an older kernel is told them again. */
const HARDENED = MS.NOSUID | MS.NODEV | MS.NOEXEC;

export const MASKED_PATHS_STEP: Step = {
  name: 'masked-paths',
  does: 'files covered by /dev/null, folders by an empty read-only tmpfs',
  stage: 'inside',
  tasks: ({ config, joinsMounts }) =>
    (joinsMounts ? [] : [...new Set(config.linux?.maskedPaths ?? [])]).map((path) => ({
      what: `mask ${path}`,
      facts: [`masked.${path}`],
      operations: maskedPath(path),
    })),
};

/** runc maskPaths. A file cannot be mounted on a folder, nor a file system's root on a file: so one of the two fits, whichever it is. */
function maskedPath(path: string): readonly Operation[] {
  return [
    // Here ENOENT may mean that there is no /dev/null.
    either(call('mount', '/dev/null', path, 0, MS.BIND, 0)),
    either(call('mount', 'tmpfs', path, 'tmpfs', MS.RDONLY, 'nr_blocks=1,nr_inodes=1'), 'ENOENT'),
  ];
}
