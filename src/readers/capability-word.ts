import { type Capability, parseCapability } from '../kernel/capabilities.ts';

/** A capability as Docker and Podman take it, `ALL` included: any case, with or without `CAP_` (moby oci/caps `NormalizeLegacyCapabilities`). */
export function capabilityWord(text: string): Capability | 'ALL' | undefined {
  return /^\s*(?:cap_)?all\s*$/i.test(text) ? 'ALL' : parseCapability(text);
}
