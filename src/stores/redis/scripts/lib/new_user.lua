-- A user not known so far, or forgotten since: whatever the key still holds is of no use. Needs user_key and now.
redis.call('DEL', user_key)
user_epoch, user_access, user_retain, user_not_before, user_locked = now, 0, 0, 0, 0
