#ifndef P2P_SRC_STORE_SQL_H
#define P2P_SRC_STORE_SQL_H
/* The database's tables, version by version, and every statement the store runs. Private to the store. */

/* What the columns hold is told by src/types.h and src/msg.h; times are wall milliseconds.
 *
 * counters  one row: the numbers that rise for ever and are never given twice, whatever is deleted
 * peers     key -> small number, and how that chat stands, so that no question about it has to count rows
 * ids       every id ever seen in or given out: it outlives the text, so that nothing arrives twice
 * messages  row is the shown order, rev the order of changes; text comes last so that the rest is read without it */
#define STORE_V1                                                                                   \
	"CREATE TABLE counters (one INTEGER PRIMARY KEY CHECK (one = 1), row INTEGER NOT NULL, "   \
	"rev INTEGER NOT NULL,"                                                                    \
	" transfer INTEGER NOT NULL);"                                                             \
	"INSERT INTO counters VALUES (1, 0, 0, 0);"                                                \
	"CREATE TABLE peers (peer INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, next_seq "        \
	"INTEGER NOT NULL DEFAULT 1,"                                                              \
	" row INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL DEFAULT 0, read_row INTEGER NOT "   \
	"NULL DEFAULT 0,"                                                                          \
	" unread INTEGER NOT NULL DEFAULT 0, unread_row INTEGER NOT NULL DEFAULT 0);"              \
	"CREATE TABLE contacts (peer INTEGER PRIMARY KEY, name BLOB NOT NULL, nick BLOB NOT "      \
	"NULL, note BLOB NOT NULL,"                                                                \
	" state INTEGER NOT NULL, trust INTEGER NOT NULL, added INTEGER NOT NULL, last_seen "      \
	"INTEGER NOT NULL,"                                                                        \
	" trust_since INTEGER NOT NULL, by_address INTEGER NOT NULL, door BLOB, addrs BLOB NOT "   \
	"NULL);"                                                                                   \
	"CREATE INDEX names ON contacts (name);"                                                   \
	"CREATE TABLE ids (peer INTEGER NOT NULL, dir INTEGER NOT NULL, id BLOB NOT NULL, row "    \
	"INTEGER NOT NULL,"                                                                        \
	" PRIMARY KEY (peer, dir, id)) WITHOUT ROWID;"                                             \
	"CREATE TABLE messages (row INTEGER PRIMARY KEY, peer INTEGER NOT NULL, rev INTEGER NOT "  \
	"NULL, dir INTEGER NOT NULL,"                                                              \
	" kind INTEGER NOT NULL, state INTEGER NOT NULL, wire INTEGER NOT NULL, seq INTEGER NOT "  \
	"NULL, time INTEGER NOT NULL,"                                                             \
	" arrived INTEGER NOT NULL, transfer INTEGER NOT NULL, id BLOB, reason BLOB, text BLOB "   \
	"NOT NULL);"                                                                               \
	"CREATE INDEX chat ON messages (peer);"                                                    \
	"CREATE UNIQUE INDEX changes ON messages (rev);"                                           \
	"CREATE INDEX chat_changes ON messages (peer, rev);"                                       \
	"CREATE INDEX incoming ON messages (peer) WHERE dir = 0;"                                  \
	"CREATE INDEX outbox ON messages (peer, seq) WHERE dir = 1 AND state = 0 AND kind = 0;"    \
	"CREATE TABLE transfers (transfer INTEGER PRIMARY KEY, peer INTEGER NOT NULL, id BLOB "    \
	"NOT NULL, dir INTEGER NOT NULL,"                                                          \
	" state INTEGER NOT NULL, unlink_after INTEGER NOT NULL, files INTEGER NOT NULL, folders " \
	"INTEGER NOT NULL,"                                                                        \
	" bytes_total INTEGER NOT NULL, bytes_done INTEGER NOT NULL, started INTEGER NOT NULL, "   \
	"ended INTEGER NOT NULL,"                                                                  \
	" name BLOB NOT NULL, place BLOB NOT NULL, reason BLOB NOT NULL, paths BLOB NOT NULL);"    \
	"CREATE INDEX transfers_of ON transfers (peer);"                                           \
	"CREATE TABLE doors (door BLOB PRIMARY KEY, kind INTEGER NOT NULL, created INTEGER NOT "   \
	"NULL);"                                                                                   \
	"CREATE TABLE named (name BLOB PRIMARY KEY, value BLOB NOT NULL);"

