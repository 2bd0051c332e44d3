import { check, daemonStatements, Objects, openSession, vectorsOf } from '../../check/index.ts';
import { type SystemObject, systemOf, type ThreatModel, threatModelOf } from '../../threats/index.ts';
import { EXIT } from '../exit.ts';
import { write } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { appearance, type CheckFlags, sessionOptions } from './check.ts';

type ThreatsFormat =
  | 'text'
  | 'markdown'
  | 'json'
  | 'otm'
  | 'threat-dragon'
  | 'attack-navigator'
  | 'mermaid'
  | 'dot'
  | 'html';

export type ThreatsFlags = Omit<CheckFlags, 'format'> & { readonly format: ThreatsFormat };

/** The threat model of what the targets describe. */
export async function threatsCommand(
  given: readonly string[],
  flags: ThreatsFlags,
  terminal: Terminal,
): Promise<number> {
  const targets = given.length === 0 ? ['.'] : given;
  const options = sessionOptions(targets, flags as Partial<CheckFlags>);
  const { read, checkOptions } = await openSession(targets, options);
  const result = await check(read, checkOptions);
  const assembler = new Objects(checkOptions, daemonStatements(read.subjects));
  const objects: SystemObject[] = [];
  for (const subject of read.subjects) objects.push({ ...(await assembler.assemble(subject)), subject });
  const model = threatModelOf(objects, result, {
    vectors: await vectorsOf(options.config),
    declarations: options.config.declarations,
    today: options.today,
  });
  write([await render({ model, objects }, flags, terminal)], flags.output, terminal);
  const failed = result.targets.length === 0 || flags.strict;
  return failed && result.errors.length > 0 ? EXIT.failed : EXIT.done;
}

interface Modelled {
  readonly model: ThreatModel;
  readonly objects: readonly SystemObject[];
}

async function render({ model, objects }: Modelled, flags: ThreatsFlags, terminal: Terminal): Promise<string> {
  switch (flags.format) {
    case 'text': {
      const { renderThreatsText } = await import('../../report/threats-text.ts');
      return renderThreatsText(model, { ...appearance(flags, terminal), verbose: flags.verbose });
    }
    case 'markdown':
      return (await import('../../report/threats-markdown.ts')).renderThreatsMarkdown(model);
    case 'json':
      return (await import('../../report/threats-json.ts')).renderThreatsJson(model);
    case 'otm':
      return (await import('../../report/threats-otm.ts')).renderOtm(model);
    case 'threat-dragon':
      return (await import('../../report/threats-dragon.ts')).renderThreatDragon(model);
    case 'attack-navigator':
      return (await import('../../report/threats-navigator.ts')).renderNavigatorLayer(model);
    case 'mermaid':
      return (await import('../../report/threats-diagram.ts')).renderMermaid(model);
    case 'html':
      return (await import('../../report/threats-html.ts')).renderThreatsHtml(model, systemOf(objects));
    case 'dot':
      return (await import('../../report/threats-diagram.ts')).renderDot(model);
  }
}
