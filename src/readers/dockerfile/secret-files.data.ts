/**
 * Names of files that hold credentials, as tools write them. A name is evidence, not proof: the fact says that the
 * file looks like a secret. Certificates alone (`*.crt`, `*.cer`) are public and not listed.
 */
export const SECRET_FILES: readonly RegExp[] = [
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^\.env(\.(?!example$|sample$|template$|dist$|defaults?$)[\w.-]{1,40})?$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk)$/,
  /^\.(npmrc|pypirc|netrc|git-credentials|pgpass|my\.cnf|htpasswd|dockercfg|vault-token|terraformrc)$/,
  /^(kubeconfig|credentials|credentials\.json|secrets?\.(ya?ml|json|env|txt)|service-account[\w.-]{0,40}\.json)$/,
];

/** Names among them that are public by custom: certificates in a PEM file. */
export const PUBLIC_FILES: readonly RegExp[] = [
  /^(ca|cert|chain|fullchain|root|intermediate|public|dhparams?)[\w-]{0,40}\.pem$/,
  /^(known_hosts|authorized_keys)$|\.pub$/,
];

/** Folders whose files are secrets whatever their name. */
export const SECRET_FOLDERS: readonly string[] = ['.ssh', '.aws', '.gnupg', '.kube', '.azure'];

/** Files known by folder and name. */
export const SECRET_PATHS: readonly RegExp[] = [/(^|\/)\.docker\/config\.json$/];
