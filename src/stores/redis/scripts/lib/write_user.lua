-- Writes a user. Callers never lower user_retain. Needs user_key and what user.lua declares. Declares write_user.
local function write_user()
  redis.call('HSET', user_key, 'e',
    struct.pack(USER, USER_VERSION, user_epoch, user_access, user_retain, user_not_before, user_locked))
  redis.call('PEXPIREAT', user_key, user_retain * 1000)
end
