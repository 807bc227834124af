-- Tickets that were used in a blind vote stand in the row of its counts, as a JSON list in their own order: rows of their own kept the
-- order in which people came. Whoever voted before this ran may vote once more while the vote is open.

ALTER TABLE review_vote ADD COLUMN used TEXT NOT NULL DEFAULT '[]';
DROP TABLE review_vote_ticket;
