import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from './config.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cofferdam-config-'));
  mkdirSync(join(folder, 'tree'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string) => writeFileSync(join(folder, 'tree/cofferdam.yaml'), text);
const load = (named?: string) => loadConfig(named, [join(folder, 'tree')], folder);

describe('a configuration that was found, not named', () => {
  test.for([
    { when: 'allows a folder outside', text: 'allow-outside: [/etc]' },
    { when: 'names a host profile outside', text: 'host: ../host.yaml' },
    { when: 'names a daemon.json outside', text: 'daemon: /etc/docker/daemon.json' },
  ])('$when: refused, with what to do', ({ text }) => {
    write(text);
    expect(load).toThrow(expect.objectContaining({ code: 'outside-tree', at: expect.objectContaining({ line: 1 }) }));
  });

  test('leads out through a link: refused', () => {
    symlinkSync('/etc', join(folder, 'tree/inside'));
    write('host: inside/hostname');
    expect(load).toThrow(expect.objectContaining({ code: 'outside-tree' }));
  });

  test('is itself a link: passed over', () => {
    writeFileSync(join(folder, 'elsewhere.yaml'), 'fail-on: low');
    symlinkSync(join(folder, 'elsewhere.yaml'), join(folder, 'tree/cofferdam.yaml'));
    expect(load().failOn).toBeUndefined();
  });

  test('stays in its folder: taken', () => {
    write('host: host.yaml\nfail-on: high\nmin-depth: 2\n');
    expect(load()).toMatchObject({ host: join(folder, 'tree/host.yaml'), failOn: 'high', minDepth: 2 });
  });
});

test('a configuration that is named may point anywhere', () => {
  write('allow-outside: [/etc]');
  expect(load(join(folder, 'tree/cofferdam.yaml')).allowOutside).toEqual(['/etc']);
});

describe('what is not understood', () => {
  test.for([
    { text: 'fail-on: dire', code: 'wrong-type' },
    { text: 'fail_on: high', code: 'unknown-key' },
    { text: 'suppress: [{ vector: x }]', code: 'suppression' },
    { text: 'suppress: [{ vector: x, reason: y, until: soon }]', code: 'suppression' },
    { text: '[', code: 'yaml-syntax' },
  ])('$text is one error with its place', ({ text, code }) => {
    write(text);
    expect(load).toThrow(expect.objectContaining({ code, at: expect.objectContaining({ line: 1 }) }));
  });
});
