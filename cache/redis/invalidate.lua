-- ARGV: verify, most marks, prune step, ms kept, then tags.
local state = read_state()
mark(state, ARGV, 5, ARGV[2], ARGV[3], ARGV[4])
return { state.epoch, state.clock }
