-- Reads a session, without a decision.
-- KEYS 1 session · 2 side key · 3 not-before · 4 timeline
-- ARGV now or 0
local injected = ARGV[1]
local key, side, not_before_key = KEYS[1], KEYS[2], KEYS[3]
-- include: clock
-- include: session
-- include: text
local tenant, user_not_before = text_at(record, after_text(record, IDENTITY)), nil
-- include: not_before
return {'found', '', record, flags % PLAIN >= SIDE and redis.call('GET', side) or '', now, not_before,
  redis.call('GET', KEYS[4]) or ''}
