import { definePage } from '../command-page.ts';

export const cacheServePage = definePage({
  name: 'cache serve',
  usage: ['--dir DIR [--listen HOST:PORT] [--http HOST:PORT] [OPTION…]'],
  about: [
    'Shares a cache with a team: over gRPC (Remote Execution API v2, as recomp and Bazel speak it), and over HTTP (Bazel’s HTTP cache) where --http names an address. It stays in the foreground; SIGTERM ends it when what is under way is done, SIGHUP reads tokens and certificates again. docs/cache-server.md has a systemd unit and all the rest.',
    'Tokens: one a line in a file, followed by the instances that it is for (`main`, `pr/*`; none: all); or in $RECOMP_SERVE_READ_TOKENS and $RECOMP_SERVE_WRITE_TOKENS, separated by commas. Who may write may read as well. Without tokens, only an address of this machine itself is served, unless --anonymous says otherwise.',
  ],
  options: [
    {
      name: 'dir',
      value: 'DIR',
      text: 'Where to keep it; made if need be, and no other process may use it.',
    },
    { name: 'listen', value: 'HOST:PORT', text: 'For gRPC. Default: 127.0.0.1:9092. Port 0: any.' },
    { name: 'http', value: 'HOST:PORT', text: 'For HTTP: /cas, /ac, /healthz, /metrics. Default: none.' },
    {
      name: 'max-size',
      value: 'SIZE',
      text: 'Room to take: 20GB, 512MiB. What was used longest ago makes room. Default: 20GB.',
    },
    { name: 'max-blob', value: 'SIZE', text: 'The largest blob taken. Default: 4GiB.' },
    { name: 'read-tokens', value: 'FILE', text: 'Tokens of those who may read.' },
    { name: 'write-tokens', value: 'FILE', text: 'Tokens of those who may read and write.' },
    {
      name: 'anonymous',
      value: 'WHAT',
      words: ['none', 'read', 'write'],
      text: 'What may be done without a token: none, read or write.',
    },
    {
      name: 'replace-results',
      text: 'Take a different result for an action that has one. Else the first one stays.',
    },
    {
      name: 'tls-cert',
      value: 'FILE',
      text: 'Certificate chain (PEM), with --tls-key: everything is encrypted.',
    },
    { name: 'tls-key', value: 'FILE', text: 'Its private key (PEM).' },
    {
      name: 'tls-client-ca',
      value: 'FILE',
      text: 'Clients must show a certificate that one of these (PEM) has signed.',
    },
    { name: 'max-connections', value: 'N', text: 'At once, for gRPC and for HTTP. Default: 256.' },
  ],
  examples: [
    ['recomp cache serve --dir /tmp/shared', 'for this machine only'],
    [
      'recomp cache serve --dir /var/cache/recomp --listen 0.0.0.0:9092 --write-tokens /etc/recomp/tokens',
      'for a team',
    ],
  ],
  completes: 'files',
});
