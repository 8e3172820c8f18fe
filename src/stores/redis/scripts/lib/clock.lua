-- Unix time in milliseconds: what a test injects, or the server's own.
-- Needs injected (0: none). Declares now.
local now = tonumber(injected) or 0
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
