-- Finds the sessions of a user beyond the limit: those that expire first, in the order of their logins. Needs the user's key, member,
-- created and most. Assigns surplus. MAX_SURPLUS is that of domain/commands.ts.
local MAX_SURPLUS = 8
local nearest, ends_of, live = {}, {}, 0
local flat = redis.call('HGETALL', user_key)
for i = 1, #flat, 2 do
  local name = flat[i]
  local ends = name ~= 'e' and name ~= member and struct.unpack('>I4', flat[i + 1]) or 0
  if ends * 1000 > now then
    live = live + 1
    -- Only the few that are needed are kept in order: sorting a long list would block Redis.
    if #nearest < MAX_SURPLUS or ends < ends_of[MAX_SURPLUS] then
      local at = math.min(#nearest, MAX_SURPLUS - 1)
      while at > 0 and ends < ends_of[at] do
        nearest[at + 1], ends_of[at + 1] = nearest[at], ends_of[at]
        at = at - 1
      end
      nearest[at + 1], ends_of[at + 1] = name, ends
    end
  end
end
for i = 1, math.min(live + 1 - most, MAX_SURPLUS) do surplus[i] = nearest[i] end
