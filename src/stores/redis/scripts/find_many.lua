-- Several sessions of one tenant as they are; decides nothing.
-- KEYS 1 not-before · then session and side key of each
-- ARGV now or 0 · tenant
local injected, tenant, user_not_before = ARGV[1], ARGV[2], nil
local not_before_key = KEYS[1]
-- include: clock
-- include: not_before
local function find(key, side)
  -- include: session
  return {'found', '', record, flags % PLAIN >= SIDE and redis.call('GET', side) or ''}
end
local found = {}
for i = 2, #KEYS, 2 do found[#found + 1] = find(KEYS[i], KEYS[i + 1]) end
return {'found', '', found, now, not_before}
