-- Made by evenkeel; the next apply replaces it.
-- evenkeel-pools.lua: holds the pools document in shared memory, for all workers, and tells each worker what follows from it.
local json = require "cjson.safe"
local ffi = require "ffi"
-- evenkeel_pools: "version", "serial" (changes with each document), "doc:SERIAL", "since:POOL/ID" (when a backend came up),
-- "epoch", "generation", "worker:GENERATION:ID". evenkeel_counts: active and failed requests; those used least are thrown away
-- when there is no room. Documents never are.
local held, counts = ngx.shared.evenkeel_pools, ngx.shared.evenkeel_counts
local now = ngx.now

pcall(ffi.cdef, "int inet_pton(int family, const char *text, void *into);")
pcall(ffi.cdef, "unsigned char *SHA256(const unsigned char *text, size_t length, unsigned char *into);")

local M = {}
local known = {} -- what find() gives: name -> pool, of the document
local own = {} -- the same of the servers in nginx.conf
local seen, seen_failures -- the serials these are of
local next_look = 0

-- How long a worker may go on with what it knows. It looks when there is a request, so idle workers do nothing.
local look_every = 0.1

local function sha256(text)
  local bytes = ffi.new("unsigned char[32]")
  ffi.C.SHA256(text, #text, bytes)
  return (ffi.string(bytes, 8):gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

local function is_address(text)
  local bytes = ffi.new("unsigned char[16]")
  if type(text) ~= "string" or text:find("%z") then return false end
  return ffi.C.inet_pton(text:find(":", 1, true) and 10 or 2, text, bytes) == 1 -- AF_INET6, AF_INET
end

local function is_whole(value, low, high)
  return type(value) == "number" and value >= low and value <= high and value == math.floor(value)
end

local function is_list(value)
  if type(value) ~= "table" then return false end
  local entries = 0
  for _ in pairs(value) do entries = entries + 1 end
  return entries == #value
end

local states = { up = true, down = true, drain = true }

local function wrong_backend(backend)
  if type(backend) ~= "table" then return "no object" end
  if type(backend.id) ~= "string" or backend.id == "" or #backend.id > 255 then return "id" end
  if not is_address(backend.address) then return "address" end
  if not is_whole(backend.port, 1, 65535) then return "port" end
  if not is_whole(backend.weight, 1, 256) then return "weight" end
  if type(backend.backup) ~= "boolean" then return "backup" end
  if not states[backend.state] then return "state" end
end

-- Says what is wrong with a document; nothing when it is right. JSON's null is no nil, so types are asked for.
local function wrong(document)
  if type(document) ~= "table" then return "no object" end
  if not is_whole(document.version, 1, 1e14 - 1) then return "version" end
  if type(document.pools) ~= "table" then return "pools" end
  for name, pool in pairs(document.pools) do
    if type(name) ~= "string" or type(pool) ~= "table" then return "pools" end
    local at = "pool " .. name .. ": "
    if not is_whole(pool.slowStartMs, 0, 86400000) then return at .. "slowStartMs" end
    if not is_list(pool.backends) or #pool.backends == 0 then return at .. "backends" end
    local ids = {}
    for number, backend in ipairs(pool.backends) do
      local what = wrong_backend(backend)
      if what then return at .. "backend " .. number .. ": " .. what end
      if ids[backend.id] then return at .. "two backends " .. backend.id end
      ids[backend.id] = true
    end
  end
end

local function read(text)
  local document, why = json.decode(text or "")
  if document == nil then return nil, "no JSON: " .. tostring(why) end
  why = wrong(document)
  if why then return nil, why end
  return document
end

local function held_document()
  local serial = held:get("serial")
  local text = serial and held:get("doc:" .. serial)
  return text and json.decode(text), serial
end

-- Notes which backends came up just now: they were down, or their pool did not have them.
local function note_since(before, document)
  for name, pool in pairs(document.pools) do
    local old = before.pools[name]
    local was = {}
    for _, backend in ipairs(old and old.backends or {}) do was[backend.id] = backend.state end
    for _, backend in ipairs(pool.backends) do
      local cold = old and backend.state ~= "down" and (was[backend.id] or "down") == "down"
      if cold and pool.slowStartMs > 0 then
        held:safe_set("since:" .. name .. "/" .. backend.id, now(), pool.slowStartMs / 1000)
      end
    end
  end
end

-- Under a key of its own first: a document that finds no room leaves the one before as it was.
local function hold(document, text)
  local before, serial = held_document()
  local following = (serial or 0) + 1
  local ok, why = held:safe_set("doc:" .. following, text)
  if not ok then return nil, why end
  if before then note_since(before, document) end
  held:set("version", document.version)
  held:set("serial", following)
  if serial then held:delete("doc:" .. serial) end
  return true
end

-- Forgets the document: NGINX's own server lines decide.
local function forget()
  local serial = held:get("serial")
  if not serial then return end
  held:delete("version")
  held:set("serial", serial + 1)
  held:delete("doc:" .. serial)
end

-- Takes what is in the file, unless a newer document came by the socket. Shared memory outlives a reload, so a file that
-- is gone or broken means: back to NGINX's own servers.
local function load_file(path)
  local file = io.open(path, "r")
  if not file then return forget() end
  local text = file:read("*a")
  file:close()
  local document, why = read(text)
  if not document then
    forget()
  elseif document.version >= (held:get("version") or 0) then
    why = select(2, hold(document, text))
  end
  if why then ngx.log(ngx.ERR, "evenkeel: ", path, ": ", why) end
end

-- init_by_lua: at a start and at each reload, as root.
function M.start(path)
  M.generation = held:incr("generation", 1, 0)
  for id = 0, ngx.worker.count() - 1 do held:delete("worker:" .. M.generation - 1 .. ":" .. id) end
  load_file(path)
end

-- init_worker_by_lua. A worker that takes the place of one that died begins a new epoch: what the dead one had begun will
-- never be counted as ended.
function M.worker()
  if not held:add("worker:" .. M.generation .. ":" .. ngx.worker.id(), true) then held:incr("epoch", 1, 0) end
end

local function note_failures(pool)
  for _, backend in ipairs(pool.members) do backend.out_until = counts:get(backend.out_key) or 0 end
end

local function cookie_variable(name)
  return "evenkeel_cookie_" .. name:gsub("[^a-z0-9]", function(char) return ("_%02x_"):format(char:byte()) end)
end

-- A pool as balance() wants it. "members" are the regular ones, whatever their state, and the spare ones.
local function make(name, slow_start, backends)
  local pool = { name = name, slow_start = slow_start, window = 1, members = {} }
  pool.regular, pool.spare, pool.draining, pool.by_cookie = {}, {}, {}, {}
  pool.cookie_variable = cookie_variable(name)
  local epoch = held:get("epoch") or 0
  for _, given in ipairs(backends) do
    local key = name .. "/" .. given.id
    local host = given.address:find(":", 1, true) and "[" .. given.address .. "]" or given.address
    local backend = {
      id = given.id, address = given.address, host = host, port = given.port, weight = given.weight, backup = given.backup,
      state = given.state, credit = 0, since = held:get("since:" .. key) or 0, out_until = 0,
      active_key = "a" .. epoch .. ":" .. key, fails_key = "f:" .. key, out_key = "o:" .. key,
      cookie = sha256(name .. " " .. host .. ":" .. given.port),
    }
    pool.members[#pool.members + 1] = backend
    if not backend.backup then pool.by_cookie[backend.cookie] = backend end
    local list = backend.state == "drain" and pool.draining or backend.backup and pool.spare or pool.regular
    if backend.state ~= "down" then list[#list + 1] = backend end
  end
  note_failures(pool)
  return pool
end

-- Each worker begins somewhere in the round: otherwise all begin with the same backend after each document.
local function begin_somewhere(pool)
  local total = 0
  for _, backend in ipairs(pool.regular) do total = total + backend.weight end
  for _ = 1, total > 0 and math.random(0, math.min(total - 1, 1000)) or 0 do
    local best
    for _, backend in ipairs(pool.regular) do
      backend.credit = backend.credit + backend.weight
      if not best or backend.credit > best.credit then best = backend end
    end
    best.credit = best.credit - total
  end
end

local function follow(time)
  next_look = time + look_every
  local mark = (held:get("serial") or 0) .. " " .. (held:get("epoch") or 0)
  if mark ~= seen then
    local document = held_document()
    local found = {}
    for name, pool in pairs(document and document.pools or {}) do
      found[name] = make(name, pool.slowStartMs / 1000, pool.backends)
      begin_somewhere(found[name])
    end
    known, own, seen = found, {}, mark
  end
  local failures = counts:get("failures")
  if failures ~= seen_failures then
    for _, pool in pairs(known) do note_failures(pool) end
    for _, pool in pairs(own) do note_failures(pool) end
    seen_failures = failures
  end
end

-- The servers of nginx.conf, as "HOST:PORT=WEIGHT" and a "b" for a spare one, with commas between.
local function own_pool(name, ...)
  local backends = {}
  for endpoint, weight, spare in table.concat({ ... }, ","):gmatch("([^,=]+)=(%d+)(b?)") do
    local address, port = endpoint:match("^%[?([^%]]+)%]?:(%d+)$")
    backends[#backends + 1] = { id = endpoint, address = address, port = tonumber(port), weight = tonumber(weight), backup = spare == "b", state = "up" }
  end
  own[name] = make(name, 0, backends)
  begin_somewhere(own[name])
  return own[name]
end

-- The pool of this name in the document, else one of the servers given here, else nothing.
function M.find(name, ...)
  local time = now()
  if time >= next_look or time < next_look - look_every then follow(time) end
  local pool = known[name]
  if pool or select("#", ...) == 0 then return pool end
  return own[name] or own_pool(name, ...)
end

local function answer(status, body)
  ngx.status = status
  ngx.header.content_type = "application/json"
  ngx.say(json.encode(body))
end

local function body_text()
  ngx.req.read_body()
  local text, path = ngx.req.get_body_data(), ngx.req.get_body_file()
  if text or not path then return text end
  local file = io.open(path, "r")
  text = file and file:read("*a")
  if file then file:close() end
  return text
end

local function put()
  local text = body_text()
  local document, why = read(text)
  if not document then return answer(400, { error = why }) end
  -- Two at once would both take the next serial. The lock goes by itself should its worker die.
  if not held:add("lock", true, 5) then return answer(503, { error = "another document is being taken" }) end
  local version, ok = held:get("version") or 0, nil
  local older = document.version < version
  if not older then ok, why = hold(document, text) end
  held:delete("lock")
  if older then return answer(409, { error = "older than the document held", version = version }) end
  if not ok then return answer(500, { error = why }) end
  answer(200, { version = document.version })
end

local function get()
  follow(now())
  local state = { version = held:get("version") or 0, pools = {} }
  for name, pool in pairs(known) do
    local backends = {}
    for number, one in ipairs(pool.members) do
      backends[number] = {
        id = one.id, address = one.address, port = one.port, weight = one.weight, backup = one.backup, state = one.state,
        active = math.max(0, counts:get(one.active_key) or 0), failing = one.out_until > now(),
      }
    end
    state.pools[name] = { backends = backends }
  end
  answer(200, state)
end

-- content_by_lua of the socket's only location.
function M.control()
  local method = ngx.req.get_method()
  if method == "PUT" then return put() end
  if method == "GET" then return get() end
  answer(405, { error = "GET or PUT" })
end

return M
