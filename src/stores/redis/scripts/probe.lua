-- Does the server accept writes? A full server, a replica, or one that cannot save still answers PING.
-- KEYS 1 a key for this check only; it expires at once
redis.call('SET', KEYS[1], '', 'PX', 1)
return 1
