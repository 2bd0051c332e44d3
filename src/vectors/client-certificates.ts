import { all, any, fact } from '../model/words.ts';

/** dockerd (daemon/command/daemon.go, newAPIServerTLSConfig()): `tls` asks for client certificates unless `tlsverify` is false. */
export const asksForNoCertificate = any(
  'no client certificate is asked for',
  fact('daemon.tlsverify', { is: false }, 'daemon', {
    absent: 'closed',
    set: true,
    title: 'certificates of clients are not verified',
  }),
  all(
    'without TLS',
    fact('daemon.tlsverify', { notIn: [true, false] }, 'daemon', {
      absent: 'passes',
      set: true,
      title: 'tlsverify is not stated',
    }),
    fact('daemon.tls', { isNot: true }, 'daemon', { absent: 'passes', title: 'tls is not on' }),
  ),
);
