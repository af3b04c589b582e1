import {
  type EnvelopeMember,
  envelopeType,
  type Frame,
  framesType,
  readFrame,
  writeMember,
} from '../../../platform/envelope.ts';
import { type SignedKind, signCall } from '../../../platform/signed-call.ts';
import type { Viewer } from '../../../platform/viewer.ts';
import { secret } from './items-subgraph.ts';

export interface MemberOptions {
  readonly viewer?: Viewer | null;
  readonly deadlineMs?: number;
  readonly traceparent?: string;
}

/** A member in the form in which it is sent. */
export function member(query: string, options: MemberOptions = {}): string {
  const head: Omit<EnvelopeMember, 'operation'> = {
    requestId: 'a-request',
    traceparent: options.traceparent,
    deadlineMs: options.deadlineMs ?? 10_000,
    viewer: options.viewer ?? null,
  };
  return writeMember(head, JSON.stringify({ query }));
}

/** Sends a body as an envelope, signed like the gateway's or otherwise. */
export function postEnvelope(
  url: string,
  body: string,
  options: {
    secret?: string;
    now?: number;
    kind?: SignedKind;
    audience?: string;
    viewer?: Viewer | null;
    headers?: Record<string, string>;
    signal?: AbortSignal;
  } = {},
): Promise<Response> {
  const { viewer = null, now = Date.now(), kind = 'envelope', audience = 'items' } = options;
  const { headers, signal } = options;
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': envelopeType,
      accept: framesType,
      ...signCall({ secrets: [options.secret ?? secret], audience, viewer, body, now, kind }),
      ...headers,
    },
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The frames of an answer, each as soon as it is there. */
export async function* framesOf(response: Response): AsyncGenerator<FrameWithAnswer> {
  let text = '';
  for await (const piece of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += piece;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield readFrame(line) as FrameWithAnswer;
  }
}

type FrameWithAnswer = Frame & { readonly body?: Answer };

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
  readonly extensions?: Record<string, unknown>;
}

/** Sends members and waits for all of their frames, in the order of the members. */
export async function answersOf(url: string, members: readonly string[]) {
  const frames: FrameWithAnswer[] = [];
  for await (const frame of framesOf(await postEnvelope(url, `[${members.join(',')}]`))) frames.push(frame);
  return frames.toSorted((one, other) => one.index - other.index);
}
