/** Words of devices: a node within reach, and what its use asks. */
import type { Capability } from '../kernel/index.ts';
import { type AllOf, type AnyOf, all, any, type Gate } from './expression.ts';
import type { MountParams } from './gates/mount.ts';
import { actsAsOwner, inHostGroup, inNodesGroup, mounted, remounts } from './words-of-files.ts';
import { capable, deviceNode, host, sharedKernel, syscall } from './words-of-processes.ts';

export interface DeviceWish {
  /** Regular expression over the host's path: `^/dev/kvm$`, `^/dev/dri(/|$)`. */
  readonly path: string;
  readonly title: string;
  readonly type: 'b' | 'c';
  readonly major?: number;
  readonly minor?: number;
  readonly access?: string;
  /** Any device of the type will do. */
  readonly any?: boolean;
  /** `any`: the node's mode lets everybody in (udev rules of systemd). Else root, or members of the groups. */
  readonly mode?: 'any';
  readonly groups?: readonly string[];
  /** Path of the host's node, where its mode there may let everybody in. */
  readonly hostNode?: string;
}

/** may_open_dev(), fs/namei.c: not on a mount with nodev, unless that is taken away. */
const withDevices = (params: MountParams): AnyOf =>
  any(params.title, mounted({ ...params, lacks: ['nodev'] }), all('with its devices again', mounted(params), remounts));

const numberOf = ({ type, major, minor }: DeviceWish): { number?: string } =>
  major === undefined || minor === undefined ? {} : { number: `${type} ${major}:${minor}` };

const letRules = (wish: DeviceWish, access: string): Gate => ({
  gate: 'device-rule',
  type: wish.type,
  access,
  ...(wish.major !== undefined && { major: wish.major }),
  ...(wish.minor !== undefined && { minor: wish.minor }),
  ...(wish.major === undefined && !wish.any && { dynamic: true }),
});

/** Of which it is the owner, with the mode that it likes (vfs_mknod(), fs/namei.c). */
const makesNode = (wish: DeviceWish): AllOf => {
  const access = wish.access ?? 'r';
  return all(
    'makes one',
    capable('MKNOD'),
    any(
      'a call that makes nodes',
      syscall('mknodat', { 2: modeWish(wish.type) }),
      syscall('mknod', { 1: modeWish(wish.type) }),
    ),
    letRules(wish, access.includes('m') ? access : `${access}m`),
  );
};

/** A node of the host's device that the device controller lets be used: handed in, bound with /dev, or made (vfs_mknod(), fs/namei.c). */
export const reachesDevice = (wish: DeviceWish): AllOf => {
  const access = wish.access ?? 'r';
  return all(
    wish.title,
    any(
      'a node for it',
      deviceNode(wish.path, wish.title, { access, ...numberOf(wish), ...(wish.any && { type: wish.type }) }),
      all(
        'bound from the host',
        any(
          "nodes of the host's /dev",
          withDevices({ types: ['bind'], covers: ['/dev'], title: "the host's /dev is mounted" }),
          withDevices({ types: ['bind'], source: wish.path, title: 'what the host has there is mounted' }),
        ),
        letRules(wish, access),
      ),
      makesNode(wish),
    ),
  );
};

/** Opens a device of the host: its node is within reach, the device controller and the node's mode agree (inode_permission(), fs/namei.c). */
export const opensDevice = (wish: DeviceWish): AllOf =>
  all(
    wish.title,
    sharedKernel,
    reachesDevice(wish),
    ...(wish.mode === 'any'
      ? []
      : [
          any(
            'the mode of the node',
            actsAsOwner('DAC_OVERRIDE', ...(wish.access === undefined || wish.access === 'r' ? READERS : [])),
            // The kernel's own mode is 0600 (handle_create(), drivers/base/devtmpfs.c): a group counts where a rule of the host says so.
            wish.groups === undefined ? inNodesGroup : inHostGroup(wish.groups),
            deviceNode(wish.path, 'its node is made for everybody', {
              access: wish.access ?? 'r',
              ...numberOf(wish),
              everybody: true,
              ...(wish.any && { type: wish.type }),
            }),
            ...(wish.hostNode === undefined ? [] : [openToAllOnHost(wish.hostNode)]),
            makesNode(wish),
          ),
        ]),
  );

const openToAllOnHost = (node: string): Gate =>
  host(`host.file-mode.${node}`, { matches: '[67]$' }, { title: 'the node is open to all' });

/** Overrides the mode for reading alone. */
const READERS: readonly Capability[] = ['DAC_READ_SEARCH'];

function modeWish(type: 'b' | 'c') {
  return { mask: '0xf000', value: type === 'b' ? '0x6000' : '0x2000' } as const;
}
