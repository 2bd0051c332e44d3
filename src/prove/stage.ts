import { Session } from '../agent/index.ts';
import { MACHINE } from '../live/index.ts';
import { type Machine, type OciConfig, runtimeNamed, type Sandbox } from '../runtimes/index.ts';
import type { Stage } from './observation.ts';

const TIMEOUT_MS = 10_000;

/** A stub outside of every sandbox of a machine, for what the host itself sees. One serves all sandboxes of a run. Absent: this machine. */
export async function openHost(machine?: Machine): Promise<Sandbox> {
  if (machine === undefined) return runtimeNamed('process').start({});
  const { channel, end } = await machine.startStub([]);
  const session = await Session.open(channel, { timeoutMs: TIMEOUT_MS });
  const close = (): Promise<void> => {
    session.end();
    return end();
  };
  return { runtime: 'process', session, pid: undefined, machine, missing: [], close };
}

export function stageIn(sandbox: Sandbox, host: Pick<Sandbox, 'session' | 'machine'>, config?: OciConfig): Stage {
  const files = host.machine?.files ?? MACHINE;
  return { sandbox: sandbox.session, pid: sandbox.pid, beside: sandbox.beside, config, host: host.session, files };
}
