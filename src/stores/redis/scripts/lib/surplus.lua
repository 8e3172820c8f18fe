-- Which sessions of the user are too many: those that expire first, in the order of their logins. Needs the user's key, member,
-- created and most. Assigns surplus. MAX_SURPLUS is that of domain/commands.ts.
local MAX_SURPLUS = 8
local live, flat = {}, redis.call('HGETALL', user_key)
for i = 1, #flat, 2 do
  if flat[i] ~= 'e' and flat[i] ~= member then
    local ends = struct.unpack('>I4', flat[i + 1])
    if ends * 1000 > now then live[#live + 1] = {ends, i, flat[i]} end
  end
end
table.sort(live, function(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end)
for i = 1, math.min(#live + 1 - most, MAX_SURPLUS) do surplus[i] = live[i][3] end
