import { OpenAPIHono } from '@hono/zod-openapi';
import { problems, type ProblemCode } from '#domain/errors';
import { eventSchema } from '#domain/events';
import { usageRows } from '#domain/usage';
import { acceptedAnswer, problemAnswer, stateAnswer } from './answer-schemas.ts';
import { exampleEvents, exampleUsage } from './examples.ts';
import { postHeaders, readHeaders, stateParameters } from './request-schemas.ts';

/** The wire as an OpenAPI 3.1 document, made from the schemas that validate. It is a document only: nothing of it reads a request. */
export function openApiDocument(): object {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  const schemas = {
    event: eventSchema.meta({ id: 'Event' }),
    usage: usageRows.meta({ id: 'UsageRows' }),
    accepted: acceptedAnswer.meta({ id: 'Accepted' }),
    state: stateAnswer.meta({ id: 'EventState' }),
    problem: problemAnswer.meta({ id: 'Problem' }),
  };
  registry.registerPath({
    method: 'post',
    path: '/api/federation/events',
    summary: 'Send one event',
    description: 'Answers 200 once the event is durable; it is applied afterwards, exactly once.',
    request: {
      headers: postHeaders,
      body: {
        required: true,
        content: { 'application/json': { schema: schemas.event, examples: eventExamples() } },
      },
    },
    responses: { 200: answered(schemas.accepted), ...refusals(schemas.problem, postCodes) },
  });
  registry.registerPath({
    method: 'post',
    path: '/api/federation/usage',
    summary: 'Send 1 to 1,000 rows of usage',
    description: 'All or nothing: one bad row refuses the request, and the answer lists every bad row.',
    request: {
      headers: postHeaders,
      body: {
        required: true,
        content: { 'application/json': { schema: schemas.usage, examples: { rows: { value: exampleUsage } } } },
      },
    },
    responses: { 200: answered(schemas.accepted), ...refusals(schemas.problem, postCodes) },
  });
  registry.registerPath({
    method: 'get',
    path: '/api/federation/events/{id}',
    summary: 'The state of an accepted request',
    request: { headers: readHeaders, params: stateParameters },
    responses: { 200: answered(schemas.state), ...refusals(schemas.problem, readCodes) },
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Federation', version: 'v1', description: 'Signed events and usage from tenants.' },
    servers: [{ url: '/' }],
  });
}

const readOnlyCodes: ReadonlySet<ProblemCode> = new Set(['not_found']);
const postOnlyCodes: ReadonlySet<ProblemCode> = new Set([
  'idempotency_key_required',
  'json_invalid',
  'body_invalid',
  'tenant_mismatch',
  'idempotency_in_flight',
  'idempotency_key_reused',
  'content_type_unsupported',
]);
const codes = problemAnswer.shape.code.options;
const postCodes = codes.filter((code) => !readOnlyCodes.has(code));
const readCodes = codes.filter((code) => !postOnlyCodes.has(code));

type Schema = typeof acceptedAnswer | typeof stateAnswer | typeof problemAnswer;

function answered(schema: Schema) {
  return { description: 'OK', content: { 'application/json': { schema } } };
}

/** One response per status, with an example per code. */
function refusals(schema: Schema, of: readonly ProblemCode[]) {
  const statuses = [...new Set(of.map((code) => problems[code].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const mine = of.filter((code) => problems[code].status === status);
      const examples = Object.fromEntries(mine.map((code) => [code, { value: exampleProblem(code) }]));
      return [status, { description: mine.join(', '), content: { 'application/problem+json': { schema, examples } } }];
    }),
  );
}

function exampleProblem(code: ProblemCode) {
  const { status, title, detail } = problems[code];
  return { ok: false, code, type: `/docs#${code}`, title, status, detail, requestId: 'req_0123456789ab000001' };
}

function eventExamples() {
  return Object.fromEntries(exampleEvents.map(({ type, summary, event }) => [type, { summary, value: event }]));
}
