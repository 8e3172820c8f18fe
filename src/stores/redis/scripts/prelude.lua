-- Shared by every verb; prepended to each script when it is loaded.
-- The law is domain/transition.ts: what stands here restates it and is held equal to it by a property test.
--
-- Session hash, short names, each value at most 64 bytes so that it stays a listpack:
--   n  packed numbers, see NUMBERS            h  SHA-256 of the current secret, then of the next
--   u  user id    t  tenant, if not default   c  client, if not default
--   s  scopes     m  amr, if not "pwd"        a  acr     d  device     i  address
--   e  last re-authentication, see ELEVATION  x  1 if the side key holds longer values or metadata (j)
-- Not-before hash: unix seconds by tenant ('' for the default one), and under * for everyone.
-- User hash: e epoch · x latest access-token expiry · n not-before · l 1 if locked. The expiry of a key is part of the record.

local NUMBERS = '>I4I4I4I4I6I6I4I2I1I1'
local ELEVATION = '>I4I4I6'
local COOKIE, REVOKED, REUSED = 1, 2, 4
local LONGEST_VALUE = 64
local ENDED_FIELDS = {'h', 's', 'm', 'a', 'd', 'i', 'e', 'x'}

-- Unix time in milliseconds: the server's own, or what a test injects.
local function clock(injected)
  if injected ~= '' then return tonumber(injected) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- A command that waited in some buffer until its caller had given up must not run: the caller may have gone on.
local function too_late(deadline, now) return deadline ~= '' and now > tonumber(deadline) end

local function seconds(ms) return math.floor(ms / 1000) end

-- The moment a key is forgotten, or nil if it is not there (any more) at `now`.
local function retained_ms(key, now)
  local at = redis.call('PEXPIRETIME', key)
  if at > now then return at end
  return nil
end

local function to_table(flat, into)
  for i = 1, #flat, 2 do into[flat[i]] = flat[i + 1] end
  return into
end

local function unpack_numbers(session)
  local f = session.fields
  session.created, session.auth, session.absolute, session.expires, session.epoch, session.rotated,
    session.generation, session.reuse, session.kid, session.flags = struct.unpack(NUMBERS, f.n)
  session.ended = (session.flags >= REUSED and 'reused') or (session.flags >= REVOKED and 'revoked') or nil
  session.delivery = session.flags % 2
  if f.e then session.from, session.to, session.elevated = struct.unpack(ELEVATION, f.e) end
  return session
end

local function pack_numbers(session)
  session.fields.n = struct.pack(NUMBERS, session.created, session.auth, session.absolute, session.expires,
    session.epoch, session.rotated, session.generation, session.reuse, session.kid, session.flags)
end

local function read_session(key, side, now)
  local retain = retained_ms(key, now)
  if not retain then return nil end
  local fields = to_table(redis.call('HGETALL', key), {})
  if fields.x then to_table(redis.call('HGETALL', side), fields) end
  return unpack_numbers({fields = fields, retain = seconds(retain)})
end

local function read_user(key, now)
  local retain = retained_ms(key, now)
  if not retain then return nil end
  local values = redis.call('HMGET', key, 'e', 'x', 'n', 'l')
  return {
    epoch = tonumber(values[1]), access = tonumber(values[2]), not_before = tonumber(values[3]),
    locked = values[4] == '1', retain = seconds(retain),
  }
end

-- Writes the whole record of a user. Callers only ever raise `retain`.
local function write_user(key, user)
  redis.call('HSET', key, 'e', user.epoch, 'x', user.access)
  if user.not_before then redis.call('HSET', key, 'n', user.not_before) end
  if user.locked then redis.call('HSET', key, 'l', '1') else redis.call('HDEL', key, 'l') end
  redis.call('PEXPIREAT', key, user.retain * 1000)
end

-- No access token issued for this command will expire after `by`; the record outlives it.
local function record_issue(key, user, by, margin)
  if by > user.access then redis.call('HSET', key, 'x', by) end
  if by + margin > user.retain then redis.call('PEXPIREAT', key, (by + margin) * 1000) end
end

local function write_index(key, member, expires, now)
  redis.call('ZADD', key, expires, member)
  local at = math.max(redis.call('PEXPIRETIME', key), expires * 1000)
  redis.call('PEXPIREAT', key, at)
end

-- min(now + idle, absolute), and how long the record can still say that it ran out.
local function extend_life(session, now, idle, tombstone)
  session.expires = math.min(seconds(now) + idle, session.absolute)
  session.retain = session.expires + tombstone
end

-- The tenant's or everyone's not-before, whichever is later.
local function read_not_before(key, tenant)
  local values = redis.call('HMGET', key, tenant, '*')
  return math.max(tonumber(values[1]) or 0, tonumber(values[2]) or 0)
end

