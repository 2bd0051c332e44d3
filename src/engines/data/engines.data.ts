import type { EngineData, EngineName } from '../types.ts';
import { CONTAINERD } from './containerd.data.ts';
import { CRIO } from './crio.data.ts';
import { DOCKER } from './docker.data.ts';
import { KUBERNETES } from './kubernetes.data.ts';
import { CRUN, RUNC } from './oci-runtimes.data.ts';
import { PODMAN } from './podman.data.ts';

export const ENGINES: Readonly<Record<EngineName, EngineData>> = {
  docker: DOCKER,
  podman: PODMAN,
  containerd: CONTAINERD,
  crio: CRIO,
  kubernetes: KUBERNETES,
  runc: RUNC,
  crun: CRUN,
};
