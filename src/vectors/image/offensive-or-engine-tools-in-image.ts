import { someFact } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'offensive-or-engine-tools-in-image',
  title: 'Image brings tools that serve an intruder more than the program',
  mechanism: 'image',
  phase: 'build',
  goal: 'privilege-in-container',
  severity: 'low',
  stride: 'E',
  appliesTo: ['image'],
  routes: [
    [
      someFact({
        family: 'image.instruction.',
        name: ':RUN$',
        value: {
          matches:
            '\\b(?:install|add)\\b[^;&|]{0,2000}\\s(?:nmap|tcpdump|netcat(?:-openbsd|-traditional)?|ncat|socat|gdb|strace|docker\\.io|docker-ce|docker-ce-cli|docker-cli|kubectl|cri-tools|masscan|hydra|john|metasploit-framework|proxychains4?|tshark|wireshark)(?=[\\s;&|=]|$)',
        },
        mechanism: 'image',
        title: 'a network, debugging or engine tool is installed',
      }),
    ],
  ],
  why: 'Whoever gets code to run in the container finds scanner, sniffer, debugger or engine client in place and needs to bring nothing past egress filters or a read-only root.',
  fix: 'Install such tools in a stage that is not shipped, or debug from an ephemeral container with an image of its own.',
  refs: {
    attack: ['T1105', 'T1610'],
    cisDocker: ['4.3'],
    nist800190: ['3.1.2'],
    owaspDocker: ['D04'],
    cwe: ['CWE-1125'],
  },
  examples: [
    {
      dockerfile: 'FROM debian\nRUN apt-get update && apt-get install -y --no-install-recommends nmap curl\n',
      verdict: 'open',
    },
    { dockerfile: 'FROM alpine\nRUN apk add --no-cache docker-cli\n', verdict: 'open' },
    {
      dockerfile: 'FROM debian\nRUN apt-get update && apt-get install -y ca-certificates\n',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