/* seen_seq  of theirs, the user has seen all up to here; read_seq: the same of ours, as the peer says
 * edits     how often the text was changed; ref: the message that a reply or an act is about
 * react_*   the newest reaction of the peer (in) and of the user (out); NULL for none
 * versions  the texts a message had before; version 0 is the first */
#define STORE_V2                                                                                   \
	"ALTER TABLE peers ADD COLUMN seen_seq INTEGER NOT NULL DEFAULT 0;"                        \
	"ALTER TABLE peers ADD COLUMN read_seq INTEGER NOT NULL DEFAULT 0;"                        \
	"ALTER TABLE messages ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;"                        \
	"ALTER TABLE messages ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;"                      \
	"ALTER TABLE messages ADD COLUMN ref BLOB;"                                                \
	"ALTER TABLE messages ADD COLUMN react_in BLOB;"                                           \
	"ALTER TABLE messages ADD COLUMN react_out BLOB;"                                          \
	"CREATE TABLE versions (row INTEGER NOT NULL, version INTEGER NOT NULL, time INTEGER NOT " \
	"NULL, text BLOB NOT NULL,"                                                                \
	" PRIMARY KEY (row, version)) WITHOUT ROWID;"                                              \
	"DROP INDEX incoming;"                                                                     \
	"CREATE INDEX incoming ON messages (peer) WHERE dir = 0 AND kind <> 3;"                    \
	"DROP INDEX outbox;"                                                                       \
	"CREATE INDEX outbox ON messages (peer, seq) WHERE dir = 1 AND state = 0 AND kind IN (0, " \
	"3);"                                                                                      \
	"CREATE INDEX acts ON messages (peer, ref) WHERE kind = 3;"

/* The columns store_page.c reads, in its order. */
#define ROW_COLUMNS \
	"m.row, m.rev, m.seq, m.time, m.transfer, m.dir, m.kind, m.state, m.wire, m.id, m.text, m.reason, " \
	"m.edits, m.deleted, m.ref, m.react_in, m.react_out, m.peer"
/* The columns of a transfer, in the order store_transfer.c reads and writes them. */
#define TRANSFER_COLUMNS                                                                          \
	"id, dir, state, unlink_after, files, folders, bytes_total, bytes_done, started, ended, " \
	"name, place, reason, paths"

