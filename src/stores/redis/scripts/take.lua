-- Counts one attempt, unless it comes too early: the same rule as `limits/counter.ts`. A refused attempt writes nothing.
-- KEYS 1 counter: `<count> <opens at, Unix ms>`
-- ARGV points · window ms [· longest wait, s · closed after so many · closed for ms]
-- Answers 0, or for how many milliseconds no attempt is allowed.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local points = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local count = 0
local state = redis.call('GET', KEYS[1])
if state then
  local counted, opens = string.match(state, '^(%d+) (%d+)$')
  local left = tonumber(opens) - now
  if left > 0 then return left end
  count = tonumber(counted)
end
count = count + 1
local life = window
local wait = 0
if ARGV[3] then
  if count >= tonumber(ARGV[4]) then
    wait = tonumber(ARGV[5])
  elseif count >= points then
    wait = math.min(2 ^ (count - points), tonumber(ARGV[3])) * 1000
  end
  life = math.max(window, wait)
else
  local left = redis.call('PTTL', KEYS[1])
  if left > 0 then life = left end
  if count >= points then wait = life end
end
redis.call('SET', KEYS[1], string.format('%.0f %.0f', count, now + wait), 'PX', string.format('%.0f', life))
return 0
