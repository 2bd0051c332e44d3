/**
 * Where engines keep on the host what they mount into a container: a mount table shows a volume and a file of the engine's
 * own as binds like any other. `volume`: the first group names it.
 *
 * moby v29 daemon/container (`mounts/shm`, `hosts`, `resolv.conf`, `hostname`), volume/local (`_data`); containers/storage and
 * podman libpod (`userdata`, `volumes/NAME/_data`); containerd 2.1 internal/cri/server/helpers.go (`sandboxes/ID`); CRI-O 1.33
 * (as podman); kubelet pkg/kubelet/kubelet_getters.go (`pods/UID/volumes/PLUGIN/NAME`, `etc-hosts`, `containers`).
 */
export interface EnginePath {
  readonly path: RegExp;
  readonly type: 'volume' | 'secret' | 'engine-file';
}

const ID = '[0-9a-f]{32,64}';

export const ENGINE_PATHS: readonly EnginePath[] = [
  { path: /\/volumes\/([\w.-]+)\/_data(?:\/|$)/, type: 'volume' },
  {
    path: new RegExp(`/containers/${ID}/(?:hosts|hostname|resolv\\.conf|mounts/(?:shm|secrets|configs)(?:/|$))`),
    type: 'engine-file',
  },
  { path: new RegExp(`/(?:overlay|vfs|btrfs|zfs)-containers/${ID}/userdata/`), type: 'engine-file' },
  {
    path: new RegExp(`/io\\.containerd\\.grpc\\.v1\\.cri/sandboxes/${ID}/(?:hostname|hosts|resolv\\.conf|shm)$`),
    type: 'engine-file',
  },
  { path: /\/pods\/[\w-]+\/volumes\/kubernetes\.io~(?:secret|projected)\/([\w.-]+)/, type: 'secret' },
  { path: /\/pods\/[\w-]+\/volumes\/kubernetes\.io~(?!local-volume)[\w-]+\/([\w.-]+)/, type: 'volume' },
  { path: /\/pods\/[\w-]+\/volume-subpaths\/([\w.-]+)\//, type: 'volume' },
  { path: /\/pods\/[\w-]+\/(?:etc-hosts$|containers\/)/, type: 'engine-file' },
];
