import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { createHmac, type Hmac } from './hmac.ts';
import type { Viewer } from './viewer.ts';

/**
 * Calls from the gateway to subgraphs are signed, because a subgraph answers `_entities` and trusts the viewer it is
 * told: whoever reaches its port could otherwise read as anybody. The signature covers the subgraph it is for, the time, a nonce,
 * the viewer, the client's address and the body, so none of them can be replaced, and what the body is, so that an envelope can't
 * be passed off as a call. By the nonce a subgraph knows a call that it was sent before.
 */

/** What is signed: a call on behalf of a viewer, or an envelope, in which every member has its own (platform/envelope.ts). */
export type SignedKind = 'call' | 'envelope';

const versions = { call: 'v3', envelope: 'envelope-v3' } as const satisfies Record<SignedKind, string>;

/**
 * What gateways of the release before sign, for no subgraph in particular. Accepted, so that they are answered until each of them
 * is replaced. Nobody can make one of these out of a signature of now; this goes with the release after this one.
 */
const formerVersions = { call: 'v2', envelope: 'envelope-v2' } as const satisfies Record<SignedKind, string>;

/** A signature older or younger than this is refused; it bounds replay and tolerates clocks that differ a little. */
export const signatureWindowMs = 30_000;

const viewerHeader = 'x-viewer';
const addressHeader = 'x-client-address';
const signatureHeader = 'x-signature';

/** The first secret signs, all of them verify: that is how a secret is rotated. */
export type Secrets = readonly [string, ...string[]];

const viewerShape = z.object({ subject: z.string().min(1), sessionId: z.string().min(1).optional() });

/** What is signed besides the body, as it is sent. */
interface SignedText {
  readonly version: string;
  /** undefined: of a former version. */
  readonly audience: string | undefined;
  readonly time: string;
  readonly nonce: string;
  readonly viewer: string;
  readonly address: string;
}

function signature(secret: string, text: SignedText, body: string | Buffer): string {
  const { version, audience, time, nonce, viewer, address } = text;
  // What may hold anything is preceded by its length: no two different calls sign the same bytes.
  const addressed = audience === undefined ? version : `${version}\n${audience.length}\n${audience}`;
  return hmacOf(secret)(
    `${addressed}\n${time}\n${nonce}\n${viewer.length}\n${viewer}\n${address.length}\n${address}\n`,
    body,
  );
}

/** By secret, of which there are few. */
const hmacs = new Map<string, Hmac>();

function hmacOf(secret: string): Hmac {
  const known = hmacs.get(secret);
  if (known !== undefined) return known;
  const hmac = createHmac(secret);
  hmacs.set(secret, hmac);
  return hmac;
}

/** No other process has it: with a count behind it nothing is signed twice. Nobody gains by guessing what is signed next. */
const processName = randomBytes(12).toString('hex');
let calls = 0;

/**
 * The headers that prove to a subgraph that the gateway sent this body on behalf of this viewer (null: of nobody), once: to
 * send it again, sign it again.
 */
export function signCall(call: {
  secrets: Secrets;
  /** The name of the subgraph, as the supergraph has it: no other one accepts the call. */
  audience: string;
  viewer: Viewer | null;
  /** Of the client who caused the call, where the subgraph may need it. */
  clientAddress?: string | undefined;
  body: string | Buffer;
  now: number;
  kind?: SignedKind;
}): Record<string, string> {
  const version = versions[call.kind ?? 'call'];
  const viewer = call.viewer === null ? '' : Buffer.from(JSON.stringify(call.viewer)).toString('base64url');
  const address = call.clientAddress ?? '';
  const time = String(call.now);
  calls += 1;
  const nonce = `${processName}-${calls}`;
  const text = { version, audience: call.audience, time, nonce, viewer, address };
  const proof = signature(call.secrets[0], text, call.body);
  const headers: Record<string, string> = { [signatureHeader]: `${version};${time};${nonce};${proof}` };
  if (viewer !== '') headers[viewerHeader] = viewer;
  if (address !== '') headers[addressHeader] = address;
  return headers;
}

export interface Genuine {
  readonly ok: true;
  readonly viewer: Viewer | null;
  readonly clientAddress: string | null;
  /** No other call has it. */
  readonly nonce: string;
  /** In milliseconds since the epoch, by the clock of whoever signed. */
  readonly signedAt: number;
}

export type VerifiedCall = Genuine | { readonly ok: false; readonly reason: string };

/**
 * Checks the headers made by {@link signCall}, but not whether the call was sent before: who answers it has to remember. The
 * reason of a refusal is for the log, not for the caller.
 */
export function verifyCall(call: {
  secrets: Secrets;
  /** The name of the subgraph that was called. */
  audience: string;
  headers: IncomingHttpHeaders;
  body: string | Buffer;
  now: number;
  kind?: SignedKind;
}): VerifiedCall {
  const kind = call.kind ?? 'call';
  const given = call.headers[signatureHeader];
  if (typeof given !== 'string') return { ok: false, reason: 'no signature' };
  const [version, time, nonce, proof, ...rest] = given.split(';');
  if (
    (version !== versions[kind] && version !== formerVersions[kind]) ||
    time === undefined ||
    !/^\d{1,15}$/.test(time) ||
    nonce === undefined ||
    !/^[\w-]{16,64}$/.test(nonce) ||
    proof === undefined ||
    rest.length > 0
  )
    return { ok: false, reason: 'malformed signature' };
  if (Math.abs(call.now - Number(time)) > signatureWindowMs)
    return { ok: false, reason: 'signature out of time' };
  const viewer = call.headers[viewerHeader] ?? '';
  const address = call.headers[addressHeader] ?? '';
  if (typeof viewer !== 'string' || typeof address !== 'string')
    return { ok: false, reason: 'several viewers or addresses' };

  const audience = version === versions[kind] ? call.audience : undefined;
  const candidate = Buffer.from(proof, 'base64url');
  const genuine = call.secrets.some((secret) => {
    const text = signature(secret, { version, audience, time, nonce, viewer, address }, call.body);
    const expected = Buffer.from(text, 'base64url');
    return candidate.length === expected.length && timingSafeEqual(candidate, expected);
  });
  if (!genuine) return { ok: false, reason: 'wrong signature, or one for another subgraph' };
  return {
    ok: true,
    viewer: viewer === '' ? null : readViewer(viewer),
    clientAddress: address === '' ? null : address,
    nonce,
    signedAt: Number(time),
  };
}

function readViewer(text: string): Viewer {
  const { subject, sessionId } = viewerShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  return { subject, ...(sessionId === undefined ? {} : { sessionId }) };
}
