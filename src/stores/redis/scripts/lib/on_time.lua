-- A command that waited in a buffer past its deadline must not run, because its caller has given up.
-- Needs deadline (server ms, 0: none) and now. Returns when it is too late.
if deadline > 0 and now > deadline then return {'overdue', ''} end
