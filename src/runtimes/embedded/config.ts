import { z } from 'zod';
import { CofferdamError } from '../../posture/index.ts';
import type { OciConfig } from '../types.ts';

/*
 * The parts of a config.json that this runtime performs (runtime-spec 1.2: config.md, config-linux.md). What it does not know is
 * left alone here, as the specification asks of runtimes; what it knows and does not perform is named by `unperformed.ts`.
 */

const id = z.number().int().nonnegative();
/** JSON readers give what is beyond 2^53 as a number that lost its end, or as a bigint: RLIM_INFINITY is the usual one. */
const wide = z.union([z.number(), z.bigint()]);
const idMapping = z.object({ containerID: id, hostID: id, size: id });

const mount = z.object({
  destination: z.string().startsWith('/', 'a destination is an absolute path'),
  type: z.string().optional(),
  source: z.string().optional(),
  options: z.array(z.string()).optional(),
  uidMappings: z.array(idMapping).optional(),
  gidMappings: z.array(idMapping).optional(),
});

const device = z.object({
  path: z.string().startsWith('/'),
  type: z.enum(['c', 'b', 'u', 'p']),
  major: z.number().int().optional(),
  minor: z.number().int().optional(),
  fileMode: z.number().int().optional(),
  uid: id.optional(),
  gid: id.optional(),
});

const deviceRule = z.object({
  allow: z.boolean(),
  type: z.string().optional(),
  major: z.number().int().optional(),
  minor: z.number().int().optional(),
  access: z.string().optional(),
});

const names = z.array(z.string());
const capabilities = z.object({
  bounding: names.default([]),
  effective: names.default([]),
  permitted: names.default([]),
  inheritable: names.default([]),
  ambient: names.default([]),
});

const seccomp = z.looseObject({
  defaultAction: z.string(),
  syscalls: z.array(z.looseObject({ names, action: z.string() })).optional(),
});

const processSection = z.object({
  terminal: z.boolean().optional(),
  user: z
    .object({ uid: id.default(0), gid: id.default(0), umask: id.optional(), additionalGids: z.array(id).optional() })
    .optional(),
  env: names.optional(),
  cwd: z.string().optional(),
  capabilities: capabilities.optional(),
  rlimits: z.array(z.object({ type: z.string(), soft: wide, hard: wide })).optional(),
  noNewPrivileges: z.boolean().optional(),
  apparmorProfile: z.string().optional(),
  selinuxLabel: z.string().optional(),
  oomScoreAdj: z.number().int().optional(),
  scheduler: z.unknown().optional(),
  ioPriority: z.object({ class: z.string(), priority: id.default(0) }).optional(),
});

const throttle = z.array(z.object({ major: id.default(0), minor: id.default(0), rate: wide })).optional();

const resources = z.object({
  devices: z.array(deviceRule).optional(),
  memory: z
    .object({
      limit: wide.optional(),
      reservation: wide.optional(),
      swap: wide.optional(),
      disableOOMKiller: z.boolean().optional(),
    })
    .optional(),
  pids: z.object({ limit: wide.optional() }).optional(),
  cpu: z.object({ shares: wide.optional(), quota: wide.optional(), period: wide.optional() }).optional(),
  unified: z.unknown().optional(),
  blockIO: z
    .object({
      weight: id.optional(),
      throttleReadBpsDevice: throttle,
      throttleWriteBpsDevice: throttle,
      throttleReadIOPSDevice: throttle,
      throttleWriteIOPSDevice: throttle,
    })
    .optional(),
});

const linuxSection = z.object({
  namespaces: z.array(z.object({ type: z.string(), path: z.string().optional() })).optional(),
  uidMappings: z.array(idMapping).optional(),
  gidMappings: z.array(idMapping).optional(),
  timeOffsets: z.record(z.string(), z.object({ secs: wide.default(0), nanosecs: id.default(0) })).optional(),
  devices: z.array(device).optional(),
  resources: resources.optional(),
  sysctl: z.record(z.string(), z.string()).optional(),
  seccomp: seccomp.optional(),
  maskedPaths: names.optional(),
  readonlyPaths: names.optional(),
  rootfsPropagation: z.string().optional(),
  mountLabel: z.string().optional(),
  personality: z.object({ domain: z.string() }).optional(),
  intelRdt: z.unknown().optional(),
  memoryPolicy: z.unknown().optional(),
});

const schema = z.object({
  root: z.object({ path: z.string().optional(), readonly: z.boolean().optional() }).optional(),
  hostname: z.string().optional(),
  domainname: z.string().optional(),
  process: processSection.optional(),
  mounts: z.array(mount).optional(),
  hooks: z.record(z.string(), z.unknown()).optional(),
  linux: linuxSection.optional(),
});

export type Config = z.infer<typeof schema>;
export type MountEntry = z.infer<typeof mount>;
export type DeviceNode = z.infer<typeof device>;
export type DeviceRule = z.infer<typeof deviceRule>;
export type IdMapping = z.infer<typeof idMapping>;
export type Resources = z.infer<typeof resources>;

/** @throws CofferdamError with the pointer of the first part that has another form. */
export function parseConfig(given: OciConfig): Config {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CofferdamError(
    'oci-config',
    `config.json: /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'it has another form'}`,
    'write it as the OCI runtime specification 1.2 describes it',
  );
}
