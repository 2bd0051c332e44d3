import { execFile } from 'node:child_process';

export interface CommandResult {
  readonly error: (Error & { readonly code?: string | number | null; readonly killed?: boolean }) | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, or until the time is over. */
export function run(command: string, args: readonly string[], timeout: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout, killSignal: 'SIGKILL', maxBuffer: 32 * 2 ** 20 }, (error, stdout, stderr) =>
      resolve({ error: error as CommandResult['error'], stdout, stderr }),
    );
  });
}
