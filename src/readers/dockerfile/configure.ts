import { Unknown, type Value } from '../../posture/index.ts';
import type { Facts, StageState } from './build-state.ts';
import { expand } from './expand.ts';
import { resolvePath } from './paths.ts';
import type { Instruction } from './scan.ts';
import { argDeclarations, argOverride } from './stages.ts';
import { isSpace, jsonList, splitWords } from './words.ts';

/** Instructions that write the configuration of the image: environment, user, command, ports. */
export type Handler = (state: StageState, instruction: Instruction) => Facts;

/** A list that would only grow over a hostile file: each instruction states the whole of it. */
const MAX_LIST = 1000;

export function env(state: StageState, instruction: Instruction): Facts {
  const facts: Facts = {};
  const pairs = keyValues(state, instruction);
  // All pairs of one instruction see the environment before it.
  const values = pairs.map(({ name, value }) => ({ name, value: evaluate(state, value) }));
  for (const { name, value } of values) {
    if (name === '') continue;
    state.variables.set(name, value);
    facts[`image.env.${name}`] = value;
  }
  return facts;
}

export function label(state: StageState, instruction: Instruction): Facts {
  const facts: Facts = {};
  for (const { name, value } of keyValues(state, instruction)) {
    const key = evaluate(state, name);
    if (typeof key === 'string' && key !== '') facts[`image.label.${key}`] = evaluate(state, value);
  }
  return facts;
}

export function arg(state: StageState, instruction: Instruction): Facts {
  const facts: Facts = {};
  for (const { name, value: text } of argDeclarations(instruction, state.build.escape)) {
    // BuildKit refuses a declaration without a name; the other ones of the line still count.
    if (name === '') continue;
    const given = argOverride(state.build.args, name);
    const value = given ?? (text === undefined ? state.inheritedArg(name) : evaluate(state, text));
    if (value !== undefined || !state.variables.has(name)) state.variables.set(name, value);
    facts[`image.arg.${name}`] = value ?? new Unknown(state.scope.whyUnset(name));
  }
  return facts;
}

export function user(state: StageState, instruction: Instruction): Facts {
  const value = evaluate(state, instruction.rest);
  const facts: Facts = { 'request.user': value };
  state.users.push({ facts, user: value });
  return facts;
}

export function workdir(state: StageState, instruction: Instruction): Facts {
  const path = evaluate(state, instruction.rest);
  state.cwd = path instanceof Unknown ? path : resolvePath(state.cwd, path);
  return { 'process.cwd': state.cwd };
}

export function expose(state: StageState, instruction: Instruction): Facts {
  for (const word of splitWords(instruction.rest, state.build.escape)) {
    const value = evaluate(state, word);
    if (value instanceof Unknown) return { 'image.exposed-ports': value };
    for (const port of value.split(/\s/).filter((part) => part !== '')) {
      state.ports.add(port.includes('/') ? port.toLowerCase() : `${port}/tcp`);
    }
  }
  return { 'image.exposed-ports': listed(state.ports) };
}

export function volume(state: StageState, instruction: Instruction): Facts {
  for (const word of listOf(state, instruction)) {
    const value = evaluate(state, word);
    if (value instanceof Unknown) return { 'image.volumes': value };
    state.volumes.add(value);
  }
  return { 'image.volumes': listed(state.volumes) };
}

export function shell(state: StageState, instruction: Instruction): Facts {
  const list = jsonList(instruction.rest);
  if (Array.isArray(list)) state.shell = list as readonly string[];
  else {
    state.build.problems.report(
      'shell-form',
      'SHELL needs a JSON list of strings',
      'write SHELL ["/bin/sh", "-c"]',
      instruction.place,
    );
    state.shell = new Unknown('SHELL is not a JSON list');
  }
  return {};
}

export function cmd(state: StageState, instruction: Instruction): Facts {
  state.cmd = commandLine(state, instruction);
  state.cmdInStage = true;
  return { 'process.argv': argv(state) };
}

export function entrypoint(state: StageState, instruction: Instruction): Facts {
  state.entrypoint = commandLine(state, instruction);
  if (!state.cmdInStage) state.cmd = [];
  return { 'process.argv': argv(state) };
}

export function healthcheck(state: StageState, instruction: Instruction): Facts {
  const kind = splitWords(instruction.rest, state.build.escape)[0]?.toUpperCase();
  if (kind === 'NONE' || kind === 'CMD') return { 'image.healthcheck': kind === 'CMD' };
  state.build.problems.report(
    'healthcheck-form',
    'HEALTHCHECK needs CMD or NONE',
    'write HEALTHCHECK CMD command',
    instruction.place,
  );
  return { 'image.healthcheck': new Unknown('HEALTHCHECK is neither CMD nor NONE') };
}

function argv(state: StageState): Value<readonly string[]> {
  if (state.entrypoint instanceof Unknown) return state.entrypoint;
  return state.cmd instanceof Unknown ? state.cmd : [...state.entrypoint, ...state.cmd];
}

/** The list form as it is, the shell form behind the shell. Variables are left to the shell of the container. */
function commandLine(state: StageState, instruction: Instruction): Value<readonly string[]> {
  const list = jsonList(instruction.rest);
  if (list === 'mixed') return mixed(state, instruction);
  if (list !== undefined) return list;
  return state.shell instanceof Unknown ? state.shell : [...state.shell, instruction.rest];
}

function mixed(state: StageState, instruction: Instruction): Unknown {
  state.build.problems.report(
    'json-form',
    `${instruction.name} has a list of other things than strings`,
    'put each item in double quotes',
    instruction.place,
  );
  return new Unknown('its list holds other things than strings');
}

/** Words, or the strings of a JSON list. */
export function listOf(state: StageState, instruction: Instruction): readonly string[] {
  const list = jsonList(instruction.rest);
  if (list === 'mixed') {
    mixed(state, instruction);
    return [];
  }
  return list ?? splitWords(instruction.rest, state.build.escape);
}

export const evaluate = (state: StageState, word: string): Value<string> =>
  expand(word, state.scope, state.build.escape);

function listed(items: ReadonlySet<string>): Value<readonly string[]> {
  return items.size > MAX_LIST ? new Unknown(`there are more than ${MAX_LIST}`) : [...items];
}

/** `A=1 B=2`, or the old form `A 1`, which ends with the line. */
function keyValues(state: StageState, instruction: Instruction): { name: string; value: string }[] {
  const { rest } = instruction;
  const words = splitWords(rest, state.build.escape);
  const pairs: { name: string; value: string }[] = [];
  if (words[0] !== undefined && !words[0].includes('=')) {
    const space = [...rest.slice(0, words[0].length + 1)].findIndex(isSpace);
    if (space > 0) return [{ name: rest.slice(0, space), value: rest.slice(space).trim() }];
  }
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) pairs.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
    else {
      const message = `${instruction.name} has \`${word.slice(0, 40)}\` without a value`;
      state.build.problems.report(
        'key-value-form',
        message,
        'write NAME=value, quoted where it holds spaces',
        instruction.place,
      );
    }
  }
  return pairs;
}
