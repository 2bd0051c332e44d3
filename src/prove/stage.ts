import type { Session } from '../agent/index.ts';
import { type OciConfig, runtimeNamed, type Sandbox } from '../runtimes/index.ts';
import type { Stage } from './observation.ts';

/** A stub outside of every sandbox, for what the host itself sees. One serves all sandboxes of a run. */
export async function openHost(): Promise<Sandbox> {
  return runtimeNamed('process').start({});
}

export function stageIn(sandbox: Sandbox, host: { readonly session: Session }, config?: OciConfig): Stage {
  return { sandbox: sandbox.session, pid: sandbox.pid, beside: sandbox.beside, config, host: host.session };
}
