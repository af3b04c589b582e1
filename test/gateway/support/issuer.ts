import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';

export interface Issuer extends AsyncDisposable {
  /** The gateway's configuration that makes it trust this issuer. */
  readonly env: Record<string, string>;
  /** How often the keys were asked for. */
  readonly asked: () => number;
  /** A token of a viewer; claims and header fields replace the usual ones, undefined ones leave them out. */
  token(claims?: Record<string, unknown>, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

const issuerName = 'https://issuer.test';
const audience = 'supergraph-test';

/** Somebody who signs tokens and publishes the keys, on a port of its own. */
export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'EdDSA' }] });
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(keys);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    env: {
      JWKS_URL: `http://127.0.0.1:${port}/jwks.json`,
      JWT_ISSUER: issuerName,
      JWT_AUDIENCE: audience,
    },
    asked: () => asked,
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({
        iss: issuerName,
        aud: audience,
        sub: 'ada',
        sid: 'session-1',
        iat: now,
        exp: now + 900,
        ...claims,
      })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1', typ: 'at+jwt', ...header })
        .sign(privateKey);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
