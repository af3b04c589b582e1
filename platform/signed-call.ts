import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Viewer } from './viewer.ts';

/**
 * Calls from the gateway to subgraphs are signed, because a subgraph answers `_entities` and trusts the viewer it is
 * told: whoever reaches its port could otherwise read as anybody. The signature covers the time, the viewer and the
 * body, so none of them can be replaced, and what the body is, so that an envelope can't be passed off as a call.
 */

/** What is signed: a call on behalf of a viewer, or an envelope, in which every member has its own (platform/envelope.ts). */
export type SignedKind = 'call' | 'envelope';

const versions = { call: 'v1', envelope: 'envelope-v1' } as const satisfies Record<SignedKind, string>;

/** A signature older or younger than this is refused; it bounds replay and tolerates clocks that differ a little. */
export const signatureWindowMs = 30_000;

const viewerHeader = 'x-viewer';
const signatureHeader = 'x-signature';

/** The first secret signs, all of them verify: that is how a secret is rotated. */
export type Secrets = readonly [string, ...string[]];

const viewerShape = z.object({ subject: z.string().min(1), sessionId: z.string().min(1).optional() });

function signature(
  secret: string,
  version: string,
  time: string,
  viewer: string,
  body: string | Buffer,
): Buffer {
  // Every part is preceded by its length: no two different calls sign the same bytes.
  return createHmac('sha256', secret)
    .update(`${version}\n${time}\n${viewer.length}\n${viewer}\n`)
    .update(body)
    .digest();
}

/** The headers that prove to a subgraph that the gateway sent this body on behalf of this viewer (null: of nobody). */
export function signCall(call: {
  secrets: Secrets;
  viewer: Viewer | null;
  body: string | Buffer;
  now: number;
  kind?: SignedKind;
}): Record<string, string> {
  const version = versions[call.kind ?? 'call'];
  const viewer = call.viewer === null ? '' : Buffer.from(JSON.stringify(call.viewer)).toString('base64url');
  const time = String(call.now);
  const proof = signature(call.secrets[0], version, time, viewer, call.body).toString('base64url');
  return {
    [signatureHeader]: `${version};${time};${proof}`,
    ...(viewer === '' ? {} : { [viewerHeader]: viewer }),
  };
}

export type VerifiedCall = { ok: true; viewer: Viewer | null } | { ok: false; reason: string };

/** Checks the headers made by {@link signCall}. The reason of a refusal is for the log, not for the caller. */
export function verifyCall(call: {
  secrets: Secrets;
  headers: IncomingHttpHeaders;
  body: string | Buffer;
  now: number;
  kind?: SignedKind;
}): VerifiedCall {
  const expectedVersion = versions[call.kind ?? 'call'];
  const given = call.headers[signatureHeader];
  if (typeof given !== 'string') return { ok: false, reason: 'no signature' };
  const [version, time, proof, ...rest] = given.split(';');
  if (
    version !== expectedVersion ||
    time === undefined ||
    !/^\d{1,15}$/.test(time) ||
    proof === undefined ||
    rest.length > 0
  )
    return { ok: false, reason: 'malformed signature' };
  if (Math.abs(call.now - Number(time)) > signatureWindowMs)
    return { ok: false, reason: 'signature out of time' };
  const viewer = call.headers[viewerHeader] ?? '';
  if (typeof viewer !== 'string') return { ok: false, reason: 'several viewers' };

  const candidate = Buffer.from(proof, 'base64url');
  const genuine = call.secrets.some((secret) => {
    const expected = signature(secret, version, time, viewer, call.body);
    return candidate.length === expected.length && timingSafeEqual(candidate, expected);
  });
  if (!genuine) return { ok: false, reason: 'wrong signature' };
  if (viewer === '') return { ok: true, viewer: null };
  const { subject, sessionId } = viewerShape.parse(JSON.parse(Buffer.from(viewer, 'base64url').toString()));
  return { ok: true, viewer: { subject, ...(sessionId === undefined ? {} : { sessionId }) } };
}
