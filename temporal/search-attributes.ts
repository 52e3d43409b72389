import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { streamOf } from '#domain/event-types';
import type { EventRef } from '#domain/ids';

const tenantIdKey = defineSearchAttributeKey('TenantId', 'KEYWORD');
const eventTypeKey = defineSearchAttributeKey('EventType', 'KEYWORD');
const eventIdKey = defineSearchAttributeKey('EventId', 'KEYWORD');
const streamKey = defineSearchAttributeKey('Stream', 'KEYWORD');

/** What a namespace must know. `Outcome` is set by the workflows. */
export const searchAttributeNames = [tenantIdKey.name, eventTypeKey.name, eventIdKey.name, streamKey.name, 'Outcome'];
// IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
const keyword = 2;

export function eventAttributes(ref: EventRef): SearchAttributePair[] {
  return [{ key: eventIdKey, value: ref.eventId }, ...attributesOfSet([ref])];
}

export function tenantAttribute(orgId: string): SearchAttributePair {
  return { key: tenantIdKey, value: orgId };
}

/** What all events of a set share. */
export function attributesOfSet(refs: readonly EventRef[]): SearchAttributePair[] {
  const tenantId = shared(refs, (ref) => ref.tenantId);
  const type = shared(refs, (ref) => ref.type);
  const stream = shared(refs, (ref) => streamOf(ref.type));
  return [
    ...(tenantId === undefined ? [] : [{ key: tenantIdKey, value: tenantId }]),
    ...(type === undefined ? [] : [{ key: eventTypeKey, value: type }]),
    ...(stream === undefined ? [] : [{ key: streamKey, value: stream }]),
  ];
}

/** Makes those that the namespace lacks, as one that was wiped does. Returns their names. */
export async function registerSearchAttributes(client: Client, namespace: string): Promise<string[]> {
  const { operatorService } = client.connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributeNames.filter((name) => !Object.hasOwn(customAttributes, name));
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
    await operatorService.addSearchAttributes({ namespace, searchAttributes });
  }
  return missing;
}

function shared<T>(refs: readonly EventRef[], read: (ref: EventRef) => T): T | undefined {
  const [first] = refs;
  if (!first) return undefined;
  const value = read(first);
  return refs.every((ref) => read(ref) === value) ? value : undefined;
}
