-- Subtracts one attempt from a counter.
-- KEYS 1 counter
local state = redis.call('GET', KEYS[1])
if not state then return 0 end
local count = tonumber(string.match(state, '^%d+'))
if count <= 1 then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], string.format('%.0f 0', count - 1), 'KEEPTTL')
return 1
