-- Reads several sessions of one tenant, without a decision.
-- KEYS 1 not-before · then session, side key and timeline of each
-- ARGV now or 0 · tenant
local injected, tenant, user_not_before = ARGV[1], ARGV[2], nil
local not_before_key = KEYS[1]
-- include: clock
-- include: not_before
local function find(key, side, timeline)
  -- include: session
  return {'found', '', record, flags % PLAIN >= SIDE and redis.call('GET', side) or '', redis.call('GET', timeline) or ''}
end
local found = {}
for i = 2, #KEYS, 3 do found[#found + 1] = find(KEYS[i], KEYS[i + 1], KEYS[i + 2]) end
return {'found', '', found, now, not_before}
