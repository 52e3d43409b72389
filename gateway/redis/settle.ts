/**
 * Ends an attempt's hold on its idempotency key: C keeps the answer, D gives the key back. Fenced by the attempt's token.
 * KEYS: the idempotency record. ARGV: fingerprint, token, C or D, body, retention ms.
 * An absent record (lease over, store emptied) is completed all the same: the commit is true.
 */
export const settleScript = `
local record = redis.call('GET', KEYS[1])
if record and record ~= 'P|' .. ARGV[1] .. '|' .. ARGV[2] then return 0 end
if ARGV[3] == 'C' then
  redis.call('SET', KEYS[1], 'C|' .. ARGV[1] .. '|' .. ARGV[4], 'PX', ARGV[5])
  return record and 1 or 2
end
if not record then return 0 end
redis.call('DEL', KEYS[1])
return 1
`;

export const retentionMs = 24 * 60 * 60 * 1_000;
