-- Tickets that were used after a session stand in the row of its counts, as a JSON list in their own order: rows of their own kept the
-- order in which people came. Whoever answered before this ran may answer once more while the question is open.

ALTER TABLE forum_feedback ADD COLUMN used TEXT NOT NULL DEFAULT '[]';
DROP TABLE forum_feedback_ticket;
