/**
 * Decides, in one step, everything about a signed request that needs memory: time, nonce, rate and idempotency.
 * It charges and stores only what the first refusal leaves standing, and is idempotent by the attempt's token.
 *
 * KEYS: the bucket, the nonce, and the idempotency record (absent where the route has none).
 * ARGV: emission interval us, tolerance us, x-timestamp, nonce TTL ms, token, fingerprint, lease ms.
 * Only Redis's own clock judges. Numbers are written with %.0f: Lua's default format loses microseconds.
 */
export const admitScript = `
local time = redis.call('TIME')
local second = tonumber(time[1])
local now = second * 1000000 + tonumber(time[2])
local interval = tonumber(ARGV[1])
local tolerance = tonumber(ARGV[2])
local token = ARGV[5]
local arrival = tonumber(redis.call('GET', KEYS[1]) or '0')
if arrival < now then arrival = now end

local function whole(number)
  return string.format('%.0f', number)
end
local function answer(name, extra)
  local left = math.floor((tolerance - (arrival - now)) / interval)
  if left < 0 then left = 0 end
  return { name, whole(left), whole(math.ceil((arrival - now) / 1000)), extra }
end

local skew = second - tonumber(ARGV[3])
if skew > 300 or skew <= -300 then return answer('SKEW', time[1]) end

local burned = redis.call('GET', KEYS[2])
if burned and burned ~= token then return answer('NONCE', '') end
if not burned then
  local excess = arrival + interval - now - tolerance
  if excess > 0 then return answer('RATE', whole(math.ceil(excess / 1000))) end
  arrival = arrival + interval
  redis.call('SET', KEYS[1], whole(arrival), 'PX', whole(math.ceil((arrival - now) / 1000) + 1000))
  redis.call('SET', KEYS[2], token, 'PX', ARGV[4])
end

if not KEYS[3] then return answer('GO', '') end
local fingerprint = ARGV[6]
local mine = 'P|' .. fingerprint .. '|' .. token
local record = redis.call('GET', KEYS[3])
if record and record ~= mine then
  local state, stored, rest = string.match(record, '^(%u)|([^|]*)|(.*)$')
  if stored ~= fingerprint then return answer('MISMATCH', '') end
  if state == 'C' then return answer('REPLAY', rest) end
  return answer('INFLIGHT', whole(redis.call('PTTL', KEYS[3])))
end
redis.call('SET', KEYS[3], mine, 'PX', ARGV[7])
return answer('GO', '')
`;

/** How long a nonce is remembered: twice the window in which its timestamp is taken. */
export const nonceTtlMs = 600_000;
/** How long a request may hold its idempotency key: the commit's 5 s and a wait's 10 s, from arrival. */
export const leaseMs = 15_000;

export const admissionNames = ['SKEW', 'NONCE', 'RATE', 'MISMATCH', 'REPLAY', 'INFLIGHT', 'GO'] as const;
export type AdmissionName = (typeof admissionNames)[number];

/** What the script said. `remaining` and `resetMs` describe the key's bucket, whatever the result. */
export interface Admission {
  readonly name: AdmissionName;
  readonly remaining: number;
  readonly resetMs: number;
  readonly extra: string;
}

export function parseAdmission(reply: unknown): Admission {
  if (!Array.isArray(reply)) throw new Error('admit: not a list');
  const [name, remaining, resetMs, extra]: unknown[] = reply;
  const known = admissionNames.find((candidate) => candidate === name);
  if (!known || typeof extra !== 'string') throw new Error('admit: not a known result');
  return { name: known, remaining: Number(remaining), resetMs: Number(resetMs), extra };
}
