-- Until when gateways must remember a revocation. Needs the user, now, tombstone and margin. Declares revoked_until.
local function revoked_until(floor)
  local latest = user_epoch and user_access or math.floor(now / 1000) + tombstone
  return math.max(latest, floor) + margin
end
