-- A new session.
-- KEYS 1 session · 2 side key · 3 user · 4 index · 5 not-before · 6 timeline
-- ARGV now or '' · member · absolute s · idle s · tombstone s · margin s · access expires by · auth time · kid · tenant ·
--      cookie 0|1 · then the fields of the session as name, value pairs
local injected, member, absolute, idle, tombstone, margin, access, auth, kid, tenant, cookie = unpack(ARGV, 1, 11)
tombstone, margin, access, auth = tonumber(tombstone), tonumber(margin), tonumber(access), tonumber(auth)
local now = clock(injected)

local user = read_user(KEYS[3], now)
if user and user.locked then return {'refused', 'locked'} end
if auth < math.max(user and user.not_before or 0, read_not_before(KEYS[5], tenant)) then return {'refused', 'not before'} end
if not user then
  redis.call('DEL', KEYS[3])
  user = {epoch = now, access = 0, locked = false, retain = 0}
end

local fields = {}
for i = 12, #ARGV, 2 do fields[ARGV[i]] = ARGV[i + 1] end
local session = {
  fields = fields, created = seconds(now), auth = auth, absolute = seconds(now) + tonumber(absolute),
  epoch = user.epoch, rotated = now, generation = 0, reuse = 0, kid = tonumber(kid), flags = tonumber(cookie),
}
extend_life(session, now, tonumber(idle), tombstone)
write_session(KEYS[1], KEYS[2], session)
redis.call('UNLINK', KEYS[6])

-- Members are swept a day after they expired: a clock that jumps back must not find them missing.
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', seconds(now) - 86400)
write_index(KEYS[4], member, session.expires, now)
user.retain = math.max(user.retain, session.absolute + tombstone)
user.access = math.max(user.access, access)
user.retain = math.max(user.retain, access + margin)
write_user(KEYS[3], user)
return reply('created', session)
