-- Stores the announcement of a gateway for a while, answers those of the others, and removes expired ones.
-- KEYS 1 the gateways: one field each, with the ms until which it is valid, a space, and the text
-- ARGV id · valid for ms, or 0 to remove it · text
local id, valid, announced = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local injected = 0
-- include: clock
local others, all = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local expiry, text = all[i + 1]:match('^(%d+) (.*)$')
  if all[i] ~= id then
    if tonumber(expiry) > now then others[#others + 1] = text else redis.call('HDEL', KEYS[1], all[i]) end
  end
end
if valid == 0 then
  redis.call('HDEL', KEYS[1], id)
else
  redis.call('HSET', KEYS[1], id, string.format('%.0f', now + valid) .. ' ' .. announced)
  redis.call('PEXPIRE', KEYS[1], valid)
end
return others
