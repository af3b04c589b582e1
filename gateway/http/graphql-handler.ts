import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerRequest } from './answer-request.ts';
import type { RequestRecord } from './request-records.ts';

/** Answers what came through Fastify. */
export function createGraphqlHandler(
  answerRequest: AnswerRequest,
): (request: FastifyRequest, reply: FastifyReply, record: RequestRecord) => Promise<FastifyReply> {
  return async ({ raw, body: given }, reply, record) => {
    const requestBody = Buffer.isBuffer(given) ? given : undefined;
    const { status, headers, body } = await answerRequest(raw, reply.raw, record, requestBody);
    reply.code(status);
    for (let index = 0; index < headers.length; index += 2)
      reply.header(headers[index] ?? '', headers[index + 1]);
    // Fastify gives an empty body a length and a type, which browsers would take for those of the answer they have.
    return reply.send(status === 304 ? undefined : body);
  };
}
