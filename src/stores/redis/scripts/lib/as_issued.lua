-- The session as the owner of a retired chain sees it. Needs answer (the record of that chain), generation (how far it is)
-- and replacement (the generation that took its place). Assigns answer, in which access tokens call their generation one
-- that is never taken for a sign that the replacement is in use, and own, what it really is.
own = generation
answer = answer:sub(1, 4) .. struct.pack('>I4', math.min(generation, replacement - 1)) .. answer:sub(9)
