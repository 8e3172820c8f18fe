-- What a gateway says of itself for a while, and what the others say. Whoever has been silent for too long is struck off.
-- KEYS 1 the gateways: a field each, of the ms it is valid until, a space, and the text
-- ARGV id · valid for ms, or 0 to be struck off · text
local id, valid, said = ARGV[1], tonumber(ARGV[2]), ARGV[3]
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
  redis.call('HSET', KEYS[1], id, string.format('%.0f', now + valid) .. ' ' .. said)
  redis.call('PEXPIRE', KEYS[1], valid)
end
return others
