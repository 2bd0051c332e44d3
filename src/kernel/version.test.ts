import { expect, test } from 'vitest';
import { compareKernelVersions, formatKernelVersion, kernelAtLeast, parseKernelVersion } from './version.ts';

test.for([
  ['6.1.0-23-cloud-amd64', { major: 6, minor: 1, patch: 0 }],
  ['4.8', { major: 4, minor: 8, patch: 0 }],
  ['5.15.167.4-microsoft-standard-WSL2', { major: 5, minor: 15, patch: 167 }],
  ['3.10.0-1160.el7.x86_64', { major: 3, minor: 10, patch: 0 }],
  ['6.19-rc1', { major: 6, minor: 19, patch: 0 }],
  ['linux', undefined],
  ['6', undefined],
  ['', undefined],
] as const)('%s is read', ([text, version]) => {
  expect(parseKernelVersion(text)).toEqual(version);
});

test('releases are ordered by number, not by text', () => {
  const sorted = ['4.19.3', '6.1', '4.8', '4.19', '10.0'].flatMap((text) => parseKernelVersion(text) ?? []);
  expect(sorted.sort(compareKernelVersions).map(formatKernelVersion)).toEqual(['4.8', '4.19', '4.19.3', '6.1', '10.0']);
  expect(kernelAtLeast({ major: 4, minor: 8, patch: 0 }, { major: 4, minor: 8, patch: 0 })).toBe(true);
  expect(kernelAtLeast({ major: 4, minor: 7, patch: 99 }, { major: 4, minor: 8, patch: 0 })).toBe(false);
});
