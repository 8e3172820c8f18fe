-- Adds to what befell a session: `what` by its place in MOMENT_KINDS of domain/timeline.ts, counted from 1. A
-- repetition of the latest is counted with it. Nothing is written for a session that is only refreshed. Declares note.
local MOMENT, MOMENT_BYTES, MOST_MOMENTS, MOST_COUNTED = '>I1I4I4I2', 11, 16, 65535
local MOMENTS = {['same successor'] = 1, healed = 2, exhausted = 3, ['two back'] = 4, retired = 5, elevated = 6, revoked = 7,
  reused = 8, late = 9}
local function note(timeline, what, when, forgotten)
  local list, code, at = redis.call('GET', timeline) or '', MOMENTS[what], math.floor(when / 1000)
  local last = list:sub(-MOMENT_BYTES)
  local first, count = at, 0
  if last ~= '' and last:byte(1) == code then
    local _
    _, first, _, count = struct.unpack(MOMENT, last)
    list = list:sub(1, -MOMENT_BYTES - 1)
  end
  list = list .. struct.pack(MOMENT, code, first, at, math.min(count + 1, MOST_COUNTED))
  redis.call('SET', timeline, list:sub(-MOMENT_BYTES * MOST_MOMENTS), 'PXAT', forgotten * 1000)
end
