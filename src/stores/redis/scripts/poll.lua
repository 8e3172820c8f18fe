-- Reads new revocations of one partition, and writes a heartbeat: a write, so that only the primary can answer. There is
-- at most one heartbeat, at the end of the stream.
-- KEYS 1 revocation stream
-- Answers the entries and, if requested, the replication id and the number of replicas.
-- ARGV id of the last entry read, or '-' · maximum number of entries · horizon ms · longest silence ms ·
--      1 to answer the state of replication
local after, most, horizon, silence = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local injected = 0
-- include: clock
-- include: stream_end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local sequence, previous, birth, widths = stream_end(last, now)
local width
width, widths = widest(widths, now, horizon / 1000)
-- No gateway has polled for long. A restored copy looks like this, so earlier revocations may be lost: a new birth.
if last and now - tonumber(last[1]:match('^%d+')) > silence then birth = now end
-- The new heartbeat is added before the old one is deleted: if memory is full, revocations cannot be added either, so the
-- poll must fail.
redis.call('XADD', KEYS[1], 'MINID', '~', math.max(now - width * 1000, 0), '*', 'k', 'h', 'q', sequence, 'p', previous,
  'b', birth, 'w', widths)
if last and last[2][2] == 'h' then redis.call('XDEL', KEYS[1], last[1]) end
redis.call('PEXPIRE', KEYS[1], width * 2000)
local from = after == '-' and '-' or '(' .. after
local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', most)
if ARGV[5] ~= '1' then return {entries} end
local replication = redis.call('INFO', 'replication')
return {entries, replication:match('master_replid:(%w+)') or '', tonumber(replication:match('connected_slaves:(%d+)') or 0)}
