-- Deletes a counter.
-- KEYS 1 counter
return redis.call('DEL', KEYS[1])
