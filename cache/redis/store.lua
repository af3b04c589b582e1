-- KEYS[3] claim, KEYS[4] entry. ARGV: verify, epoch, clock, tags, relays, ms fresh, ms kept, meta, then coding and body
-- in turns. Rule 1: between the look that missed and now there was time for an invalidation, and this is where it is
-- noticed.
local state = read_state()
redis.call('DEL', KEYS[3])
local invalid, which = find_invalidity(state, ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5])
if invalid then
  return { state.epoch, state.clock, invalid, which }
end
-- The entry that was there may have bodies that this one hasn't.
redis.call('DEL', KEYS[4])
redis.call('HSET', KEYS[4], 'epoch', ARGV[2], 'clock', ARGV[3], 'tags', ARGV[4], 'relays', ARGV[5],
  'freshMs', ARGV[6], 'storedAt', now_ms(), 'meta', ARGV[8])
for i = 9, #ARGV, 2 do
  redis.call('HSET', KEYS[4], 'body:' .. ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[4], ARGV[7])
return { state.epoch, state.clock, 'valid', '' }
