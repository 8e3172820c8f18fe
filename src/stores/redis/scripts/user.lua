-- Reads the record of a user, and the list of their live sessions.
-- KEYS 1 user
-- ARGV now or 0 · 1 to answer the list: 24 bytes each, name, expiry and beginning, which is 0 if it is not known
local injected, user_key = ARGV[1], KEYS[1]
-- include: clock
-- include: user
local listed = {}
if ARGV[2] == '1' then
  local flat = redis.call('HGETALL', user_key)
  for i = 1, #flat, 2 do
    local times = flat[i + 1]
    if flat[i] ~= 'e' and struct.unpack('>I4', times) * 1000 > now then
      listed[#listed + 1] = flat[i]
      listed[#listed + 1] = #times < 8 and times .. '\0\0\0\0' or times
    end
  end
end
local list = table.concat(listed)
if not user_epoch then return {'unknown', '', list} end
return {'found', '', list, user_epoch, user_access, user_not_before, user_locked, user_retain}
