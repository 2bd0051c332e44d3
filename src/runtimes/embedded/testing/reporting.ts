/** Starts a container of the configuration on its command line as whoever runs it, and prints what came of it. */
import { embeddedRuntime } from '../index.ts';
import { startEmbedded } from '../start.ts';
import { shown } from './shown.ts';

async function report(): Promise<object> {
  const available = await embeddedRuntime.available();
  if (!available.available) return { available };
  const sandbox = await startEmbedded({ config: JSON.parse(process.argv[2] ?? '{}') });
  try {
    return { available, missing: sandbox.missing, ...(await shown(sandbox.session)) };
  } finally {
    await sandbox.close();
  }
}

process.stdout.write(JSON.stringify(await report()));
