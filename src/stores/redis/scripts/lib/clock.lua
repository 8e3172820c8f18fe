-- Unix time in milliseconds: injected by a test, or that of the server.
-- Needs injected (0: none). Declares now.
local now = tonumber(injected) or 0
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
