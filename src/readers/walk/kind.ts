import { basename } from 'node:path';
import { isComposeName, isDockerfileName, isEngineToml, isKustomizationName } from './names.ts';

/** What a file is, told by its content; the name decides only where the content cannot (Dockerfiles, daemon.json). */
export type FileKind =
  | 'dockerfile'
  | 'compose'
  | 'shell'
  | 'kubernetes'
  | 'oci'
  | 'inspect'
  | 'daemon'
  | 'host-profile'
  | 'posture'
  | 'kustomization'
  | 'helm-template'
  | 'engine-toml';

/** Cheap on purpose: some searches in the text, no parsing. `named`: the user gave this very file. */
export function kindOf(path: string, content: string, named: boolean): FileKind | undefined {
  const name = basename(path);
  const text = content.startsWith('\uFEFF') ? content.slice(1) : content;
  if (isDockerfileName(name)) return 'dockerfile';
  if (isEngineToml(name)) return ENGINE_TOML.test(text) ? 'engine-toml' : undefined;
  if (/^\s*\{\s*"schema"\s*:\s*"cofferdam\.posture\//.test(text)) return 'posture';
  if (text.startsWith('#!')) return shellKind(text);
  if (isKustomizationName(name) || /^apiVersion\s*:\s*["']?kustomize\.config\.k8s\.io\//m.test(text))
    return 'kustomization';
  const structured = /^\s*[{[]/.test(text) ? jsonKind(name, text) : yamlKind(name, text);
  if (structured !== undefined) return structured;
  if (/\.(sh|bash|ksh|zsh)$/i.test(name)) return shellKind(text);
  return named ? namedKind(text) : undefined;
}

/** containerd, containers.conf and its like, CRI-O: many other programs have a config.toml as well. */
const ENGINE_TOML = /io\.containerd\.|^\[(containers|engine|crio|storage)[.\]]/m;

function shellKind(text: string): FileKind | undefined {
  return /\b(docker|podman|nerdctl)\b/.test(text) && /\b(run|create)\b/.test(text) ? 'shell' : undefined;
}

const DAEMON_KEY =
  /^\s*\{\s*"(authorization-plugins|data-root|default-cgroupns-mode|default-runtime|default-ulimits|exec-opts|icc|insecure-registries|live-restore|log-driver|no-new-privileges|registry-mirrors|seccomp-profile|selinux-enabled|storage-driver|tlsverify|userland-proxy|userns-remap)"\s*:/;

function jsonKind(name: string, text: string): FileKind | undefined {
  if (name === 'daemon.json') return 'daemon';
  if (/"HostConfig"\s*:\s*\{/.test(text) && /"Config"\s*:\s*\{/.test(text)) return 'inspect';
  if (/"RootFS"\s*:/.test(text) && /"RepoTags"\s*:/.test(text)) return 'inspect';
  // The state of a running container (`runc state`) has the version too, but no root.
  if (/"ociVersion"\s*:/.test(text) && /"(root|process|linux)"\s*:\s*\{/.test(text)) return 'oci';
  if (/["']?kind["']?\s*:\s*["']?HostProfile\b/.test(text)) return 'host-profile';
  if (/"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text)) return clusterKind(text);
  if (
    /["']?services["']?\s*:\s*\{/.test(text) &&
    (isComposeName(name) || /compose[^/]*\.json$/i.test(name) || looksLikeServices(text))
  )
    return 'compose';
  return DAEMON_KEY.test(text) ? 'daemon' : undefined;
}

function yamlKind(name: string, text: string): FileKind | undefined {
  if (/^kind[ \t]*:[ \t]*["']?HostProfile\b/m.test(text)) return 'host-profile';
  if (/^(- )?["']?apiVersion["']?[ \t]*:/m.test(text) && /^(- | {2})?["']?kind["']?[ \t]*:/m.test(text)) {
    return text.includes('{{') ? 'helm-template' : clusterKind(text);
  }
  const services = /^["']?services["']?[ \t]*:([ \t]*$|[ \t]*\{|[ \t]*[#&!])/m.test(text);
  if (
    isComposeName(name) &&
    (services ||
      /^["']?(services|include|x-[\w.-]+|volumes|networks|configs|secrets|name|version)["']?[ \t]*:/m.test(text))
  )
    return 'compose';
  return services && looksLikeServices(text) ? 'compose' : undefined;
}

/** Other formats have a top-level `services` as well (CI files, frameworks): a service of compose runs or builds an image. */
function looksLikeServices(text: string): boolean {
  return (
    /^[ \t]+["']?(image|build)["']?[ \t]*:|[{,][ \t]*["']?(image|build)["']?[ \t]*:/m.test(text) &&
    !/^(stages|jobs|pipelines|apiVersion)[ \t]*:/m.test(text)
  );
}

function clusterKind(text: string): FileKind {
  return /(^|[{,])[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?KubeletConfiguration\b/m.test(text) &&
    !/(^|[{,])[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?(ConfigMap|List)\b/m.test(text)
    ? 'daemon'
    : 'kubernetes';
}

function namedKind(text: string): FileKind | undefined {
  return /^(FROM|ARG)\s/i.test(firstInstruction(text)) ? 'dockerfile' : shellKind(text);
}

/** The first line that is neither empty nor a comment. By hand: a repeated group over many lines overflows the stack of the expression. */
function firstInstruction(text: string): string {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).trim();
    if (line !== '' && !line.startsWith('#')) return line;
    if (end < 0) break;
    at = end + 1;
  }
  return '';
}
