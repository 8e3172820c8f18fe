-- Reads new revocations of many partitions on one server in one command. The heartbeat is a separate key: a write, so that
-- only the primary can answer. It holds the time at which it was last written: if the server has lost writes, that is
-- earlier than its readers know.
-- KEYS 1 heartbeat · then the streams
-- ARGV life of the heartbeat ms · maximum number of entries of each · then the id of the last entry read of each stream
-- Answers now, ms · when the heartbeat was written before, or '' · replication id · number of replicas · streams with new
-- entries
local injected, life, most = 0, ARGV[1], ARGV[2]
-- include: clock
local before = redis.call('SET', KEYS[1], string.format('%d', now), 'PX', life, 'GET')
local replication = redis.call('INFO', 'replication')
local read = {'XREAD', 'COUNT', most, 'STREAMS'}
for i = 2, #KEYS do read[#read + 1] = KEYS[i] end
for i = 3, #ARGV do read[#read + 1] = ARGV[i] end
return {now, before or '', replication:match('master_replid:(%w+)') or '',
  tonumber(replication:match('connected_slaves:(%d+)') or 0), redis.call(unpack(read)) or {}}
