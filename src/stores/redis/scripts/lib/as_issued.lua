-- The session for access tokens of a retired chain. Needs answer (the record of that chain), its generation, and
-- replacement (the generation of the step-up). Assigns answer, with a generation below the replacement, so that the use of
-- such a token does not look like use of the new chain; and own, the real generation.
own = generation
answer = answer:sub(1, 4) .. struct.pack('>I4', math.min(generation, replacement - 1)) .. answer:sub(9)
