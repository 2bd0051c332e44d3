import type { Node } from '../document/index.ts';
import { publishedFacts } from '../port-syntax.ts';
import { entryOf, type Stating } from '../stating.ts';

/** `{ "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] }`. An empty address is every address, an empty port one that the engine picks. */
export function statePorts(stating: Stating, node: Node, text: string): void {
  if (node.kind !== 'map') return;
  for (const [port, entry] of node.entries) {
    const protocol = /\/([a-z]+)$/.exec(port)?.[1] ?? 'tcp';
    for (const binding of entry.value.kind === 'list' ? entry.value.items : []) {
      const [address, hostPort] = ['HostIp', 'HostPort'].map((key) => {
        const value = entryOf(binding, key)?.value;
        return value?.kind === 'scalar' ? value.text : '';
      });
      const facts = publishedFacts({ ip: address ?? '', host: hostPort ?? '', protocol });
      const site = { start: entry.keyStart, end: entry.keyEnd };
      stating.state(site, `${text}: ${address || '0.0.0.0'}:${hostPort || '0'}/${protocol}`, facts);
    }
  }
}
