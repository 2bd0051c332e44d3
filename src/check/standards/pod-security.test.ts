import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MapNode } from '../../readers/document/index.ts';
import { parseDocuments } from '../../readers/document/index.ts';
import type { StandardResult } from '../result.ts';
import { POD_SECURITY } from './pod-security.data.ts';
import { podSecurity, readStandard } from './pod-security.ts';

const CORPUS = 'test/corpus/pod-security';

interface Case {
  readonly level: string;
  readonly version: string;
  readonly side: string;
  readonly file: string;
}

function cases(): Case[] {
  return ['baseline', 'restricted'].flatMap((level) =>
    readdirSync(join(CORPUS, level)).flatMap((version) =>
      ['pass', 'fail'].flatMap((side) =>
        readdirSync(join(CORPUS, level, version, side)).map((file) => ({ level, version, side, file })),
      ),
    ),
  );
}

function judge({ level, version, side, file }: Case): StandardResult {
  const [document] = parseDocuments(readFileSync(join(CORPUS, level, version, side, file), 'utf8'), file);
  if (document === undefined) throw new Error(`${file} is empty`);
  return podSecurity(
    { template: document.root as MapNode, document },
    readStandard(`pss-${level}@${version.slice(1)}`),
  );
}

const failed = (result: StandardResult) =>
  result.items.filter((item) => item.result === 'failed').map((item) => item.id.toLowerCase());

describe('the cases that Kubernetes tests its own admission with', () => {
  test.each(cases().filter((one) => one.side === 'pass'))('$level $version admits $file', (one) => {
    expect(failed(judge(one))).toEqual([]);
  });

  test.each(cases().filter((one) => one.side === 'fail'))(
    '$level $version refuses $file, naming its control',
    (one) => {
      const named = POD_SECURITY.filter((control) => control.id.toLowerCase() === one.file.replace(/\d+\.yaml$/, ''));
      // At restricted level the stricter control speaks for the one that it replaces, as admission itself reports it.
      const acceptable = named
        .flatMap((control) => [control.id, control.replacedBy ?? control.id])
        .map((id) => id.toLowerCase());
      expect(failed(judge(one)).some((id) => acceptable.includes(id))).toBe(true);
    },
  );

  test('there are as many as were copied', () => {
    expect(cases()).toHaveLength(385);
  });
});
