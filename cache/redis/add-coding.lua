-- KEYS[3] entry. ARGV: verify, epoch, clock, meta, coding, body. Bytes of one answer must not be served as another's: the
-- entry has to be the very one that they were made from.
local state = read_state()
local entry = redis.call('HMGET', KEYS[3], 'epoch', 'clock', 'meta')
if entry[1] == ARGV[2] and entry[2] == ARGV[3] and entry[3] == ARGV[4] then
  redis.call('HSET', KEYS[3], 'body:' .. ARGV[5], ARGV[6])
end
return { state.epoch, state.clock }
