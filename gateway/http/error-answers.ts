import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { CodedError } from '../../platform/errors.ts';

/** Makes every answer that GraphQL didn't give look as if it had: JSON, with `errors` and a code. */
export function answerErrorsInGraphql(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const coded = codedErrorOf(error);
    if (coded.status >= 500) request.log.error({ err: coded.cause ?? error }, coded.message);
    return sendError(reply, coded);
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, new CodedError('NOT_FOUND')));
}

export function sendError(reply: FastifyReply, error: CodedError): FastifyReply {
  return reply.code(error.status).type('application/json; charset=utf-8').send(errorBody(error));
}

/** The answer to what isn't HTTP, or too slow or large in its headers; there is no request to reply to then. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const body = errorBody(new CodedError(isTooLarge ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST'));
  socket.end(
    `HTTP/1.1 ${brokenRequestStatus(error)}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function brokenRequestStatus({ code }: NodeJS.ErrnoException): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  return '400 Bad Request';
}

/** The body of an answer that GraphQL didn't give. */
export function errorBody({ message, code }: CodedError): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

function codedErrorOf(error: FastifyError): CodedError {
  if (error instanceof CodedError) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new CodedError('BODY_TOO_LARGE');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new CodedError('UNSUPPORTED_MEDIA_TYPE');
  const status = error.statusCode ?? 500;
  return new CodedError(status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR', {
    cause: error,
  });
}
