-- Records that no access token issued for this command expires after `access`; the record of the user is kept longer.
-- Updates the expiry of the session in the user's list.
-- Needs the user, member, created, expires, listed (the expiry the list holds so far), access and margin.
if access > user_access or expires ~= listed or access + margin > user_retain then
  user_access = math.max(user_access, access)
  if access + margin > user_retain then
    user_retain = access + margin
    redis.call('PEXPIREAT', user_key, user_retain * 1000)
  end
  redis.call('HSET', user_key, 'e',
    struct.pack(USER, USER_VERSION, user_epoch, user_access, user_retain, user_not_before, user_locked),
    member, struct.pack('>I4I4', expires, created))
end
