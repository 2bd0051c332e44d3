/**
 * Users that well-known base images bring along. A row holds only what was read in the image's own build files; a
 * number is given where every variant of the image has the same one.
 */
export interface KnownUser {
  readonly user: string;
  readonly uid: number | 'non-root';
  /** Canonical repositories; one that ends with a slash stands for all beneath it. */
  readonly repositories: readonly string[];
  readonly cite: string;
}

export const KNOWN_USERS: readonly KnownUser[] = [
  {
    user: 'node',
    uid: 1000,
    repositories: ['docker.io/library/node'],
    cite: 'nodejs/docker-node Dockerfile-debian.template, Dockerfile-alpine.template (useradd --uid 1000, adduser -u 1000)',
  },
  {
    user: 'nginx',
    uid: 101,
    repositories: ['docker.io/library/nginx'],
    cite: 'nginxinc/docker-nginx Dockerfile-debian.template (useradd --uid 101, the same in all variants)',
  },
  {
    // The build argument UID may be another number in a rebuilt image, but never root's in the published one.
    user: 'nginx',
    uid: 101,
    repositories: ['docker.io/nginxinc/nginx-unprivileged'],
    cite: 'nginxinc/docker-nginx-unprivileged Dockerfile-alpine.template (ARG UID=101)',
  },
  {
    // 999 on Debian, 70 on Alpine.
    user: 'postgres',
    uid: 'non-root',
    repositories: ['docker.io/library/postgres'],
    cite: 'docker-library/postgres Dockerfile-debian.template (useradd --uid=999), Dockerfile-alpine.template (70)',
  },
  {
    // 33 on Debian, 82 on Alpine.
    user: 'www-data',
    uid: 'non-root',
    repositories: ['docker.io/library/php'],
    cite: 'Debian base-passwd passwd.master (33); docker-library/php Alpine variants (adduser -u 82)',
  },
  {
    user: 'www-data',
    uid: 33,
    repositories: ['docker.io/library/debian', 'docker.io/library/ubuntu'],
    cite: 'Debian base-passwd 3.6.1 passwd.master',
  },
  {
    user: 'nobody',
    uid: 65534,
    repositories: ['docker.io/library/debian', 'docker.io/library/ubuntu'],
    cite: 'Debian base-passwd 3.6.1 passwd.master',
  },
  {
    user: 'nobody',
    uid: 65534,
    repositories: ['docker.io/library/alpine'],
    cite: 'alpinelinux/aports main/alpine-baselayout/passwd',
  },
  {
    user: 'nonroot',
    uid: 65532,
    repositories: ['gcr.io/distroless/'],
    cite: 'GoogleContainerTools/distroless common/variables.bzl (NONROOT = 65532)',
  },
  {
    user: 'nobody',
    uid: 65534,
    repositories: ['gcr.io/distroless/'],
    cite: 'GoogleContainerTools/distroless common/variables.bzl (NOBODY = 65534)',
  },
];