-- Is the session over, whatever token is presented? Kind and detail, or nil.
local function judge_life(session, user, now, auth, not_before)
  if session.ended then return 'ended', session.ended end
  if not user or user.epoch ~= session.epoch then return 'ended', 'epoch' end
  if user.locked then return 'ended', 'locked' end
  if auth < math.max(user.not_before or 0, not_before) then return 'ended', 'not before' end
  if now >= session.absolute * 1000 then return 'expired', 'absolute' end
  if now >= session.expires * 1000 then return 'expired', 'idle' end
  return nil
end

local function speaks_of(session, tenant, user)
  return (session.fields.t or '') == tenant and session.fields.u == user
end

local function revoked_until(user, floor, now, tombstone, margin)
  local latest = user and user.access or seconds(now) + tombstone
  return math.max(latest, floor) + margin
end

-- Next entry of the partition's revocation stream. Each carries a sequence number, the id of the revocation before
-- it and the birth of the stream, so that a reader notices whatever a fail-over lost. Answers the entry's id and
-- sequence number: a writer looks for its own entries as well.
local function publish(stream, channel, partition, horizon_ms, kind, tenant, id, epoch, until_seconds)
  local sequence, previous, birth = 0, '0-0', ''
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  if last then
    local entry = to_table(last[2], {})
    sequence, birth = tonumber(entry.q), entry.b
    previous = entry.k == 'h' and entry.p or last[1]
  else
    birth = now
  end
  local id_written = redis.call('XADD', stream, 'MINID', '~', math.max(now - horizon_ms, 0), '*', 'k', kind, 'q', sequence + 1,
    'p', previous, 'b', birth, 't', tenant, 'i', id, 'e', epoch, 'x', until_seconds)
  redis.call('PEXPIRE', stream, horizon_ms * 2)
  redis.call('PUBLISH', channel, partition)
  return {id_written, sequence + 1}
end

-- The record of an ended session says only that it has ended.
local function entomb(key, side, index, member, session, flag, now, tombstone)
  session.flags = session.delivery + flag
  session.retain = seconds(now) + tombstone
  pack_numbers(session)
  redis.call('HSET', key, 'n', session.fields.n)
  redis.call('HDEL', key, unpack(ENDED_FIELDS))
  redis.call('PEXPIREAT', key, session.retain * 1000)
  redis.call('UNLINK', side)
  redis.call('ZREM', index, member)
end

-- Writes every field of a session, long values to the side key; both expire together.
local function write_session(key, side, session)
  pack_numbers(session)
  local short, long = {}, {}
  for name, value in pairs(session.fields) do
    local target = short
    if name == 'j' or (#value > LONGEST_VALUE and name ~= 'u' and name ~= 'c' and name ~= 't') then target = long end
    target[#target + 1] = name
    target[#target + 1] = value
  end
  if #long > 0 then
    session.fields.x = '1'
    short[#short + 1] = 'x'
    short[#short + 1] = '1'
    redis.call('HSET', side, unpack(long))
    redis.call('PEXPIREAT', side, session.retain * 1000)
  end
  redis.call('HSET', key, unpack(short))
  redis.call('PEXPIREAT', key, session.retain * 1000)
end

-- Writes what a refresh changes.
local function touch_session(key, side, session)
  pack_numbers(session)
  redis.call('HSET', key, 'n', session.fields.n, 'h', session.fields.h)
  redis.call('PEXPIREAT', key, session.retain * 1000)
  if session.fields.x then redis.call('PEXPIREAT', side, session.retain * 1000) end
end

-- Adds to what befell a session: `kind` by its place in MOMENT_KINDS of domain/timeline.ts, counted from 1. A
-- repetition of the latest is counted with it. Nothing is written for a session that is only refreshed.
local MOMENT, MOMENT_BYTES, MOST_MOMENTS, MOST_COUNTED = '>I1I4I4I2', 11, 16, 65535
local MOMENTS = {['same successor'] = 1, healed = 2, exhausted = 3, ['two back'] = 4, retired = 5, elevated = 6, revoked = 7,
  reused = 8}
local function note(key, kind, now, forgotten)
  local list, code, at = redis.call('GET', key) or '', MOMENTS[kind], seconds(now)
  local last = list:sub(-MOMENT_BYTES)
  local first, count = at, 0
  if last ~= '' and last:byte(1) == code then
    local _
    _, first, _, count = struct.unpack(MOMENT, last)
    list = list:sub(1, -MOMENT_BYTES - 1)
  end
  list = list .. struct.pack(MOMENT, code, first, at, math.min(count + 1, MOST_COUNTED))
  redis.call('SET', key, list:sub(-MOMENT_BYTES * MOST_MOMENTS), 'PXAT', forgotten * 1000)
end

-- {kind, detail, retain, {field, value, ...}} for a session that goes on.
local function reply(kind, session)
  local flat = {}
  for name, value in pairs(session.fields) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  return {kind, '', session.retain, flat}
end

