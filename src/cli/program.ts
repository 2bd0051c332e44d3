import { existsSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { CofferdamError } from '../posture/index.ts';
import { nearest } from '../readers/nearest.ts';
import { escapeForeign } from '../report/escape.ts';
import { EXIT } from './exit.ts';
import { Terminal } from './terminal.ts';
import { VERSION } from './version.generated.ts';

/** Runs one command line and gives its exit code. */
export async function run(argv: readonly string[], terminal = new Terminal()): Promise<number> {
  let code: number = EXIT.done;
  const program = build(terminal, (exit) => {
    code = exit;
  });
  try {
    mustNotBeMistyped(argv[0], program);
    await program.parseAsync(argv.length === 0 ? ['check'] : [...argv], { from: 'user' });
    return code;
  } catch (error) {
    return explainFailure(error, terminal);
  }
}

/** What is no command is a target of `check`; a mistyped command would be looked for as a file. */
function mustNotBeMistyped(word: string | undefined, program: Command): void {
  if (word === undefined || word.startsWith('-') || existsSync(word)) return;
  const names = program.commands.map((command) => command.name());
  const meant = names.includes(word) ? undefined : nearest(word, names);
  if (meant === undefined) return;
  throw new CofferdamError(
    'usage',
    `\`${word}\` is neither a command nor a file`,
    `did you mean \`cofferdam ${meant}\`?`,
  );
}

function explainFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.failed;
  if (error instanceof CofferdamError) {
    const { path, line, column } = error.at;
    const place = path === undefined ? '' : `${[path, line, column].filter((part) => part !== undefined).join(':')}: `;
    terminal.note(`cofferdam: ${escapeForeign(`${place}${error.message}`)}\n  → ${escapeForeign(error.hint)}\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  terminal.note(
    `cofferdam: a defect of ours, please report it with this trace (version ${VERSION}, Node ${process.version}):\n${stack}\n`,
  );
  return EXIT.defect;
}

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
const FORMATS_OF_PROBE = ['text', 'json', 'sarif', 'markdown'] as const;
const FORMATS_OF_THREATS = [
  'text',
  'markdown',
  'json',
  'otm',
  'threat-dragon',
  'attack-navigator',
  'mermaid',
  'dot',
  'html',
] as const;
const FORMATS = ['text', 'json', 'jsonl', 'sarif', 'markdown'] as const;

function repeated(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

function build(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command('cofferdam')
    .description(
      'Tells how isolated a container really is: which attack vectors are open, why, and the smallest change that closes each.',
    )
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.result(text), writeErr: (text) => terminal.note(text) })
    .showSuggestionAfterError()
    .showHelpAfterError('(cofferdam --help shows what there is)');

  program
    .command('check', { isDefault: true })
    .description('judge what the given files describe (the main job)')
    .argument(
      '[target...]',
      "file, directory, - for standard input, docker-run:'…', podman-run:'…', pid:N, docker:NAME, podman:NAME, host",
      [],
    )
    .option('--prove', 'start what the targets describe on this kernel and probe it: prediction beside proof', false)
    .option('--runtime <name>', 'with --prove: what starts it: embedded, runc, crun', 'embedded')
    .addOption(new Option('--format <format>', 'how the result is written').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the result to a file instead of standard output')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit 1 if an open finding is this severe or worse, or a standard asked for is not met',
      ).choices(SEVERITIES),
    )
    .option('--min-depth <n>', 'with --fail-on: also blocked vectors that fewer than n mechanisms hold')
    .option(
      '--engine <name@version>',
      'engine that starts the containers: docker@28, podman@5, kubernetes@1.34/containerd@2.1',
      repeated,
      [],
    )
    .option('--host <file>', 'host profile: kernel, sysctls, security modules of the machine it will run on')
    .option('--daemon <file>', 'daemon.json of the Docker daemon that will start it')
    .option(
      '--standard <name@version>',
      'hold pods against a standard: pss-baseline, pss-restricted@1.37 (with --fail-on, one that is not met makes exit 1)',
      repeated,
      [],
    )
    .option('--past', 'judge past vulnerabilities, too: which would have reached, and what stops the rest', false)
    .option('--against <path>', 'show what opens and closes between that configuration and this one')
    .option('--config <file>', 'configuration file (default: cofferdam.yaml beside the target)')
    .option(
      '--vectors <file>',
      'vectors of your own, as YAML, or as JavaScript or TypeScript (which is run)',
      repeated,
      [],
    )
    .option('--profile <name>', 'compose profile to take as active', repeated, [])
    .option('--env <NAME=value>', 'variable for interpolation', repeated, [])
    .option('--allow-outside <path>', 'files outside the targets that artifacts may refer to', repeated, [])
    .option(
      '--jobs <n>',
      'with --format jsonl: threads that judge postures (default: one; the cores, where there are many)',
    )
    .option('--strict', 'errors in the input make the run fail (exit 2)', false)
    .option('-v, --verbose', 'explanation trees, and blocked vectors too', false)
    .action(async (targets: string[], options: Record<string, unknown>) => {
      if (options.format === 'jsonl') {
        const { checkLinesCommand } = await import('./commands/check-lines.ts');
        return exit(await checkLinesCommand(targets, options as never, terminal));
      }
      const { checkCommand } = await import('./commands/check.ts');
      exit(await checkCommand(targets, options as never, terminal));
    });

  program
    .command('probe')
    .description('tell the isolation of a sandbox by probes, without any configuration')
    .argument(
      '[runtime]',
      "embedded, runc, bwrap, docker, …, or exec:'COMMAND {agent}' (any command that ends in the stub)",
    )
    .addOption(new Option('--format <format>', 'how the result is written').choices(FORMATS_OF_PROBE).default('text'))
    .option('--output <file>', 'write the result to a file instead of standard output')
    .option('--timeout <seconds>', 'for the start of the sandbox, and for each answer', '10')
    .addOption(new Option('--fail-on <severity>', 'exit 1 if a vector this severe is open').choices(SEVERITIES))
    .option('--config <file>', 'configuration file that adds vectors')
    .option('-v, --verbose', 'every vector with its evidence', false)
    .action(async (runtime: string | undefined, options: Record<string, unknown>) => {
      const { probeCommand } = await import('./commands/probe.ts');
      exit(await probeCommand(runtime, options as never, terminal));
    });

  program
    .command('export')
    .description('write what the targets describe as OCI config.json, or as postures (JSON Lines)')
    .argument('<target...>', "file, directory, - for standard input, docker-run:'…', podman-run:'…'")
    .addOption(new Option('--format <format>', 'what is written').choices(['oci', 'posture']).makeOptionMandatory())
    .option('--of <name>', 'the one workload that is meant, by name or id')
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--engine <name@version>', 'engine that starts the containers', repeated, [])
    .option('--host <file>', 'host profile: settles what depends on kernel, cgroups and security modules')
    .option('--daemon <file>', 'daemon.json of the Docker daemon that will start it')
    .option('--config <file>', 'configuration file (default: cofferdam.yaml beside the target)')
    .option('--profile <name>', 'compose profile to take as active', repeated, [])
    .option('--env <NAME=value>', 'variable for interpolation', repeated, [])
    .option('--allow-outside <path>', 'files outside the targets that artifacts may refer to', repeated, [])
    .action(async (targets: string[], options: Record<string, unknown>) => {
      const { exportCommand } = await import('./commands/export.ts');
      exit(await exportCommand(targets, options as never, terminal));
    });

  program
    .command('paths')
    .description('attack paths: what is reached from where, the cheapest ways, and the least that stops them')
    .argument('[target...]', "file, directory, - for standard input, docker-run:'…', podman-run:'…', host", [])
    .option('--from <state>', 'where the attacker begins: a container, `outside`, a state (code:web)', repeated, [])
    .option('--to <state>', 'what is to be reached: `host-root`, `cluster-admin`, a container, a state', repeated, [])
    .option('-k, --count <n>', 'how many ways of each pair', '1')
    .option('--what-if <fix>', 'what a change would do: its number (C3) or words of it; repeatable', repeated, [])
    .addOption(
      new Option('--format <format>', 'how the result is written')
        .choices(['text', 'json', 'dot', 'mermaid', 'csv', 'html'])
        .default('text'),
    )
    .option('--seconds <n>', 'how long to search for the least that stops all ways', '10')
    .option('--output <file>', 'write the result to a file instead of standard output')
    .option('--engine <name@version>', 'engine that starts the containers', repeated, [])
    .option('--host <file>', 'host profile: kernel, sysctls, security modules of the machine it will run on')
    .option('--daemon <file>', 'daemon.json of the Docker daemon that will start it')
    .option('--config <file>', 'configuration file (default: cofferdam.yaml beside the target)')
    .option('--profile <name>', 'compose profile to take as active', repeated, [])
    .option('--env <NAME=value>', 'variable for interpolation', repeated, [])
    .option('--allow-outside <path>', 'files outside the targets that artifacts may refer to', repeated, [])
    .option('--strict', 'errors in the input make the run fail (exit 2)', false)
    .action(async (targets: string[], options: Record<string, unknown>) => {
      const { pathsCommand } = await import('./commands/paths.ts');
      exit(await pathsCommand(targets, options as never, terminal));
    });

  program
    .command('threats')
    .description(
      'the threat model of what the targets describe together: flows, boundaries, threats and what holds them',
    )
    .argument('[target...]', "file, directory, - for standard input, docker-run:'…', podman-run:'…'", [])
    .addOption(new Option('--format <format>', 'how it is written').choices(FORMATS_OF_THREATS).default('text'))
    .option('--output <file>', 'write the result to a file instead of standard output')
    .option('--engine <name@version>', 'engine that starts the containers', repeated, [])
    .option('--host <file>', 'host profile: kernel, sysctls, security modules of the machine it will run on')
    .option('--daemon <file>', 'daemon.json of the Docker daemon that will start it')
    .option('--config <file>', 'configuration file, which may declare assets, entry points and accepted risks')
    .option('--vectors <file>', 'vectors of your own', repeated, [])
    .option('--profile <name>', 'compose profile to take as active', repeated, [])
    .option('--env <NAME=value>', 'variable for interpolation', repeated, [])
    .option('--allow-outside <path>', 'files outside the targets that artifacts may refer to', repeated, [])
    .option('--strict', 'errors in the input make the run fail (exit 2)', false)
    .option('-v, --verbose', 'every flow and every threat, with its vectors', false)
    .action(async (targets: string[], options: Record<string, unknown>) => {
      const { threatsCommand } = await import('./commands/threats.ts');
      exit(await threatsCommand(targets, options as never, terminal));
    });

  const lab = program
    .command('lab')
    .description(
      'the case study on this machine: what each kind of sandbox isolates, by which mechanism, at what price',
    )
    // Of a subcommand are the options that stand behind its name.
    .enablePositionalOptions()
    .option('--runtimes <names>', "with commas between, or one exec:'COMMAND {agent}'; repeatable", repeated, [])
    .option('--profiles <names>', 'default, hardened, privileged, …')
    .option('--vectors <ids>', 'ask about these alone')
    .option('--parts <names>', 'matrix, ablation, leaks, exposure, neighbours, cost')
    .option('--budget <time>', 'what has not been begun by then is left out and named: 60s, 5m')
    .option('--seed <n>', 'of whatever is drawn by lot (default: of the moment)')
    .option('--kernel <file>', 'kernel of the virtual machines')
    .option('--resume <file>', 'keep the run there, and go on with it')
    .option('--config <file>', 'configuration file that adds vectors')
    .addOption(
      new Option('--by <group>', 'group vectors in the table')
        .choices(['mechanism', 'phase', 'goal'])
        .default('mechanism'),
    )
    .addOption(
      new Option('--format <format>', 'how the result is written')
        .choices(['text', 'json', 'csv', 'html'])
        .default('text'),
    )
    .option('--output <file>', 'write the result to a file instead of standard output')
    .option('-v, --verbose', 'every vector: where it is open, and what blocks it', false)
    .action(async (options: Record<string, unknown>) => {
      const { labCommand } = await import('./commands/lab.ts');
      exit(await labCommand(options as never, terminal));
    });
  lab
    .command('diff')
    .description('two results of the lab beside each other: what opened, what closed, which figures changed')
    .argument('<before>', 'JSON of a run')
    .argument('<after>', 'JSON of another')
    .addOption(new Option('--format <format>', 'how the result is written').choices(['text', 'json']).default('text'))
    .option('--output <file>', 'write the result to a file instead of standard output')
    .option('-v, --verbose', 'figures whose intervals overlap, too', false)
    .action(async (before: string, after: string, options: Record<string, unknown>) => {
      const { labDiffCommand } = await import('./commands/lab.ts');
      exit(await labDiffCommand(before, after, options as never, terminal));
    });
  lab
    .command('agreement')
    .description('the model against a kernel: random configurations, each predicted, started and probed')
    .option('--samples <n>', 'configurations a runtime', '200')
    .option('--runtime <names>', 'what starts them: embedded, runc, or both with a comma between', 'embedded')
    .option('--kernel <file>', 'compare with this kernel, in a virtual machine, with the embedded runtime')
    .addOption(new Option('--cgroups <version>', 'control groups there').choices(['v2', 'v1']).default('v2'))
    .option('--no-apparmor', 'without AppArmor there')
    .option('--guided', 'choose configurations at which gates decide that did not before', false)
    .option('--seed <n>', 'the same seed makes the same configurations (default: of the moment)')
    .option('--log <file>', 'keep the run there, and go on with it')
    .option('--shrink <n>', 'how many disagreements to shrink to a smallest configuration', '5')
    .addOption(new Option('--format <format>', 'how the result is written').choices(['text', 'json']).default('text'))
    .option('--output <file>', 'write the result to a file instead of standard output')
    .action(async (options: Record<string, unknown>) => {
      const { labAgreementCommand } = await import('./commands/lab-agreement.ts');
      exit(await labAgreementCommand(options as never, terminal));
    });

  program
    .command('vectors')
    .description('list the catalogue')
    .addOption(new Option('--format <format>').choices(['text', 'json', 'markdown']).default('text'))
    .option('--phase <phase>', 'only of this life-cycle phase')
    .option('--mechanism <mechanism>', 'only of this mechanism')
    .addOption(new Option('--severity <severity>', 'only this severe').choices(SEVERITIES))
    .option('--search <word>', 'only with this word in id, title or reference')
    .option('--config <file>', 'configuration file that adds vectors')
    .option(
      '--vectors <file>',
      'vectors of your own, as YAML, or as JavaScript or TypeScript (which is run)',
      repeated,
      [],
    )
    .option('--test', 'judge the examples of your own vectors', false)
    .action(async (options: Record<string, unknown>) => {
      if (options.test === true) {
        const { testVectorsCommand } = await import('./commands/test-vectors.ts');
        return exit(await testVectorsCommand(options as never, terminal));
      }
      const { vectorsCommand } = await import('./commands/vectors.ts');
      exit(await vectorsCommand(options as never, terminal));
    });

  program
    .command('explain')
    .description('show one vector in full, or a finding of a target with its tree')
    .argument('<id>', 'id of a vector, of a finding, or of a past vulnerability (CVE-…)')
    .argument('[target...]', 'what to judge it on')
    .option('--prove', 'put it to this kernel, too, and show the evidence', false)
    .option('--runtime <name>', 'with --prove: what starts the targets', 'embedded')
    .option('--engine <name@version>', 'engine that starts the containers', repeated, [])
    .option('--host <file>', 'host profile')
    .option('--config <file>', 'configuration file that adds vectors')
    .option(
      '--vectors <file>',
      'vectors of your own, as YAML, or as JavaScript or TypeScript (which is run)',
      repeated,
      [],
    )
    .action(async (id: string, targets: string[], options: Record<string, unknown>) => {
      const { explainCommand } = await import('./commands/explain.ts');
      exit(await explainCommand(id, targets, options as never, terminal));
    });

  return program;
}
