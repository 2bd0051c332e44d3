import { hostname } from 'node:os';
import { CofferdamError, type Statement, Unknown } from '../../posture/index.ts';
import type { Subject } from '../../readers/index.ts';
import { ENGINE_TIMEOUT_MS, type EngineOptions } from '../engine-api.ts';
import { MACHINE } from '../files.ts';
import { type HostView, viewHost } from '../host-view.ts';
import { failedWith, type LiveResult } from '../types.ts';
import { configStatement, readKernelConfig } from './configuration.ts';
import { observeEngine } from './engine.ts';
import { kernelStatements } from './kernel.ts';
import { machineStatements } from './machine.ts';
import { programStatements } from './programs.ts';
import { sysctlStatements } from './sysctls.ts';

export interface HostOptions extends EngineOptions {
  /** Default: read anew. */
  readonly view?: HostView;
}

/**
 * What the host's kernel and files tell, for every object that is checked on it: the same facts as a host profile states, but
 * looked at. What no file tells, is not stated.
 */
export function observeHost(options: HostOptions = {}): readonly Statement[] {
  const files = options.files ?? MACHINE;
  const view = options.view ?? viewHost(files);
  const text = files.text('/proc/sys/kernel/osrelease');
  const release = text instanceof Unknown ? text : text.trim();
  const config = readKernelConfig(files, release);
  return [
    ...kernelStatements(files, view, release, config),
    ...sysctlStatements(files, view, release),
    configStatement(config),
    ...machineStatements(files),
  ];
}

/** The target `host`: the machine, and the Docker that runs on it with its settings. */
export async function readHost(options: HostOptions = {}): Promise<LiveResult> {
  const files = options.files ?? MACHINE;
  if (files.text('/proc/sys/kernel/osrelease') instanceof Unknown)
    return failedWith(
      new CofferdamError('no-proc', 'there is no procfs at /proc', 'look at a Linux host, with /proc mounted', {
        path: 'host',
      }),
    );
  const engine = await observeEngine({ timeoutMs: ENGINE_TIMEOUT_MS, ...options });
  // Programs that are installed here say nothing of another machine's files.
  const programs = files === MACHINE ? await programStatements() : [];
  const host: Subject = {
    id: 'host',
    kind: 'host',
    name: hostname(),
    artifact: 'host-profile',
    place: { path: 'host', line: 1, column: 1 },
    layers: [{ phase: 'host', statements: [...observeHost(options), ...programs, ...engine.facts] }],
    suppressions: [],
  };
  return {
    subjects: [host, ...(engine.subject === undefined ? [] : [engine.subject])],
    problems: engine.problems,
    skipped: [],
  };
}
