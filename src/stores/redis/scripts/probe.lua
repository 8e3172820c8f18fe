-- Would a write be taken? A server that is full, a replica, or one that cannot save answers PING all the same.
-- KEYS 1 a key of its own, gone at once
redis.call('SET', KEYS[1], '', 'PX', 1)
return 1
