import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';

export interface Issuer extends AsyncDisposable {
  /** The gateway's configuration that makes it trust this issuer. */
  readonly env: Record<string, string>;
  /** How often the keys were asked for. */
  readonly asked: () => number;
  /** A token of a viewer; claims and header fields replace the usual ones, undefined ones leave them out. */
  token(claims?: Record<string, unknown>, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Signs these bytes as the payload of a token. */
  signed(payload: string, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** The public key that is published first. */
  readonly publicKey: JWK;
  /** Makes a key, which is not published yet; tokens that name it are signed with it. */
  addKey(kid: string): Promise<void>;
  /** Publishes these keys from now on; undefined: fails. */
  publish(kids: readonly string[] | undefined): void;
}

const issuerName = 'https://issuer.test';
const audience = 'supergraph-test';

/** Somebody who signs tokens and publishes the keys, on a port of its own. */
export async function startIssuer(): Promise<Issuer> {
  const firstKid = 'key-1';
  const keys = new Map<string, { jwk: JWK; privateKey: CryptoKey }>();
  const addKey = async (kid: string) => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA');
    const key = { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' }, privateKey };
    keys.set(kid, key);
    return key;
  };
  const first = await addKey(firstKid);
  let published: readonly string[] | undefined = [firstKid];
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (published === undefined) response.statusCode = 500;
    const body = { keys: (published ?? []).map((kid) => keys.get(kid)?.jwk) };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const signed: Issuer['signed'] = (payload, header = {}) => {
    const protectedHeader = { alg: 'EdDSA', kid: firstKid, typ: 'at+jwt', ...header };
    const { privateKey } = keys.get(protectedHeader.kid) ?? first;
    return new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader(protectedHeader)
      .sign(privateKey);
  };

  return {
    env: {
      JWKS_URL: `http://127.0.0.1:${port}/jwks.json`,
      JWT_ISSUER: issuerName,
      JWT_AUDIENCE: audience,
    },
    asked: () => asked,
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1_000);
      const payload = {
        iss: issuerName,
        aud: audience,
        sub: 'ada',
        sid: 'session-1',
        iat: now,
        exp: now + 900,
        ...claims,
      };
      return signed(JSON.stringify(payload), header);
    },
    signed,
    publicKey: first.jwk,
    async addKey(kid) {
      await addKey(kid);
    },
    publish(kids) {
      published = kids;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
