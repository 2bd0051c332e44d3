import { type AgreementResult, type Guests, guidedSampler, hereOf, runAgreement, sampler } from '../../lab/index.ts';
import { MACHINE } from '../../live/index.ts';
import { CofferdamError } from '../../posture/index.ts';
import { runtimeNamed } from '../../prove/index.ts';
import { type GuestOptions, guestMachine } from '../../runtimes/index.ts';
import { EXIT } from '../exit.ts';
import { write } from '../output.ts';
import { progressOn } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { appearance, sessionOptions } from './check.ts';

export interface LabAgreementFlags {
  readonly samples: string;
  readonly runtime: string;
  /** Of a virtual machine to compare in. */
  readonly kernel?: string;
  readonly cgroups: GuestOptions['cgroups'];
  readonly apparmor: boolean;
  readonly guided: boolean;
  readonly seed?: string;
  readonly log?: string;
  readonly shrink: string;
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/** `lab agreement`: exit 1 where the model says `blocked` and the kernel lets through. */
export async function labAgreementCommand(flags: LabAgreementFlags, terminal: Terminal): Promise<number> {
  const seed = flags.seed === undefined ? Date.now() % 2 ** 31 : wholeNumber(flags.seed, '--seed');
  const guests = flags.kernel === undefined ? undefined : await guestsOf(flags.kernel, flags);
  const here = hereOf(guests?.first.files ?? MACHINE, 'x86_64');
  const options = sessionOptions([], {});
  const progress = progressOn(terminal);
  const result = await runAgreement(options, {
    samples: wholeNumber(flags.samples, '--samples'),
    seed,
    runtimes: flags.runtime.split(',').map(runtimeTakingConfig),
    configuration: flags.guided ? await guidedSampler(here, seed, options, guests?.first) : await sampler(here, seed),
    ...(guests !== undefined && { guests }),
    ...(flags.log !== undefined && { log: flags.log }),
    shrunk: wholeNumber(flags.shrink, '--shrink'),
    progress: (done, all) => progress(done, all, 'configurations'),
  });
  write([await rendered(result, flags, terminal)], flags.output, terminal);
  return result.summary.runtimes.some(({ falseBlocked }) => falseBlocked > 0) ? EXIT.findings : EXIT.done;
}

async function guestsOf(kernel: string, { cgroups, apparmor }: LabAgreementFlags): Promise<Guests> {
  const another = () => guestMachine({ kernel, cgroups, appArmor: apparmor });
  const first = await another();
  return { title: `${first.release}, cgroups ${cgroups}, AppArmor ${apparmor ? 'on' : 'off'}`, first, another };
}

export function wholeNumber(text: string, flag: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new CofferdamError('usage', `${flag} \`${text}\` is no whole number`, `write ${flag} 100`);
}

function runtimeTakingConfig(name: string): ReturnType<typeof runtimeNamed> {
  const runtime = runtimeNamed(name);
  if (runtime.takesConfig) return runtime;
  throw new CofferdamError('usage', `${name} performs no OCI configuration`, 'choose from embedded, runc, crun, runsc');
}

async function rendered(result: AgreementResult, flags: LabAgreementFlags, terminal: Terminal): Promise<string> {
  if (flags.format === 'json')
    return `${JSON.stringify({ schema: 'cofferdam.agreement-result/1', ...result }, null, 2)}\n`;
  const { renderAgreement } = await import('../../report/agreement.ts');
  return renderAgreement(result, appearance(flags, terminal));
}
