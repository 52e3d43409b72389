export type TestServices = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
};

/** The real services that this run uses; tests/global-setup.ts or "npm test" started them. */
export function services(): TestServices {
  return {
    databaseUrl: required('DATABASE_URL'),
    redisUrl: required('REDIS_URL'),
    temporalAddress: required('TEMPORAL_ADDRESS'),
  };
}

function required(name: string) {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run the tests by "npm test" or by vitest, which start what they need`);
  return value;
}
