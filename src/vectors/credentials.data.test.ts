import { describe, expect, test } from 'vitest';
import { LITERAL_VALUE, SECRET_NAME, SELF_TELLING, SELF_TELLING_INLINE } from './credentials.data.ts';

const matches = (pattern: string, text: string): boolean => new RegExp(pattern).test(text);

describe('names of credentials', () => {
  test.each([
    'PASSWORD',
    'PGPASSWORD',
    'DB_PWD',
    'RABBITMQ_DEFAULT_PASS',
    'SECRET_KEY_BASE',
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'OPENAI_API_KEY',
    'dbPassword',
    'client_secret',
  ])('%s holds one', (name) => expect(matches(SECRET_NAME, name)).toBe(true));

  test.each([
    'PWD',
    'OLDPWD',
    'POSTGRES_PASSWORD_FILE',
    'JWT_PUBLIC_KEY',
    'AWS_ACCESS_KEY_ID',
    'MAX_TOKENS',
    'TOKENIZERS_PARALLELISM',
    'TOKEN_TTL',
    'PASSWORD_MIN_LENGTH',
    'MYSQL_ALLOW_EMPTY_PASSWORD',
    'COMPASS',
    'PASSENGER_APP_ENV',
    'AUTH_TOKEN_URL',
    'SECRET_NAME',
  ])('%s speaks of one at most', (name) => expect(matches(SECRET_NAME, name)).toBe(false));
});

describe('values', () => {
  test.each(['changeme', 'hunter2', '123456', 'abc/def+==', 'p$ss'])('%j is the credential itself', (value) =>
    expect(matches(LITERAL_VALUE, value)).toBe(true),
  );

  test.each([
    '',
    '  ',
    'true',
    '${DB_PASSWORD}',
    '$DB_PASSWORD',
    '{{ .Values.password }}',
    '<secret>',
    '/run/secrets/db',
    './key.json',
    'vault:secret/data/db',
    'arn:aws:secretsmanager:eu-west-1:1:secret:x',
  ])('%j stands for none or for one elsewhere', (value) => expect(matches(LITERAL_VALUE, value)).toBe(false));
});

describe('forms that tell themselves', () => {
  test.each([
    ['postgres://app:s3cret@db/app', true],
    ['redis://:pw@cache:6379', true],
    [`ghp_${'a'.repeat(36)}`, true],
    ['-----BEGIN RSA PRIVATE KEY-----', true],
    ['-----BEGIN PUBLIC KEY-----', false],
    ['postgres://app:${PASSWORD}@db/app', false],
    ['postgres://app:$PASSWORD@db/app', false],
    ['https://user:****@example.org', false],
    ['http://host:8080/a@b', false],
    ['ssh://git@example.org', false],
  ])('%j: %j', (value, expected) => {
    expect(matches(SELF_TELLING, value)).toBe(expected);
    expect(matches(SELF_TELLING_INLINE, `RUN fetch ${value} --now`)).toBe(expected);
  });
});

test.each(['a', 'PASSWORD', 'a://', '-----BEGIN ', '_PWD', '/a', 'x:x@'])(
  'time is linear in the text: %j many times',
  (part) => {
    const time = (count: number): number => {
      const text = `${part.repeat(count)}!`;
      const start = performance.now();
      for (const pattern of [SECRET_NAME, LITERAL_VALUE, SELF_TELLING, SELF_TELLING_INLINE]) matches(pattern, text);
      return performance.now() - start;
    };
    time(1_000);
    // Quadratic time would be seconds here.
    expect(time(50_000)).toBeLessThan(1_000);
  },
);
