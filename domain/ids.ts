/** Ids of orgs: they stand in workflow ids and Redis keys, so no braces, colons or white space, and at most 128 characters. */
export const orgIdPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** The chain of audit entries that concern no org. No org id can be equal to it. */
export const providerChain = '_provider';

export const keyIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
export const eventIdPattern = /^evt_[A-Za-z0-9_-]{27}$/;

/** What names one event everywhere behind the gateway: in workflows, activities and commands. */
export interface EventRef {
  readonly tenantId: string;
  readonly eventId: string;
  readonly type: string;
}
