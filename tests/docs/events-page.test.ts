import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventTypes } from '#domain/event-types';
import { parseEvent } from '#domain/events';
import { openApiDocument } from '#gateway/documents/openapi';
import { eventsPage } from '../../docs/events-page.ts';

const page = readFileSync('docs/events.md', 'utf8');

test('docs/openapi.json is what "npm run docs:events" writes today', () => {
  expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

describe('docs/events.md', () => {
  test('is what "npm run docs:events" writes today', () => {
    expect(page).toBe(eventsPage());
  });

  test.each(Object.keys(eventTypes))('has a row and a section with a valid example for %s', (type) => {
    expect(page).toContain(`| [\`${type}\`](#${type.replace('.', '')}) |`);
    const [, section = ''] = page.split(`### ${type}\n`);
    const [, example = ''] = /```json\n(.+)\n```/.exec(section) ?? [];
    const event = { type, tenantId: 'acme', occurredAt: '2026-01-31T09:30:00Z', data: JSON.parse(example) };
    expect(parseEvent(event, Date.UTC(2026, 1, 1))).toMatchObject({ ok: true });
  });
});
