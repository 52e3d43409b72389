import { z } from 'zod';
import { eventTypes, isEventType } from '#domain/event-types';
import { eventSchema } from '#domain/events';
import { rejections } from '#domain/rejections';
import { usageRow, usageRowsMax, windowDaysMax } from '#domain/usage';

/** As much of a JSON schema as the fields of events have. */
const fieldSchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  description: z.string().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxItems: z.number().optional(),
  anyOf: z.array(z.unknown()).optional(),
  get items(): z.ZodOptional<typeof objectSchema> {
    return objectSchema.optional();
  },
});
const objectSchema = z.object({
  get properties() {
    return z.record(z.string(), fieldSchema);
  },
  required: z.array(z.string()).default([]),
});
const envelopeSchema = z.object({
  properties: z.object({ type: z.object({ const: z.string() }), data: objectSchema }),
});

type Field = z.infer<typeof fieldSchema>;

/** docs/events.md: every type of event by the schema that validates it. */
export function eventsPage(): string {
  const { oneOf } = z.object({ oneOf: z.array(envelopeSchema) }).parse(jsonSchemaOf(eventSchema));
  const events = oneOf.map(({ properties: { type, data } }) => ({ type: type.const, data }));
  return [
    preamble,
    '## All types\n',
    '| type | part | what it says |\n|---|---|---|',
    ...events.map(
      ({ type }) =>
        `| [\`${type}\`](#${anchorOf(type)}) | ${definitionOf(type).stream} | ${definitionOf(type).summary} |`,
    ),
    ...events.flatMap(({ type, data }) => section(type, data)),
    usageSection(),
    '## Rejections\n',
    'An accepted event that can never be applied is `rejected`, with one of these codes. It has no effect; an event that comes later',
    'with an earlier `occurredAt` may change that.\n',
    '| code | meaning |\n|---|---|',
    ...Object.entries(rejections).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    '',
  ].join('\n');
}

const preamble = `<!-- Written by "npm run docs:events" from the schemas that validate. A test fails when it is not current. -->

# Events

\`POST /api/federation/events\` takes one event:

\`\`\`json
{ "type": "lead.created", "tenantId": "acme", "occurredAt": "2026-01-31T09:30:00Z", "data": { } }
\`\`\`

- \`tenantId\` is the key's own tenant. \`occurredAt\` is at most 24 h ahead; in the past it may lie anywhere.
- A member that is not named here is refused, except inside \`data.meta\`. \`null\` is not absent: it is refused.
- Ids are your own: 1 to 128 characters, unique per tenant and kind. Lengths count characters (code points); nothing is trimmed.
- Money is an integer of minor units (\`...Minor\`, cents). Where a type has a \`currency\` (ISO 4217), an amount needs it beside it.
- An instant is RFC 3339 with a zone. A quantity is a non-negative integer up to 2^53-1, or a decimal as a string with at most 9
  places.
- \`description\`, \`reason\`, \`resolution\` and \`detail\` may hold line feeds and tabs; no other text may hold a control character. An
  \`email\` has an @ inside, a \`url\` is http or https. \`subscription.updated\` names at least one member besides its id.
- Events about one thing may come in any order: what counts is \`occurredAt\`. What names a thing not seen yet makes it.

How to sign and send: \`client.md\`. What a refusal means: \`errors.md\`.
`;

function section(type: string, data: z.infer<typeof objectSchema>): string[] {
  const { summary, example } = definitionOf(type);
  return [`\n### ${type}\n`, `${summary}.\n`, ...tableOf(data), `\n\`\`\`json\n${JSON.stringify(example)}\n\`\`\``];
}

function usageSection() {
  const { properties, required } = objectSchema.parse(jsonSchemaOf(usageRow));
  return [
    '\n## Usage requests\n',
    `\`POST /api/federation/usage\` takes an array of 1 to ${usageRowsMax.toLocaleString('en')} rows, all or nothing: one bad row refuses all,`,
    `and the answer lists each with its index. A window is half-open, not empty and at most ${windowDaysMax} days long. Rows add up: two of`,
    'one window are both counted. A row with an `id` is counted once for ever; without one it is counted as often as it is sent.\n',
    ...tableOf({ properties, required }),
    '',
  ].join('\n');
}

function tableOf({ properties, required }: z.infer<typeof objectSchema>): string[] {
  const rows = Object.entries(properties).map(
    ([name, field]) => `| \`${name}\` | ${required.includes(name) ? 'yes' : ''} | ${formOf(field)} |`,
  );
  return ['| member | needed | form |\n|---|---|---|', ...rows];
}

function formOf(field: Field): string {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.anyOf) return 'quantity';
  if (field.items) return `at most ${field.maxItems} of ${membersOf(field.items)}`;
  if (field.format === 'date-time') return 'instant';
  if (field.type === 'integer') return integerForm(field);
  if (field.type === 'string') return textForm(field);
  if (field.type === 'object') return field.description ?? 'JSON object';
  if (field.type === 'number' || field.type === 'boolean') return field.type;
  throw new Error(`no words for the field ${JSON.stringify(field)}`);
}

function integerForm({ description, minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Field) {
  const bounds = maximum === Number.MAX_SAFE_INTEGER ? `at least ${minimum}` : `${minimum} to ${maximum}`;
  return `${description?.startsWith('Minor units') ? 'minor units' : 'integer'}, ${bounds}`;
}

function textForm({ description = '', pattern, minLength, maxLength }: Field) {
  if (description === 'ISO 4217') return 'ISO 4217 code';
  if (pattern !== undefined) return `\`${pattern.replace(/^\^|\$$/g, '')}\``;
  const word = description.startsWith("The tenant's own id") ? 'id' : 'text';
  return `${word}, ${minLength === undefined ? `at most ${maxLength?.toLocaleString('en')}` : `${minLength} to ${maxLength?.toLocaleString('en')}`} characters`;
}

function membersOf({ properties, required }: z.infer<typeof objectSchema>) {
  const members = Object.entries(properties).map(
    ([name, field]) => `\`${name}\`${required.includes(name) ? '' : '?'} (${formOf(field)})`,
  );
  return members.join(', ');
}

function definitionOf(type: string) {
  if (!isEventType(type)) throw new Error(`no row for ${type} in domain/event-types.ts`);
  return eventTypes[type];
}

function anchorOf(type: string) {
  return type.replaceAll(/[^a-z0-9_ -]/g, '');
}

function jsonSchemaOf(schema: z.ZodType) {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}
