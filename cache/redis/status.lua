-- ARGV: verify.
local state = read_state()
return { state.epoch, state.clock, now_ms() }
