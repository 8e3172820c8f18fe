-- A new session.
-- KEYS 1 session · 2 side key · 3 user · 4 not-before · 5 timeline
-- ARGV now or 0 · member · absolute s · idle s · tombstone s · margin s · access expires by · auth time · kid · tenant ·
--      flags · hashes of the next secrets · identity and proof · details ·
--      the maximum number of sessions of a user, or 0
local injected, member, longest, idle, tombstone, margin, access, auth, kid, tenant, flags, upcoming, who, details, most =
  unpack(ARGV)
local key, side, user_key, not_before_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
tombstone, margin, access, auth, flags =
  tonumber(tombstone), tonumber(margin), tonumber(access), tonumber(auth), tonumber(flags)
most = tonumber(most)
-- include: clock
-- include: record
-- include: user
-- include: write_user
-- include: not_before
if user_epoch and user_locked > 0 then return {'refused', 'locked'} end
if auth < not_before then return {'refused', 'not before'} end
if not user_epoch then
  -- include: new_user
end

local created = math.floor(now / 1000)
local absolute = created + longest
local expires, retain
-- include: extend
local long = flags % PLAIN >= SIDE
if long then
  redis.call('SET', side, details)
else
  who = who .. details
  redis.call('UNLINK', side)
end
local kept = 0
local written = struct.pack(NUMBERS, VERSION, flags, kid, 0, 0, created, auth, absolute, expires, retain, user_epoch, now, 0)
  .. upcoming .. who
-- include: keep
redis.call('UNLINK', KEYS[5])

user_access = math.max(user_access, access)
user_retain = math.max(user_retain, absolute + tombstone, access + margin)
write_user()
redis.call('HSET', user_key, member, struct.pack('>I4I4', expires, created))
-- Removes a few random sessions from the list if they expired a day ago; a day, so that they are still listed if the clock
-- jumps back. This keeps the number of expired entries low, and no login has to read the whole list.
local drawn = redis.call('HRANDFIELD', user_key, 4, 'WITHVALUES')
for i = 1, #drawn, 2 do
  if drawn[i] ~= 'e' and struct.unpack('>I4', drawn[i + 1]) + 86400 < created then redis.call('HDEL', user_key, drawn[i]) end
end
local surplus = {}
if most > 0 and redis.call('HLEN', user_key) - 1 > most then
  -- include: surplus
end
return {'created', '', written, long and details or '', surplus}
