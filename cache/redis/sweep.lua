-- ARGV: verify, most marks, prune step, ms kept, subgraph, epoch, source. Rule 2. What was stored in this epoch before
-- the fence was moved to it may miss writes that were drained to the epoch before: so it is invalidated, after the
-- move. In another epoch than the one that was moved to there is nothing to do yet.
local state = read_state()
local subgraph, epoch, source = ARGV[5], ARGV[6], ARGV[7]
if state.epoch ~= epoch then
  return { state.epoch, state.clock, 0 }
end
mark(state, { subgraph }, 1, ARGV[2], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[1], 'source:' .. subgraph, source)
-- What the relay said of another database says nothing of this one.
redis.call('HDEL', KEYS[1], 'lease:' .. subgraph)
return { state.epoch, state.clock, 1 }
