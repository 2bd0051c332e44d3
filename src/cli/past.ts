import type { SessionOptions } from '../check/index.ts';

/** Records and vocabulary of past vulnerabilities are loaded here, and nowhere before. */
export async function pastFor({ config, today }: Pick<SessionOptions, 'config' | 'today'>) {
  return (await import('../past/index.ts')).loadPast(config, today);
}

/** The options with past vulnerabilities among what is judged. */
export async function withPast(options: SessionOptions): Promise<SessionOptions> {
  const { judge, problems } = await pastFor(options);
  return { ...options, past: { judge: (subject, assembled) => judge.judge(subject, assembled), problems } };
}
