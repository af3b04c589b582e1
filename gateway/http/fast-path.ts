import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../platform/logging.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import { type HeaderList, headerList } from '../response-cache/answer-headers.ts';
import type { CachedAnswers } from '../response-cache/cached-answers.ts';
import type { AskedQuery } from '../response-cache/prepared-requests.ts';
import type { Reply } from '../response-cache/replies.ts';
import type { ViewerVerifier } from '../viewer/bearer-token.ts';
import type { LetIn } from './admission.ts';
import type { AnswerRequest } from './answer-request.ts';
import type { ClientAddress } from './client-address.ts';
import { clientRequest } from './client-request.ts';
import { requestIdHeader } from './request-id.ts';
import type { RequestRecord } from './request-records.ts';

export interface FastPathDeps {
  readonly answers: CachedAnswers;
  readonly letIn: LetIn;
  readonly answerRequest: AnswerRequest;
  readonly verifyViewer: ViewerVerifier;
  readonly rateLimiter: RateLimiter;
  readonly clientAddress: ClientAddress;
  readonly corsHeaders: (origin: string) => HeaderList;
  readonly isStopping: () => boolean;
  readonly logger: Logger;
}

/**
 * Answers requests from the cache before Fastify's router: with it a hit would take at least half as long again. What the cache
 * hasn't got it answers, too, if it is a query that is valid and within its limits: for that nobody needs the router either.
 *
 * It answers only what is right in every respect. All else goes on to the router as if this path weren't there, which
 * checks again, refuses and answers; what was read and found here goes along in the request's record.
 */
export interface FastPath {
  /** Whether it is a request that it can read. */
  mayTake(request: IncomingMessage): boolean;
  /** @param goOn is called when the request is the router's to answer; what it throws, nothing else, rejects */
  take(
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
    goOn: () => void,
  ): Promise<void>;
}

/** @param options.path the only one that it takes */
export function createFastPath(
  options: { path: string; bodyLimitBytes: number },
  deps: FastPathDeps,
): FastPath {
  const { path, bodyLimitBytes } = options;
  const { answers, letIn, answerRequest, verifyViewer, rateLimiter, clientAddress, logger } = deps;

  const send = (request: IncomingMessage, response: ServerResponse, record: RequestRecord, reply: Reply) => {
    const { status, headers, body } = reply;
    record.route = path;
    const all = headers.slice();
    all.push(requestIdHeader, record.id);
    if (status !== 304) all.push('content-length', String(body.length));
    const { origin } = request.headers;
    if (origin !== undefined) all.push(...deps.corsHeaders(origin));
    if (deps.isStopping()) all.push('connection', 'close');
    response.writeHead(status, all);
    // A text goes into one piece with the headers, which is less work than to hand over two, unless there is much to copy.
    if (body.length > 0 && body.length <= copiedBytes) response.end(body.toString('latin1'), 'latin1');
    else response.end(body);
  };

  const sendHit = (
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
    reply: Reply,
  ) => {
    record.operation.type = 'query';
    record.operation.name = reply.notExecuted?.operationName;
    record.isHit = true;
    send(request, response, record, reply);
  };

  /** @returns false: the router has to, or has to say why it can't be answered */
  const sendMade = async (
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
    asked: AskedQuery | undefined,
  ): Promise<boolean> => {
    if (asked === undefined) return false;
    try {
      await letIn(request, record);
      const reply = await answerRequest(request, response, record, record.body);
      const { headers } = reply;
      // What is kept says more.
      const vary = headers.includes('vary') ? [] : ['vary', 'Origin'];
      const own = headerList(record.answerHeaders);
      send(request, response, record, { ...reply, headers: [...headers, ...vary, ...own] });
      return true;
    } catch (error) {
      record.failure = error;
      return false;
    }
  };

  return {
    mayTake(request) {
      const { method = '', url = '', headers } = request;
      const isOnPath = url === path || (url.startsWith(path) && url[path.length] === '?');
      if (!isOnPath) return false;
      const length = headers['content-length'];
      if (method === 'GET') return length === undefined && headers['transfer-encoding'] === undefined;
      if (method !== 'POST' && method !== 'QUERY') return false;
      // How much is in chunks shows only in the end: the router counts it.
      return length !== undefined && Number(length) <= bodyLimitBytes;
    },

    // One function from one end to the other: each promise more would show in what a hit costs.
    async take(request, response, record, goOn) {
      try {
        const { authorization } = request.headers;
        const viewer = authorization === undefined ? null : await verifyViewer(authorization);
        if (rateLimiter.countHit(viewer, clientAddress(request))) {
          if (request.method !== 'GET') record.body = await readBody(request);
          const asked = clientRequest(request, record.body ?? noBody, viewer);
          const recalled = await answers.recall(asked, record.budget);
          if (recalled.reply !== undefined) return sendHit(request, response, record, recalled.reply);
          record.unanswered = recalled;
          if (await sendMade(request, response, record, recalled.asked)) return;
        }
      } catch (error) {
        // A bad token is not worth a line here: the router refuses it.
        logger.debug({ err: error, requestId: record.id }, 'the fast path gave up');
        if (response.headersSent) return;
      }
      goOn();
    },
  };
}

const noBody = Buffer.alloc(0);

/** Up to so many bytes of an answer are copied. In latin1, each byte is a character and comes out as it was. */
const copiedBytes = 2_048;

/** For ever, if the client goes away before it was there: nobody else knows of it then. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  });
}
