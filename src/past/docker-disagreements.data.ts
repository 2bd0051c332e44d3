import type { PastFinding } from '../check/index.ts';

/**
 * Where the gates come out otherwise on Docker's default than the records say, each looked at, with the reason. A test holds the list
 * against the gates: it can neither grow nor become stale without being seen.
 */
export const DOCKER_DISAGREEMENTS: Readonly<
  Record<string, { readonly ours: PastFinding['verdict']; readonly why: string }>
> = {
  'CVE-2014-4699': {
    ours: 'open',
    why: 'The record counts on a kernel older than 4.8, for which the profile refuses ptrace. Where no host is described the gates judge kernels in use now, for which it is allowed; with `kernel: 3.13` they agree.',
  },
  'CVE-2015-3214': {
    ours: 'not-applicable',
    why: 'The record says that no virtual machine is handed to a container. To the gates a flaw of QEMU is no question for a container without one.',
  },
  'CVE-2020-13401': {
    ours: 'open',
    why: 'The record credits the release of Docker that closed it. Here a release counts as a version, not as a gate: with `--engine docker@28` the entry is not applicable.',
  },
  'CVE-2021-21284': {
    ours: 'not-applicable',
    why: 'The attacker is a user of the host; the record weighs only that user namespaces are not remapped by default.',
  },
  'CVE-2023-25809': {
    ours: 'not-applicable',
    why: 'A flaw of rootless runc; to the gates no question where the engine is not rootless.',
  },
  'CVE-2023-28642': {
    ours: 'blocked',
    why: 'The record asks for a hostile image and for chosen options. Nobody in the container chooses options of containers, and partly says only that the image alone does not suffice.',
  },
  'CVE-2025-52565': {
    ours: 'blocked',
    why: 'It needs a terminal, and `docker run` without `-t` gives none; the record leaves that to the user.',
  },
};
