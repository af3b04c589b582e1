-- Arguments: method, file with a body on each line (empty: none), number of bodies to skip, then headers, as "name: value".
function init(args)
  wrk.method = args[1]
  for i = 4, #args do
    local name, value = args[i]:match('^([^:]+): (.*)$')
    wrk.headers[name] = value
  end
  if args[2] == '' then return end
  local bodies = {}
  for line in io.lines(args[2]) do bodies[#bodies + 1] = line end
  wrk.body = bodies[1]
  if #bodies == 1 then return end
  -- Costs more than sending always the same, so it is there only if it must be.
  local sent = tonumber(args[3])
  function request()
    sent = sent + 1
    return wrk.format(nil, nil, nil, bodies[(sent - 1) % #bodies + 1])
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"failed":%d,"p50Ms":%.3f,"p99Ms":%.3f}',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
