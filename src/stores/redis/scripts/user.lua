-- A user's record and the names of their live sessions.
-- KEYS 1 user · 2 index
-- ARGV now or ''
local now = clock(ARGV[1])
local user = read_user(KEYS[1], now)
local members = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. string.format('%.3f', now / 1000), '+inf')
if not user then return {'unknown', '', members} end
return {'found', '', members, user.epoch, user.access, user.not_before or '', user.locked and 1 or 0, user.retain}
