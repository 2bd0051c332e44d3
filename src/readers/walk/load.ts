import type { ReadOptions, ReadResult } from '../subject.ts';
import type { FileKind } from './kind.ts';

/** Kinds of which each file is read by itself. */
export type SingleKind = 'dockerfile' | 'shell' | 'oci' | 'inspect' | 'daemon' | 'host-profile' | 'posture' | 'compose';

type Read = (text: string, path: string, options: ReadOptions) => ReadResult;

/** A reader is loaded when the first file of its kind is met: a run over Dockerfiles does not pay for Kubernetes. */
const LOADERS: Readonly<Record<SingleKind, () => Promise<Read>>> = {
  dockerfile: async () => (await import('../dockerfile/index.ts')).readDockerfile,
  shell: async () => (await import('../run-line/index.ts')).readShellScript,
  oci: async () => (await import('../oci/index.ts')).readOciConfig,
  inspect: async () => (await import('../inspect/index.ts')).readInspect,
  daemon: async () => (await import('../daemon/index.ts')).readDaemon,
  'host-profile': async () => (await import('../host-profile/index.ts')).readHostProfile,
  posture: async () => (await import('../posture/index.ts')).readPostures,
  compose: async () => (await import('../compose/index.ts')).readCompose,
};

export function isSingleKind(kind: FileKind): kind is SingleKind {
  return Object.hasOwn(LOADERS, kind);
}

export function loadReader(kind: SingleKind): Promise<Read> {
  return LOADERS[kind]();
}
