-- An access token of the current generation was used: the client no longer needs the tokens it replaced.
-- KEYS 1 session
-- ARGV now or 0 · identity without client · generation · generation in a retired chain, or -1
local injected, who, claimed, own = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local key = KEYS[1]
-- include: clock
-- include: session
if record:sub(IDENTITY, IDENTITY + #who - 1) ~= who or flags >= REVOKED or flags < UNSEEN then return {'unchanged', ''} end
-- include: elevated
if own < 0 and generation == claimed then
  if block then record = body .. record:sub(-ELEVATION_BYTES) end
  redis.call('SET', key, struct.pack('>BB', VERSION, flags - UNSEEN) .. record:sub(3), 'KEEPTTL')
  return {'seen', ''}
end
-- A token from before the step-up has no own generation. Its generation must be the first that was retired: the others of
-- the range may belong to the new chain.
local of_range = own >= 0 and block and claimed >= from and claimed < to or own < 0 and claimed == from
if not block or not of_range then return {'unchanged', ''} end
if own < 0 then own = claimed end
local _, state, _, _, current = struct.unpack('>BBBBI4', block)
if current ~= own or state % REVOKED < UNSEEN then return {'unchanged', ''} end
redis.call('SET', key, body .. struct.pack('>BB', VERSION, state - UNSEEN) .. block:sub(3) .. record:sub(-ELEVATION_BYTES - 2),
  'KEEPTTL')
return {'seen', ''}
