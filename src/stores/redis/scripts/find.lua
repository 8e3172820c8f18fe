-- A session as it is; decides nothing.
-- KEYS 1 session · 2 side key · 3 not-before · 4 timeline
-- ARGV now or ''
local now = clock(ARGV[1])
local session = read_session(KEYS[1], KEYS[2], now)
if not session then return {'unknown', ''} end
local answer = reply('found', session)
answer[5] = now
answer[6] = read_not_before(KEYS[3], session.fields.t or '')
answer[7] = redis.call('GET', KEYS[4]) or ''
return answer
