-- A refresh: the decision table of domain/rotation.ts. By far the most frequent script: functions for rare cases are
-- declared where they are used, and the arguments that are always needed are packed into one.
-- KEYS 1 session · 2 side key · 3 user · 4 revocation stream · 5 not-before · 6 timeline
-- ARGV numbers, see below, then rarely used: the presented hash, and for each pepper except the chosen one its id and the
--      hash of the secret after the successor · tenant · identity of the session, without its client if that is not
--      compared · hash of the successor · hashes of the secrets after it under the chosen pepper, the next and the one
--      after HEALED ·
--      requested scopes, or '' · JSON of public id · channel · partition · horizon ms · the clients that the request may
--      act for, encoded as in records, or '' for any client
local injected, deadline, claimed, access, idle, grace, lost, most, tombstone, margin, next_kid, cookie, member =
  struct.unpack('>I6I6I4I4I4I4I4BI4I4BBc16', ARGV[1])
local numbers, tenant, who, successor, upcoming = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local PRESENTED, HASH_BYTES, HEALED = 60, 16, 3
local following = upcoming:sub(1, HASH_BYTES)
local key, side, user_key, not_before_key = KEYS[1], KEYS[2], KEYS[3], KEYS[5]
-- include: clock
-- include: on_time
-- include: session
if record:sub(IDENTITY, IDENTITY + #who - 1) ~= who or flags % SIDE ~= cookie then return {'invalid', ''} end
-- include: user
-- A fail-over to a server with a slow clock must not reopen a grace window.
if rotated > now then now = rotated end
-- include: not_before
-- include: life
if over then return {over, why} end

local age = generation - claimed
local kind, reason, primary
-- A successor is derived from the secret of a token: a token that derives the stored successor is the current one.
if age == 0 and successor == record:sub(HASH, AHEAD - 1) and flags % UNSEEN < ELEVATED then
  kind = 'rotated'
else
  -- include: judge_old
end
if kind == 'invalid' then return {'invalid', ''} end
if kind == 'pepper' then return {'pepper', '', reason} end
-- Before anything changes, also before a reuse ends the session.
if ARGV[8] ~= '' then
  -- include: known_client
  if not known_client(ARGV[8]) then return {'client', client} end
end
if kind == 'refused' then
  -- include: note
  note(KEYS[6], reason, now, absolute + tombstone)
  return {'refused', reason}
end
if kind == 'reused' then
  if primary then flags, kid, reuse, generation, auth, rotated, late, record = unpack(primary) end
  -- include: note
  -- include: write_tombstone
  -- include: revoked_until
  -- include: publish
  local id, channel, partition, horizon = unpack(cjson.decode(ARGV[7]))
  local expiry = revoked_until(0)
  write_tombstone(REUSED)
  redis.call('HDEL', user_key, member)
  note(KEYS[6], 'reused', now, retain)
  local entry = publish(KEYS[4], channel, partition, horizon, 's', tenant, id, '', expiry)
  return {'reused', '', entry[3], entry}
end

-- The proof of identity of a chain from before a step-up may be older than the not-before.
if auth < not_before then return {'ended', 'not before'} end
local details = flags % PLAIN >= SIDE and redis.call('GET', side) or ''
if ARGV[6] ~= '' then
  -- include: asks_too_much
  if asks_too_much(ARGV[6]) then
    -- The client presented the current token, so it counts as used, as by see.lua, even though this request is refused.
    if kind == 'rotated' and flags >= UNSEEN then
      local written = struct.pack('>BB', VERSION, flags - UNSEEN) .. record:sub(3)
      if primary then
        -- include: beside
      end
      redis.call('SET', key, written, 'KEEPTTL')
    end
    return {'scope', ''}
  end
end
local listed = expires
if kind == 'repeated' then
  reuse, upcoming = reuse + 1, record:sub(HASH, IDENTITY - 1)
elseif kind == 'late' then
  -- Other tabs that wake up at the same time get a new grace window; the limit still counts from the rotation.
  reuse, late, upcoming = 0, now - rotated, record:sub(HASH, IDENTITY - 1)
else
  generation, rotated, late, reuse, kid = claimed + 1, now, 0, 0, next_kid
  if flags % REVOKED < UNSEEN then flags = flags + UNSEEN end
  -- include: extend
end
if kind ~= 'rotated' then
  -- include: note
  note(KEYS[6], kind, now, absolute + tombstone)
end
local written = struct.pack(NUMBERS, VERSION, flags, kid, reuse, generation, created, auth, absolute, expires, retain, epoch,
  rotated, late) .. upcoming .. record:sub(IDENTITY)
local answer, own = written, -1
if primary then
  local replacement = primary[4]
  -- include: as_issued
  -- include: beside
end
-- include: keep
-- include: issue
return {kind, '', answer, details, own}
