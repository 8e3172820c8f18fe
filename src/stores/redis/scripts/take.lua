-- Counts one attempt in the window its first attempt began. Refused attempts do not lengthen it.
-- KEYS 1 counter
-- ARGV points · window ms
-- Answers 0, or the milliseconds left of an exhausted window.
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
if count > tonumber(ARGV[1]) then return math.max(left, 1) end
return 0
