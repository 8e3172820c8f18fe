-- A user's record and the names of their live sessions.
-- KEYS 1 user
-- ARGV now or 0 · 1 to be told the names
local injected, user_key = ARGV[1], KEYS[1]
-- include: clock
-- include: user
-- include: members
local names = ARGV[2] == '1' and members_of(user_key) or {}
if not user_epoch then return {'unknown', '', names} end
return {'found', '', names, user_epoch, user_access, user_not_before, user_locked, user_retain}
