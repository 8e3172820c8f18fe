-- A command that waited in some buffer until its caller had given up must not run: the caller may have gone on.
-- Needs deadline (server ms, 0: none) and now. Returns when it is too late.
if deadline > 0 and now > deadline then return {'overdue', ''} end