/* Each index is named where it matters: without statistics the planner could take a worse one, and a missing one is an error. */
/* clang-format off */
#define STORE_STATEMENTS(SQL) \
	SQL(COUNTERS_GET, "SELECT row, rev, transfer FROM counters") \
	SQL(COUNTERS_SET, "UPDATE counters SET row = ?, rev = ?, transfer = ?") \
	SQL(PEER_FIND, "SELECT p.peer, p.next_seq, p.row, p.rev, p.read_row, p.unread, p.unread_row, p.seen_seq, p.read_seq," \
	    " c.peer IS NOT NULL" \
	    " FROM peers p LEFT JOIN contacts c ON c.peer = p.peer WHERE p.key = ?") \
	SQL(PEER_NEW, "INSERT INTO peers (key) VALUES (?)") \
	SQL(PEER_SET, "UPDATE peers SET next_seq = ?, row = ?, rev = ?, read_row = ?, unread = ?, unread_row = ?," \
	    " seen_seq = ?, read_seq = ? WHERE peer = ?") \
	SQL(PEER_DROP, "DELETE FROM peers WHERE peer = ?1 AND next_seq = 1 AND NOT EXISTS (SELECT 1 FROM ids WHERE peer = ?1)") \
	SQL(CONTACT_PUT, "INSERT OR REPLACE INTO contacts (peer, name, nick, note, state, trust, added, last_seen, trust_since," \
	    " by_address, door, addrs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") \
	SQL(CONTACT_DROP, "DELETE FROM contacts WHERE peer = ?") \
	SQL(CONTACTS_ALL, "SELECT p.key, c.name, c.nick, c.note, c.state, c.trust, c.added, c.last_seen, c.trust_since," \
	    " c.by_address, c.door, c.addrs, p.row, p.rev, p.unread, p.unread_row, p.seen_seq, p.read_seq" \
	    " FROM contacts c CROSS JOIN peers p ON p.peer = c.peer ORDER BY c.peer") \
	SQL(ID_NEW, "INSERT OR IGNORE INTO ids (peer, dir, id, row) VALUES (?, ?, ?, ?)") \
	SQL(ID_FIND, "SELECT row FROM ids WHERE peer = ? AND dir = ? AND id = ?") \
	SQL(MESSAGE_NEW, "INSERT INTO messages (row, peer, rev, dir, kind, state, wire, seq, time, arrived, transfer, id, text, ref)" \
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") \
	SQL(MESSAGE_SEQ, "SELECT seq FROM messages WHERE row = ?") \
	SQL(MESSAGE_STATE, "UPDATE messages SET state = ?, rev = ?, reason = ?" \
	    " WHERE row = ? AND dir = 1 AND kind IN (0, 3) AND state IN (?, ?)") \
	SQL(MESSAGES_DROP, "DELETE FROM messages INDEXED BY chat WHERE peer = ?") \
	SQL(MESSAGE_FIND, "SELECT m.row, m.dir, m.deleted, m.edits, m.state, m.text FROM ids i" \
	    " CROSS JOIN messages m ON m.row = i.row WHERE i.peer = ? AND i.dir IN (?, ?) AND i.id = ? AND m.id = i.id AND m.kind = 0" \
	    " ORDER BY i.dir = ? DESC LIMIT 1") \
	SQL(MESSAGE_NEWEST, "SELECT id FROM messages INDEXED BY chat WHERE peer = ? AND dir = ? AND kind = 0 AND deleted = 0" \
	    " ORDER BY row DESC LIMIT 1") \
	SQL(MESSAGE_EDIT, "UPDATE messages SET text = ?, edits = edits + 1, rev = ? WHERE row = ?") \
	SQL(MESSAGE_DELETE, "UPDATE messages SET text = x'', deleted = 1, react_in = NULL, react_out = NULL, rev = ? WHERE row = ?") \
	SQL(MESSAGE_REACT_IN, "UPDATE messages SET react_in = ?, rev = ? WHERE row = ?") \
	SQL(MESSAGE_REACT_OUT, "UPDATE messages SET react_out = ?, rev = ? WHERE row = ?") \
	SQL(VERSION_NEW, "INSERT INTO versions (row, version, time, text) VALUES (?, ?, ?, ?)") \
	SQL(VERSION_GET, "SELECT text FROM versions WHERE row = ? AND version = ?") \
	SQL(VERSIONS_DROP, "DELETE FROM versions WHERE row = ?") \
	SQL(VERSIONS_DROP_ALL, "DELETE FROM versions WHERE row IN" \
	    " (SELECT row FROM messages INDEXED BY chat WHERE peer = ? AND edits > 0)") \
	SQL(ACTS_OF, "SELECT row, state FROM messages INDEXED BY acts WHERE peer = ? AND ref = ? AND kind = 3 AND dir = ?" \
	    " AND wire = ?") \
	SQL(ACT_EMPTY, "UPDATE messages SET text = x'' WHERE row = ?") \
	SQL(ACT_GET, "SELECT wire FROM messages WHERE row = ? AND kind = 3") \
	SQL(OUTBOX, "SELECT row, seq, time, wire, id, text, edits, kind, ref FROM messages INDEXED BY outbox" \
	    " WHERE peer = ? AND dir = 1 AND state = 0 AND kind IN (0, 3) AND seq > ? ORDER BY seq LIMIT ?") \
	SQL(SEEN_SEQ, "SELECT seq FROM messages INDEXED BY incoming WHERE peer = ? AND dir = 0 AND kind <> 3 AND row <= ? AND kind = 0" \
	    " ORDER BY row DESC LIMIT 1") \
	SQL(READ_COUNT, "SELECT count(*) FROM messages INDEXED BY incoming WHERE peer = ? AND dir = 0 AND kind <> 3" \
	    " AND row > ? AND row <= ?") \
	SQL(READ_NEXT, "SELECT row FROM messages INDEXED BY incoming WHERE peer = ? AND dir = 0 AND kind <> 3 AND row > ? ORDER BY row LIMIT 1") \
	SQL(PAGE_SPAN, "SELECT row, length(text) FROM messages INDEXED BY chat WHERE peer = ? AND row < ? AND kind <> 3" \
	    " ORDER BY row DESC LIMIT ?") \
	SQL(PAGE_BEFORE, "SELECT " ROW_COLUMNS " FROM messages m INDEXED BY chat WHERE peer = ? AND row >= ? AND row < ? AND kind <> 3" \
	    " ORDER BY row") \
	SQL(PAGE_AFTER, "SELECT " ROW_COLUMNS " FROM messages m INDEXED BY chat WHERE peer = ? AND row > ? AND kind <> 3" \
	    " ORDER BY row LIMIT ?") \
	SQL(PAGE_CHANGES, "SELECT " ROW_COLUMNS " FROM messages m INDEXED BY chat_changes WHERE peer = ? AND rev > ? ORDER BY rev LIMIT ?") \
	SQL(PAGE_ALL_CHANGES, "SELECT " ROW_COLUMNS ", p.key FROM messages m INDEXED BY changes CROSS JOIN peers p ON p.peer = m.peer" \
	    " WHERE m.rev > ? ORDER BY m.rev LIMIT ?") \
	SQL(TRANSFER_NEW, "INSERT INTO transfers (transfer, peer, " TRANSFER_COLUMNS ")" \
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") \
	SQL(TRANSFER_SET, "UPDATE transfers SET id = ?, dir = ?, state = ?, unlink_after = ?, files = ?, folders = ?, bytes_total = ?," \
	    " bytes_done = ?, started = ?, ended = ?, name = ?, place = ?, reason = ?, paths = coalesce(?, paths)" \
	    " WHERE transfer = ?") \
	SQL(TRANSFER_DROP, "DELETE FROM transfers WHERE transfer = ?") \
	SQL(TRANSFERS_DROP, "DELETE FROM transfers INDEXED BY transfers_of WHERE peer = ?") \
	SQL(TRANSFERS_ALL, "SELECT p.key, t.transfer, " TRANSFER_COLUMNS " FROM transfers t CROSS JOIN peers p ON p.peer = t.peer" \
	    " ORDER BY t.transfer") \
	SQL(DOOR_PUT, "INSERT OR REPLACE INTO doors (door, kind, created) VALUES (?, ?, ?)") \
	SQL(DOOR_DROP, "DELETE FROM doors WHERE door = ?") \
	SQL(DOORS_ALL, "SELECT door, kind, created FROM doors ORDER BY created, rowid") \
	SQL(NAMED_PUT, "INSERT OR REPLACE INTO named (name, value) VALUES (?, ?)") \
	SQL(NAMED_ALL, "SELECT name, value FROM named ORDER BY name")
/* clang-format on */

#endif
