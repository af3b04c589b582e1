-- ARGV: verify, epoch, clock, tags, relays.
local state = read_state()
local invalid, which = find_invalidity(state, ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5])
return { state.epoch, state.clock, invalid or 'valid', which or '' }
