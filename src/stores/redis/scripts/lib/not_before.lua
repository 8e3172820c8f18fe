-- The latest not-before of the user, the tenant and everyone. Usually there is none.
-- Needs not_before_key, tenant and user_not_before. Declares not_before.
local not_before = user_not_before or 0
if redis.call('EXISTS', not_before_key) == 1 then
  local values = redis.call('HMGET', not_before_key, tenant, '*')
  not_before = math.max(not_before, tonumber(values[1]) or 0, tonumber(values[2]) or 0)
end
