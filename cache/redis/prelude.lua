-- What every script begins with.
-- KEYS[1] state, KEYS[2] marks.
-- ARGV[1] '1' when the epoch has to be compared with the server it began on: see read_state.

local function now_micros()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function now_ms()
  return math.floor(now_micros() / 1000)
end

-- What changes when the server is another one: a process, and a history of writes. A replica that is promoted keeps its
-- run id; a primary that was a replica for a while keeps its run id, too, and comes back with a new history.
local function server_identity()
  local info = redis.call('INFO', 'server', 'replication')
  local run_id = string.match(info, 'run_id:(%x+)')
  return run_id .. ':' .. string.match(info, 'master_replid:(%x+)'), run_id
end

-- Nothing of an earlier life may be taken for this one's: not its marks, leases or clock. `older` is an epoch that this
-- one must come after, whatever the server's clock says.
local function begin_epoch(older)
  local identity, run_id = server_identity()
  local micros = now_micros()
  if older then
    micros = math.max(micros, tonumber(string.sub(older, 1, 16)) + 1)
  end
  local epoch = string.format('%016.0f', micros) .. '-' .. string.sub(run_id, 1, 8)
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'server', identity, 'clock', 0, 'floor', 0,
    'agedClock', 0, 'checkpointClock', 0, 'checkpointAt', math.floor(micros / 1000))
end

local function get_state()
  local fields = redis.call('HGETALL', KEYS[1])
  local state = {}
  for i = 1, #fields, 2 do
    state[fields[i]] = fields[i + 1]
  end
  state.clock = tonumber(state.clock)
  state.floor = tonumber(state.floor)
  return state
end

-- Rule 2. There is an epoch when this returns, and it is one of this server. It begins anew
-- - where there is none: Redis was flushed or is new, or the key was evicted;
-- - where marks are missing, which they can't be while the clock is above the floor: the newest is never pruned. They
--   were evicted, and a missing mark must not be taken for the floor;
-- - where the data came from another server: a restart with old data, a replica that was promoted.
local function read_state()
  local state = get_state()
  local lost = not state.epoch
    or (state.clock > state.floor and redis.call('EXISTS', KEYS[2]) == 0)
    or (ARGV[1] == '1' and state.server ~= server_identity())
  if lost then
    begin_epoch(state.epoch)
    return get_state()
  end
  return state
end

-- Answers that are looked up together mostly depend on the same few relays.
local relays_without_lease = {}
local function find_relay_without_lease(state, relays)
  local missing = relays_without_lease[relays]
  if missing == nil then
    missing = false
    local now = now_ms()
    for _, subgraph in ipairs(cjson.decode(relays)) do
      if tonumber(state['lease:' .. subgraph] or 0) <= now then
        missing = subgraph
        break
      end
    end
    relays_without_lease[relays] = missing
  end
  return missing
end

-- Rules 1 and 5, as in validity.ts. Returns nil, or why an answer doesn't hold, and the tag or subgraph.
-- `tags` and `relays` are JSON arrays.
local function find_invalidity(state, epoch, clock, tags, relays)
  if epoch ~= state.epoch then
    return 'epoch', ''
  end
  -- No mark is above the clock: where it didn't move, there is nothing to compare.
  if clock < state.clock and tags ~= '[]' then
    local names = cjson.decode(tags)
    for from = 1, #names, 1000 do
      local to = math.min(from + 999, #names)
      local marks = redis.call('ZMSCORE', KEYS[2], unpack(names, from, to))
      for i = from, to do
        if (tonumber(marks[i - from + 1] or state.floor)) > clock then
          return 'tag', names[i]
        end
      end
    end
  end
  local subgraph = find_relay_without_lease(state, relays)
  if subgraph then
    return 'lease', subgraph
  end
  return nil
end
