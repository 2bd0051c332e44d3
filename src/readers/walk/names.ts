/** What a name alone says of a file: whether it is worth opening, and whether it claims to be an artifact. */

/** Kept by tools, never written by the user whose configuration is judged. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules', 'vendor']);

const DOCKERFILE = /^(Dockerfile|Containerfile)([._-].*)?$|\.(Dockerfile|Containerfile)$/i;
const NO_DOCKERFILE = /\.(dockerignore|containerignore|md|txt|j2|tmpl|tpl|erb|bak|orig|swp)$/i;

export function isDockerfileName(name: string): boolean {
  return DOCKERFILE.test(name) && !NO_DOCKERFILE.test(name);
}

const COMPOSE = /compose[^/]*\.ya?ml$/i;

export function isComposeName(name: string): boolean {
  return COMPOSE.test(name);
}

/** compose-go cli/options.go `DefaultFileNames` and `DefaultOverrideFileNames`. */
export const COMPOSE_BASES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
export const COMPOSE_OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

const KUSTOMIZATION = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

export function isKustomizationName(name: string): boolean {
  return KUSTOMIZATION.has(name);
}

const CANDIDATE = /\.(ya?ml|json|sh|bash|ksh|zsh)$/i;
const TOML = /^(containers\.conf|storage\.conf|registries\.conf|config\.toml|crio\.conf)$/;

export function isCandidate(name: string): boolean {
  return (
    CANDIDATE.test(name) || isDockerfileName(name) || KUSTOMIZATION.has(name) || TOML.test(name) || isBareName(name)
  );
}

/** A name without an extension, of which only the first bytes tell whether it is a script. */
export function isBareName(name: string): boolean {
  return !name.includes('.') && !isDockerfileName(name) && !KUSTOMIZATION.has(name);
}

export function isEngineToml(name: string): boolean {
  return TOML.test(name);
}

/** Something the user would miss if it were passed over in silence. */
export function claimsArtifact(name: string): boolean {
  return (
    isDockerfileName(name) ||
    isComposeName(name) ||
    KUSTOMIZATION.has(name) ||
    name === 'daemon.json' ||
    /\.ya?ml$/i.test(name)
  );
}
