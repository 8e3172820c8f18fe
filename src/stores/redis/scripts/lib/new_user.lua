-- A new user, or one whose record has expired: the old content of the key is deleted. Needs user_key and now.
redis.call('DEL', user_key)
user_epoch, user_access, user_retain, user_not_before, user_locked = now, 0, 0, 0, 0
