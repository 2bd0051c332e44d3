/**
 * What a credential looks like where it stands in clear: one expression for names, two for values. Each is anchored or
 * bounded, so that its time is linear in the text.
 */

/**
 * Names of variables that hold a credential, in capitals or not. Words that only speak of one end the match: a file or
 * address where it lies, its length, its lifetime, the public half of a key. `TOKENS` counts words, not credentials.
 */
export const SECRET_NAME =
  '^(?!.*(?:PUBLIC|[Pp]ublic|ALLOW_EMPTY|TOKENIZER|tokenizer))' +
  '(?!.*(?:FILE|PATH|DIR|NAME|URL|URI|HOST|PORT|ENDPOINT|_ID|TTL|LENGTH|LEN|SIZE|TYPE|HEADER|POLICY|ENABLED?|DISABLED?|REQUIRED|' +
  'ALGORITHM|ISSUER|AUDIENCE|VERSION|PROVIDER|PREFIX|FORMAT|TIMEOUT|INTERVAL|LIMIT|COUNT|SECONDS|MINUTES|HOURS|DAYS|LIFETIME|' +
  'EXPIRY|EXPIRATION|EXPIRES?(?:_IN|_AT)?|ROTATION|MIN|MAX|RESET|[Ff]ile|[Pp]ath|_name|_url|_id|_ttl|_type)$)' +
  '.*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIALS?|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|AUTH_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|MASTER_?KEY|' +
  '[Pp]assword|passwd|[Pp]assphrase|[Ss]ecret|[Cc]redentials?|[Pp]rivate_?[Kk]ey|[Aa]pi_?[Kk]ey|[Aa]ccess_?[Kk]ey|' +
  '(?:^|_)(?:TOKEN|token|PASS|pass|PWD|pwd)(?![A-Za-z]))(?<!^PWD|^OLDPWD|^OLD_PWD)';

/**
 * A value that is the credential itself: not empty, no switch, no reference (of a shell, a template, a secret store), no
 * path. Placeholders such as `changeme` count: whoever forgets to change one has published it.
 */
export const LITERAL_VALUE =
  '^(?!\\s*$)(?!(?:true|false|yes|no|on|off|none|null|undefined|[Tt]rue|[Ff]alse|0|1)$)' +
  '(?!(?:file|vault|op|arn|ssm|sm|gsm|akv|secretref|ref\\+\\w{1,20}):)(?!\\.{0,2}(?:/[\\w.-]{1,64}){2,16}$)(?!\\.{0,2}/[\\w-]{1,64}\\.\\w{1,8}$)(?!.*(?:\\$\\{|\\$\\(|\\{\\{|%\\())(?!<)(?!\\$\\w)';

/** Forms that issuers gave their credentials so that they can be found, and an address with a password in it. */
const FORMS =
  '-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----|gh[opsru]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|glpat-[\\w-]{20}|xox[abeprs]-[\\w-]{10}|' +
  '[rs]k_live_[A-Za-z0-9]{16}|AIza[\\w-]{35}|npm_[A-Za-z0-9]{36}|pypi-AgEI[\\w-]{16}|dckr_pat_[\\w-]{20}|hvs\\.[\\w-]{20}|sk-(?:ant|proj)-[\\w-]{20}';
const ADDRESS = '[a-z][a-z0-9+.-]{1,20}://[\\w.%+-]{0,64}:(?!\\*+@|x+@)[^\\s/:@$<{%\'"]{1,100}@[\\w.[]';

/** The value of a variable. */
export const SELF_TELLING = `${FORMS}|^${ADDRESS}`;
/** Somewhere in a line. */
export const SELF_TELLING_INLINE = `${FORMS}|\\b${ADDRESS}`;
