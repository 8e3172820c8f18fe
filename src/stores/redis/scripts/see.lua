-- An access token of the current generation was seen in use: what it replaced is no longer needed by an honest owner.
-- KEYS 1 session
-- ARGV now or 0 · identity without client · generation
local injected, who, claimed = ARGV[1], ARGV[2], tonumber(ARGV[3])
local key = KEYS[1]
-- include: clock
-- include: session
if record:sub(IDENTITY, IDENTITY + #who - 1) ~= who or generation ~= claimed then return {'unchanged', ''} end
if flags >= REVOKED or flags < UNSEEN then return {'unchanged', ''} end
-- include: elevated
if block then record = body .. record:sub(-ELEVATION_BYTES) end
redis.call('SET', key, struct.pack('>BB', VERSION, flags - UNSEEN) .. record:sub(3), 'KEEPTTL')
return {'seen', ''}
