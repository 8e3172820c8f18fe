-- Until when gateways must keep a revocation: at least for the longest life of a token, because the record of the user may
-- lack the latest writes. Needs the user, now, tombstone and margin. Declares revoked_until.
local function revoked_until(floor)
  return math.max(user_epoch and user_access or 0, math.floor(now / 1000) + tombstone, floor) + margin
end
