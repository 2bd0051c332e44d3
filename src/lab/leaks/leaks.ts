/**
 * What a sandbox sees of the machine: each channel is read inside of it, inside of a second one, and on the host before and after, by the
 * same calls of the same program.
 */
import type { Session } from '../../agent/index.ts';
import type { Runtime } from '../../runtimes/index.ts';
import type { Profile } from '../../runtimes/profiles.data.ts';
import type { RequestOf } from '../cost/starting.ts';
import type { Leak } from '../study.ts';
import { CHANNELS, type Channel } from './channels.data.ts';
import { coResident, seenOf, type Views } from './compare.ts';
import { type Reading, readAll } from './reading.ts';

export interface LeakContext {
  readonly requestOf: RequestOf;
  /** A stub outside of all sandboxes (`openHost`). */
  readonly host: Session;
}

export async function measureLeaks(
  runtime: Runtime,
  profile: Profile,
  { requestOf, host }: LeakContext,
): Promise<Leak[]> {
  const request = await requestOf(runtime, profile);
  const sandbox = await runtime.start(request);
  try {
    const second = await runtime.start(request);
    try {
      const views = await viewsOf(host, sandbox.session, second.session);
      return CHANNELS.flatMap((channel) => leakOf(runtime, profile, channel, views));
    } finally {
      await second.close();
    }
  } finally {
    await sandbox.close();
  }
}

type Seen = ReadonlyMap<string, Reading>;

async function viewsOf(host: Session, sandbox: Session, other: Session): Promise<Readonly<Record<keyof Views, Seen>>> {
  const paths = CHANNELS.map(({ path }) => path);
  const looks = (session: Session): Promise<Seen> => readAll(session.guarded(['looks']), paths);
  return {
    before: await looks(host),
    inside: await looks(sandbox),
    second: await looks(other),
    after: await looks(host),
  };
}

/** Nothing, where the machine itself has no such thing. */
function leakOf(
  runtime: Runtime,
  profile: Profile,
  channel: Channel,
  seen: Readonly<Record<keyof Views, Seen>>,
): readonly Leak[] {
  const { path } = channel;
  const [before, inside, second, after] = [seen.before, seen.inside, seen.second, seen.after].map((all) =>
    all.get(path),
  );
  if (before?.text === undefined || inside === undefined || after === undefined) return [];
  const views = { before, inside, second, after };
  return [
    {
      ...{ runtime: runtime.name, profile: profile.name, channel: channel.name, path },
      seen: seenOf(channel, views),
      coResident: coResident(channel, views),
      evidence: [`inside: ${inside.evidence}`, `on the host: ${before.evidence}`],
    },
  ];
}
