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

/* sealed    whether the values are sealed (see seal.h); clean: and no plain text of before is left in the file; proof: a known value, sealed,
 *           which tells the right key
 * named     gets a number, as sealed values are bound to one that stays */
#define STORE_V3                                                                                   \
	"CREATE TABLE sealing (one INTEGER PRIMARY KEY CHECK (one = 1), sealed INTEGER NOT NULL, " \
	"clean INTEGER NOT NULL, proof BLOB);"                                                     \
	"INSERT INTO sealing VALUES (1, 0, 1, NULL);"                                              \
	"CREATE TABLE named_3 (named INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, value BLOB "  \
	"NOT NULL);"                                                                               \
	"INSERT INTO named_3 (name, value) SELECT name, value FROM named ORDER BY name;"           \
	"DROP TABLE named;"                                                                        \
	"ALTER TABLE named_3 RENAME TO named;"

/* waiting  how many messages and acts of ours are not acknowledged yet */
#define STORE_V4                                                                               \
	"ALTER TABLE peers ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;"                     \
	"UPDATE peers SET waiting = (SELECT count(*) FROM messages m INDEXED BY outbox WHERE " \
	"m.peer = peers.peer AND m.dir = 1"                                                    \
	" AND m.state = 0 AND m.kind IN (0, 3));"

/* how        why the trust is what it is; *_was: what it was before the key changed; new_key: which key it would be, added_at: the
 *            HOST:PORT it was added by, gave: the door key of ours that it has
 * doors      once, expires, label, who: of invites made by hand, which have a number */
#define STORE_V5                                                                \
	"ALTER TABLE contacts ADD COLUMN how INTEGER NOT NULL DEFAULT 0;"       \
	"ALTER TABLE contacts ADD COLUMN trust_was INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE contacts ADD COLUMN how_was INTEGER NOT NULL DEFAULT 0;"   \
	"ALTER TABLE contacts ADD COLUMN since_was INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE contacts ADD COLUMN new_key BLOB;"                         \
	"ALTER TABLE contacts ADD COLUMN added_at BLOB NOT NULL DEFAULT x'';"   \
	"ALTER TABLE contacts ADD COLUMN gave BLOB;"                            \
	"ALTER TABLE doors ADD COLUMN number INTEGER NOT NULL DEFAULT 0;"       \
	"ALTER TABLE doors ADD COLUMN once INTEGER NOT NULL DEFAULT 0;"         \
	"ALTER TABLE doors ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;"      \
	"ALTER TABLE doors ADD COLUMN label BLOB NOT NULL DEFAULT x'';"         \
	"ALTER TABLE doors ADD COLUMN who BLOB;"

/* clock         the wall clock when it was believed last
 * keep          how long what is said is kept; timer_*: the seconds after which each side wants messages to disappear, and the fewest
 *               the user ever agreed to
 * timer         seconds a message lives once it was delivered or seen; expires: when it goes; of an act, 1: as soon as it was delivered */
#define STORE_V6                                                                \
	"ALTER TABLE counters ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;"     \
	"ALTER TABLE peers ADD COLUMN keep INTEGER NOT NULL DEFAULT -2;"        \
	"ALTER TABLE peers ADD COLUMN timer_mine INTEGER NOT NULL DEFAULT 0;"   \
	"ALTER TABLE peers ADD COLUMN timer_theirs INTEGER NOT NULL DEFAULT 0;" \
	"ALTER TABLE peers ADD COLUMN timer_least INTEGER NOT NULL DEFAULT 0;"  \
	"ALTER TABLE messages ADD COLUMN timer INTEGER NOT NULL DEFAULT 0;"     \
	"ALTER TABLE messages ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;"   \
	"CREATE INDEX fading ON messages (expires) WHERE expires > 0;"

/* typed  what is being typed to a contact, and what was typed before: 2 * peer, and 2 * peer + 1 */
#define STORE_V7 "CREATE TABLE typed (typed INTEGER PRIMARY KEY, text BLOB NOT NULL);"

/* person       the number of the person it is a device of, 0 none: a person has a number, and an id for a key, in peers, and no contact
 * person_name  what the user calls that one */
#define STORE_V8                                                                 \
	"ALTER TABLE contacts ADD COLUMN person INTEGER NOT NULL DEFAULT 0;"     \
	"ALTER TABLE contacts ADD COLUMN person_name BLOB NOT NULL DEFAULT x'';" \
	"CREATE INDEX devices ON contacts (person) WHERE person > 0;"

/* went  where the files of transfers went: pieces of many rows, see store_went.c */
#define STORE_V9                                                                               \
	"CREATE TABLE went (piece INTEGER PRIMARY KEY, count INTEGER NOT NULL, rows BLOB NOT " \
	"NULL);"

/* heir  the key that takes the place of ours and what it shares with the contact, until that has confirmed it: 64 bytes, or NULL */
#define STORE_V10 "ALTER TABLE contacts ADD COLUMN heir BLOB;"

/* Values that are sealed when a passphrase is set. Every statement that writes or reads one says so:
 *
 *	SEALED(COLUMN, number, value)	on its way in; COLUMN is one of seal.h, number what the row is known by: a number that stays
 *	OPENED(COLUMN, number, column)	on its way out
 *	LOOK(COLUMN, value)		a value that is searched for or compared, on its way in
 *	UNLOOK(COLUMN, column)		and out
 *
 * store.c defines these twice: as nothing, and as the functions of store_seal.c. So there are two lists of statements, and a database
 * without a passphrase pays nothing. A new column with text, names, paths, addresses or keys in it: another number in seal.h, these words
 * here, and a place in the RESEAL statements. */
#define SQL_NUMBER_(x)			#x
#define SQL_NUMBER(x)			SQL_NUMBER_(x)
#define SQL_CALL(name, code, number, x) name "(" SQL_NUMBER(code) ", " number ", " x ")"
#define SQL_SEALED(column, number, x)	SQL_CALL("sealed", SEAL_##column, number, x)
#define SQL_LOOK(column, x)		SQL_CALL("look", SEAL_##column, "0", x)
/* What a version of a text is known by. */
#define VERSION_NUMBER(row, version)	"((" row " << 20) + " version ")"

/* It is not acknowledged yet. */
#define WAITS "(dir = 1 AND state = 0 AND kind IN (0, 3))"

/* Of a message of the user: the newest edit of it that still waits for its receipt. */
#define EDIT_WAITS                                                                                \
	"CASE WHEN m.dir = 1 AND m.edits > 0 THEN (SELECT max(a.seq) FROM messages a INDEXED BY " \
	"acts WHERE a.peer = m.peer AND a.ref = m.id AND a.kind = 3 AND a.dir = 1 AND a.wire = "  \
	"17 AND a.state = 0) END"

/* The columns store_page.c reads, in its order. */
#define ROW_COLUMNS                                                                                                                                   \
	"m.row, m.rev, m.seq, m.time, m.transfer, m.dir, m.kind, m.state, m.wire, " UNLOOK(MESSAGE_ID, "m.id") ", " OPENED(                           \
		MESSAGE_TEXT, "m.row",                                                                                                                \
		"m.text") ", " OPENED(MESSAGE_REASON, "m.row",                                                                                        \
				      "m.reason") ", m.edits, m.deleted, " UNLOOK(MESSAGE_ID,                                                         \
										  "m.ref") ","                                                        \
											   " " OPENED(REACT_IN, "m.row", "m.react_in") ", " OPENED(   \
												   REACT_OUT,                                         \
												   "m.row",                                           \
												   "m.react_out") ", m.timer, m.expires, " EDIT_WAITS \
														  ", m.peer"
/* The columns of a transfer, in the order store_transfer.c reads and writes them. */
#define TRANSFER_COLUMNS                                                                          \
	"id, dir, state, unlink_after, files, folders, bytes_total, bytes_done, started, ended, " \
	"name, place, reason, paths"
#define TRANSFER_READ                                                                        \
	OPENED(TRANSFER_ID, "t.transfer", "t.id")                                            \
	", dir, state, unlink_after, files, folders, bytes_total, bytes_done, started, "     \
	"ended, " OPENED(TRANSFER_NAME, "t.transfer", "t.name") ", " OPENED(                 \
		TRANSFER_PLACE, "t.transfer",                                                \
		"t.place") ", " OPENED(TRANSFER_REASON, "t.transfer",                        \
				       "t.reason") ", " OPENED(TRANSFER_PATHS, "t.transfer", \
							       "t.paths")

/* Each index is named where it matters: without statistics the planner could take a worse one, and a missing one is an error. */
/* clang-format off */
#define STORE_STATEMENTS(SQL) \
	SQL(COUNTERS_GET, "SELECT row, rev, transfer, clock FROM counters") \
	SQL(COUNTERS_SET, "UPDATE counters SET row = ?, rev = ?, transfer = ?, clock = ?") \
	SQL(PEER_FIND, "SELECT p.peer, p.next_seq, p.row, p.rev, p.read_row, p.unread, p.unread_row, p.seen_seq, p.read_seq," \
	    " p.waiting, p.keep, p.timer_mine, p.timer_theirs, p.timer_least, c.peer IS NOT NULL," \
	    " EXISTS (SELECT 1 FROM contacts INDEXED BY devices WHERE person = p.peer AND person > 0)" \
	    " FROM peers p LEFT JOIN contacts c ON c.peer = p.peer WHERE p.key = " LOOK(PEER_KEY, "?")) \
	SQL(PEER_NEW, "INSERT INTO peers (key) VALUES (" LOOK(PEER_KEY, "?") ")") \
	SQL(PEER_SET, "UPDATE peers SET next_seq = ?, row = ?, rev = ?, read_row = ?, unread = ?, unread_row = ?," \
	    " seen_seq = ?, read_seq = ?, waiting = ?, keep = ?, timer_mine = ?, timer_theirs = ?, timer_least = ? WHERE peer = ?") \
	SQL(PEER_DROP, "DELETE FROM peers WHERE peer = ?1 AND next_seq = 1 AND NOT EXISTS (SELECT 1 FROM ids WHERE peer = ?1)") \
	SQL(PEER_GONE, "DELETE FROM peers WHERE peer = ?") \
	SQL(PEER_REKEY, "UPDATE peers SET key = " LOOK(PEER_KEY, "?") " WHERE peer = ?") \
	SQL(IDS_MOVE, "UPDATE OR IGNORE ids SET peer = ? WHERE peer = ?") \
	SQL(IDS_DROP, "DELETE FROM ids WHERE peer = ?") \
	SQL(CONTACT_PUT, "INSERT OR REPLACE INTO contacts (peer, name, nick, note, state, trust, added, last_seen, trust_since," \
	    " by_address, door, addrs, how, trust_was, how_was, since_was, new_key, added_at, gave, person, person_name, heir) VALUES (?1, " SEALED(CONTACT_NAME, "?1", "?2") ", " SEALED(CONTACT_NICK, "?1", "?3") ", " \
	    SEALED(CONTACT_NOTE, "?1", "?4") ", ?5, ?6, ?7, ?8, ?9, ?10, " SEALED(CONTACT_DOOR, "?1", "?11") ", " \
	    SEALED(CONTACT_ADDRS, "?1", "?12") ", ?13, ?14, ?15, ?16, " SEALED(CONTACT_NEW_KEY, "?1", "?17") ", " \
	    SEALED(CONTACT_ADDED, "?1", "?18") ", " SEALED(CONTACT_GAVE, "?1", "?19") ", ?20, " SEALED(CONTACT_PERSON, "?1", "?21") ", " SEALED(CONTACT_HEIR, "?1", "?22") ")") \
	SQL(CONTACT_DROP, "DELETE FROM contacts WHERE peer = ?") \
	SQL(CONTACTS_ALL, "SELECT " UNLOOK(PEER_KEY, "p.key") ", " OPENED(CONTACT_NAME, "c.peer", "c.name") ", " \
	    OPENED(CONTACT_NICK, "c.peer", "c.nick") ", " OPENED(CONTACT_NOTE, "c.peer", "c.note") \
	    ", c.state, c.trust, c.added, c.last_seen, c.trust_since, c.by_address, " \
	    OPENED(CONTACT_DOOR, "c.peer", "c.door") ", " OPENED(CONTACT_ADDRS, "c.peer", "c.addrs") \
	    ", c.how, c.trust_was, c.how_was, c.since_was, " OPENED(CONTACT_NEW_KEY, "c.peer", "c.new_key") ", " \
	    OPENED(CONTACT_ADDED, "c.peer", "c.added_at") ", " OPENED(CONTACT_GAVE, "c.peer", "c.gave") ", (SELECT " UNLOOK(PEER_KEY, "o.key") " FROM peers o WHERE o.peer = c.person), " \
	    OPENED(CONTACT_PERSON, "c.peer", "c.person_name") ", " OPENED(CONTACT_HEIR, "c.peer", "c.heir") ", p.row, p.rev, p.unread, p.unread_row, p.seen_seq, p.read_seq, p.waiting," \
	    " p.keep, p.timer_mine, p.timer_theirs FROM contacts c CROSS JOIN peers p ON p.peer = c.peer ORDER BY c.peer") \
	SQL(DEVICES, "SELECT p.peer, " UNLOOK(PEER_KEY, "p.key") " FROM contacts c INDEXED BY devices CROSS JOIN peers p ON p.peer = c.peer" \
	    " WHERE c.person = ? AND c.person > 0 AND c.state = 0 ORDER BY p.peer LIMIT ?") \
	SQL(PERSONS_HEAL, "UPDATE contacts INDEXED BY devices SET person = 0, person_name = " SEALED(CONTACT_PERSON, "peer", "x''") \
	    " WHERE person > 0 AND NOT EXISTS (SELECT 1 FROM peers p WHERE p.peer = contacts.person" \
	    " AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.peer = p.peer) AND NOT EXISTS (SELECT 1 FROM ids i WHERE i.peer = p.peer))") \
	SQL(COPIES, "SELECT m.row, m.seq, m.state, " UNLOOK(PEER_KEY, "p.key") ", " OPENED(REACT_IN, "m.row", "m.react_in") ", " EDIT_WAITS \
	    " FROM contacts c INDEXED BY devices CROSS JOIN peers p ON p.peer = c.peer CROSS JOIN ids i ON i.peer = c.peer AND i.dir = 1" \
	    " AND i.id = " LOOK(MESSAGE_ID, "?1") " CROSS JOIN messages m ON m.row = i.row" \
	    " WHERE c.person = ?2 AND c.person > 0 AND c.state = 0 AND m.kind = 0 ORDER BY m.row") \
	SQL(PRIMARY, "SELECT min(n.row) FROM messages m CROSS JOIN contacts c ON c.peer = m.peer AND c.person > 0 AND c.state = 0" \
	    " CROSS JOIN contacts d INDEXED BY devices ON d.person = c.person AND d.person > 0 AND d.state = 0" \
	    " CROSS JOIN ids i ON i.peer = d.peer AND i.dir = 1 AND i.id = m.id CROSS JOIN messages n ON n.row = i.row" \
	    " WHERE m.row = ? AND m.dir = 1 AND m.kind = 0 AND n.kind = 0") \
	SQL(CHANGES_SPAN, "SELECT row, rev, kind, wire, dir, " UNLOOK(MESSAGE_ID, "ref") " FROM messages INDEXED BY chat_changes" \
	    " WHERE peer = ? AND rev > ? ORDER BY rev LIMIT ?") \
	SQL(AFTER_SPAN, "SELECT row, length(text) FROM messages INDEXED BY chat WHERE peer = ? AND row > ? AND kind <> 3 ORDER BY row LIMIT ?") \
	SQL(SEARCH_PERSON, "SELECT row, " OPENED(MESSAGE_TEXT, "row", "text") " FROM messages NOT INDEXED WHERE row < ?2 AND kind = 0" \
	    " AND deleted = 0 AND peer IN (SELECT peer FROM contacts INDEXED BY devices WHERE person = ?1 AND person > 0 AND state = 0) ORDER BY row DESC LIMIT ?3") \
	SQL(SEARCH_PERSON_UP, "SELECT row, " OPENED(MESSAGE_TEXT, "row", "text") " FROM messages NOT INDEXED WHERE row > ?2 AND kind = 0" \
	    " AND deleted = 0 AND peer IN (SELECT peer FROM contacts INDEXED BY devices WHERE person = ?1 AND person > 0 AND state = 0) ORDER BY row LIMIT ?3") \
	SQL(ID_NEW, "INSERT OR IGNORE INTO ids (peer, dir, id, row) VALUES (?, ?, " LOOK(MESSAGE_ID, "?") ", ?)") \
	SQL(ID_FIND, "SELECT row FROM ids WHERE peer = ? AND dir = ? AND id = " LOOK(MESSAGE_ID, "?")) \
	SQL(MESSAGE_NEW, "INSERT INTO messages (row, peer, rev, dir, kind, state, wire, seq, time, arrived, transfer, id, text, ref, timer)" \
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, " LOOK(MESSAGE_ID, "?12") ", " SEALED(MESSAGE_TEXT, "?1", "?13") ", " \
	    LOOK(MESSAGE_ID, "?14") ", ?15)") \
	SQL(MESSAGE_SEQ, "SELECT seq FROM messages WHERE row = ?") \
	SQL(MESSAGE_STATE, "UPDATE messages SET state = ?, rev = ?, reason = " SEALED(MESSAGE_REASON, "row", "?") \
	    " WHERE row = ? AND dir = 1 AND kind IN (0, 3) AND state = ?") \
	SQL(MESSAGES_DROP, "DELETE FROM messages INDEXED BY chat WHERE peer = ?") \
	SQL(CLEAR_MESSAGES, "DELETE FROM messages INDEXED BY chat WHERE peer = ? AND NOT (dir = 1 AND state = 0 AND kind IN (0, 3))") \
	SQL(CLEAR_VERSIONS, "DELETE FROM versions WHERE row IN (SELECT row FROM messages INDEXED BY chat WHERE peer = ?" \
	    " AND edits > 0 AND NOT (dir = 1 AND state = 0 AND kind IN (0, 3)))") \
	SQL(MESSAGE_FIND, "SELECT m.row, m.dir, m.deleted, m.edits, m.state, " OPENED(MESSAGE_TEXT, "m.row", "m.text") " FROM ids i" \
	    " CROSS JOIN messages m ON m.row = i.row WHERE i.peer = ? AND i.dir IN (?, ?) AND i.id = " LOOK(MESSAGE_ID, "?") " AND m.id = i.id AND m.kind = 0" \
	    " ORDER BY i.dir = ? DESC LIMIT 1") \
	SQL(MESSAGE_NEWEST, "SELECT " UNLOOK(MESSAGE_ID, "id") " FROM messages INDEXED BY chat WHERE peer = ? AND dir = ? AND kind = 0 AND deleted = 0" \
	    " ORDER BY row DESC LIMIT 1") \
	SQL(MESSAGE_EDIT, "UPDATE messages SET text = " SEALED(MESSAGE_TEXT, "row", "?") ", edits = edits + 1, rev = ? WHERE row = ?") \
	SQL(MESSAGE_DELETE, "UPDATE messages SET text = x'', deleted = 1, react_in = NULL, react_out = NULL, rev = ? WHERE row = ?") \
	SQL(MESSAGE_REACT_IN, "UPDATE messages SET react_in = " SEALED(REACT_IN, "row", "?") ", rev = ? WHERE row = ?") \
	SQL(MESSAGE_REACT_OUT, "UPDATE messages SET react_out = " SEALED(REACT_OUT, "row", "?") ", rev = ? WHERE row = ?") \
	SQL(VERSION_NEW, "INSERT INTO versions (row, version, time, text) VALUES (?1, ?2, ?3, " \
	    SEALED(VERSION_TEXT, VERSION_NUMBER("?1", "?2"), "?4") ")") \
	SQL(VERSION_GET, "SELECT " OPENED(VERSION_TEXT, VERSION_NUMBER("row", "version"), "text") " FROM versions WHERE row = ? AND version = ?") \
	SQL(VERSIONS_FROM, "SELECT version, time, " OPENED(VERSION_TEXT, VERSION_NUMBER("row", "version"), "text") \
	    " FROM versions WHERE row = ? AND version >= ? ORDER BY version") \
	SQL(EDITED_NEWEST, "SELECT " UNLOOK(MESSAGE_ID, "id") " FROM messages INDEXED BY chat WHERE peer = ? AND kind = 0 AND edits > 0" \
	    " AND deleted = 0 ORDER BY row DESC LIMIT 1") \
	SQL(MESSAGE_TIME, "SELECT time FROM messages WHERE row = ?") \
	SQL(VERSIONS_DROP, "DELETE FROM versions WHERE row = ?") \
	SQL(VERSIONS_DROP_ALL, "DELETE FROM versions WHERE row IN" \
	    " (SELECT row FROM messages INDEXED BY chat WHERE peer = ? AND edits > 0)") \
	SQL(ACTS_OF, "SELECT row, state FROM messages INDEXED BY acts WHERE peer = ? AND ref = " LOOK(MESSAGE_ID, "?") " AND kind = 3 AND dir = ?" \
	    " AND wire = ?") \
	SQL(ACT_EMPTY, "UPDATE messages SET text = x'' WHERE row = ?") \
	SQL(ACT_GET, "SELECT wire FROM messages WHERE row = ? AND kind = 3") \
	SQL(OUTBOX, "SELECT row, seq, time, wire, " UNLOOK(MESSAGE_ID, "id") ", " OPENED(MESSAGE_TEXT, "row", "text") ", edits, kind, " \
	    UNLOOK(MESSAGE_ID, "ref") ", timer FROM messages INDEXED BY outbox" \
	    " WHERE peer = ? AND dir = 1 AND state = 0 AND kind IN (0, 3) AND seq > ? ORDER BY seq LIMIT ?") \
	SQL(CONTACT_NAME, "SELECT " OPENED(CONTACT_NAME, "peer", "name") " FROM contacts WHERE peer = ?") \
	SQL(FADE_OUT, "UPDATE messages SET expires = ? + timer * 1000 WHERE row = ? AND timer > 0 AND expires = 0") \
	SQL(FADES_READ, "SELECT row FROM messages INDEXED BY incoming WHERE peer = ? AND dir = 0 AND kind <> 3 AND row > ? AND row <= ?" \
	    " AND timer > 0 AND expires = 0") \
	SQL(FADE_IN, "UPDATE messages SET expires = ? + timer * 1000, rev = ? WHERE row = ?") \
	SQL(FADES_LATE, "UPDATE messages INDEXED BY fading SET expires = ?1 + timer * 1000 WHERE expires > 0" \
	    " AND expires > ?1 + timer * 1000") \
	SQL(FADES_NEXT, "SELECT expires FROM messages INDEXED BY fading WHERE expires > 0 AND NOT " WAITS \
	    " ORDER BY expires LIMIT 1") \
	SQL(FADES_OVER, "SELECT m.row, m.kind, m.arrived, " UNLOOK(MESSAGE_ID, "m.id") ", " UNLOOK(PEER_KEY, "p.key") \
	    " FROM messages m INDEXED BY fading CROSS JOIN peers p ON p.peer = m.peer" \
	    " WHERE m.expires > 0 AND m.expires <= ? AND NOT " WAITS " ORDER BY m.expires LIMIT ?") \
	SQL(PEERS_KEEP, "SELECT " UNLOOK(PEER_KEY, "key") " FROM peers WHERE keep <> 0 AND (keep <> -2 OR ? <> 0)") \
	SQL(KEPT_OLDEST, "SELECT row, kind, arrived, " UNLOOK(MESSAGE_ID, "id") " FROM messages INDEXED BY chat" \
	    " WHERE peer = ? AND (dir <> 0 OR row <= ?) AND NOT " WAITS " ORDER BY row LIMIT ?") \
	SQL(ACTS_FADE, "UPDATE messages INDEXED BY acts SET expires = 1 WHERE peer = ? AND kind = 3 AND ref = (SELECT id FROM messages WHERE row = ?)" \
	    " AND " WAITS) \
	SQL(ACTS_DROP, "DELETE FROM messages INDEXED BY acts WHERE peer = ? AND kind = 3 AND ref = (SELECT id FROM messages WHERE row = ?)" \
	    " AND NOT " WAITS) \
	SQL(MESSAGE_DROP, "DELETE FROM messages WHERE row = ?") \
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
	SQL(PAGE_TIME, "SELECT row, time FROM messages INDEXED BY chat WHERE peer = ? AND row >= ? AND kind <> 3 ORDER BY row LIMIT 1") \
	SQL(PAGE_CHANGES, "SELECT " ROW_COLUMNS " FROM messages m INDEXED BY chat_changes WHERE peer = ? AND rev > ? ORDER BY rev LIMIT ?") \
	SQL(PAGE_ALL_CHANGES, "SELECT " ROW_COLUMNS ", " UNLOOK(PEER_KEY, "p.key") " FROM messages m INDEXED BY changes CROSS JOIN peers p ON p.peer = m.peer" \
	    " WHERE m.rev > ? ORDER BY m.rev LIMIT ?") \
	SQL(ROW_GET, "SELECT " ROW_COLUMNS ", " UNLOOK(PEER_KEY, "p.key") " FROM messages m CROSS JOIN peers p ON p.peer = m.peer" \
	    " WHERE m.row = ?") \
	SQL(SEARCH_ALL, "SELECT row, " OPENED(MESSAGE_TEXT, "row", "text") " FROM messages NOT INDEXED WHERE row < ? AND kind = 0" \
	    " AND deleted = 0 ORDER BY row DESC LIMIT ?") \
	SQL(SEARCH_ALL_UP, "SELECT row, " OPENED(MESSAGE_TEXT, "row", "text") " FROM messages NOT INDEXED WHERE row > ? AND kind = 0" \
	    " AND deleted = 0 ORDER BY row LIMIT ?") \
	SQL(SEARCH_CHAT, "SELECT row, " OPENED(MESSAGE_TEXT, "row", "text") " FROM messages INDEXED BY chat WHERE peer = ? AND row < ?" \
	    " AND kind = 0 AND deleted = 0 ORDER BY row DESC LIMIT ?") \
	SQL(SEARCH_CHAT_UP, "SELECT row, " OPENED(MESSAGE_TEXT, "row", "text") " FROM messages INDEXED BY chat WHERE peer = ? AND row > ?" \
	    " AND kind = 0 AND deleted = 0 ORDER BY row LIMIT ?") \
	SQL(TRANSFER_NEW, "INSERT INTO transfers (transfer, peer, " TRANSFER_COLUMNS ")" \
	    " VALUES (?1, ?2, " SEALED(TRANSFER_ID, "?1", "?3") ", ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, " \
	    SEALED(TRANSFER_NAME, "?1", "?13") ", " SEALED(TRANSFER_PLACE, "?1", "?14") ", " \
	    SEALED(TRANSFER_REASON, "?1", "?15") ", " SEALED(TRANSFER_PATHS, "?1", "?16") ")") \
	SQL(TRANSFER_SET, "UPDATE transfers SET id = " SEALED(TRANSFER_ID, "transfer", "?") ", dir = ?, state = ?, unlink_after = ?, files = ?, folders = ?, bytes_total = ?," \
	    " bytes_done = ?, started = ?, ended = ?, name = " SEALED(TRANSFER_NAME, "transfer", "?") ", place = " \
	    SEALED(TRANSFER_PLACE, "transfer", "?") ", reason = " SEALED(TRANSFER_REASON, "transfer", "?") \
	    ", paths = coalesce(" SEALED(TRANSFER_PATHS, "transfer", "?") ", paths)" \
	    " WHERE transfer = ?") \
	SQL(TRANSFER_DROP, "DELETE FROM transfers WHERE transfer = ?") \
	SQL(TRANSFERS_DROP, "DELETE FROM transfers INDEXED BY transfers_of WHERE peer = ?") \
	SQL(WENT_PUT, "INSERT OR REPLACE INTO went (piece, count, rows) SELECT ?1, ?2, " SEALED(WENT_ROWS, "?1", "?3") \
	    " WHERE EXISTS (SELECT 1 FROM transfers WHERE transfer = ?4)") \
	SQL(WENT_DROP, "DELETE FROM went WHERE piece >= ? AND piece < ?") \
	SQL(WENT_DROP_ALL, "DELETE FROM went WHERE piece >> 21 IN (SELECT transfer FROM transfers INDEXED BY transfers_of WHERE peer = ?)") \
	SQL(WENT_FROM, "SELECT piece, " OPENED(WENT_ROWS, "piece", "rows") " FROM went WHERE piece >=" \
	    " coalesce((SELECT max(piece) FROM went WHERE piece <= ?1 AND piece >= ?2), ?2) AND piece < ?3 ORDER BY piece") \
	SQL(WENT_LAST, "SELECT piece, count FROM went WHERE piece >= ? AND piece < ? ORDER BY piece DESC LIMIT 1") \
	SQL(TRANSFERS_ALL, "SELECT " UNLOOK(PEER_KEY, "p.key") ", t.transfer, " TRANSFER_READ " FROM transfers t CROSS JOIN peers p ON p.peer = t.peer" \
	    " ORDER BY t.transfer") \
	SQL(DOOR_PUT, "INSERT OR REPLACE INTO doors (door, kind, created, number, once, expires, label, who)" \
	    " VALUES (" LOOK(DOOR_KEY, "?") ", ?, ?, ?, ?, ?, " LOOK(DOOR_LABEL, "?") ", " LOOK(DOOR_WHO, "?") ")") \
	SQL(DOOR_DROP, "DELETE FROM doors WHERE door = " LOOK(DOOR_KEY, "?")) \
	SQL(DOORS_ALL, "SELECT " UNLOOK(DOOR_KEY, "door") ", kind, created, number, once, expires, " \
	    UNLOOK(DOOR_LABEL, "label") ", " UNLOOK(DOOR_WHO, "who") " FROM doors ORDER BY created, rowid") \
	SQL(NAMED_PUT, "INSERT OR REPLACE INTO named (named, name, value) SELECT n, " LOOK(NAMED_NAME, "?1") ", " SEALED(NAMED_VALUE, "n", "?2") \
	    " FROM (SELECT coalesce((SELECT named FROM named WHERE name = " LOOK(NAMED_NAME, "?1") "), (SELECT coalesce(max(named), 0) + 1" \
	    " FROM named)) AS n)") \
	SQL(NAMED_ALL, "SELECT " UNLOOK(NAMED_NAME, "name") ", " OPENED(NAMED_VALUE, "named", "value") " FROM named ORDER BY 1") \
	SQL(TYPED_PUT, "INSERT OR REPLACE INTO typed (typed, text) VALUES (?1, " SEALED(TYPED_TEXT, "?1", "?2") ")") \
	SQL(TYPED_DROP, "DELETE FROM typed WHERE typed = ?") \
	SQL(TYPED_DROP_ALL, "DELETE FROM typed WHERE typed IN (?, ?)") \
	SQL(TYPED_GET, "SELECT typed, " OPENED(TYPED_TEXT, "typed", "text") " FROM typed WHERE typed IN (?, ?) ORDER BY typed") \
	SQL(SEALING_GET, "SELECT sealed, clean, proof FROM sealing") \
	SQL(SEALING_SET, "UPDATE sealing SET sealed = 1, clean = 0, proof = " SQL_SEALED(PROOF, "1", "?")) \
	SQL(SEALING_TOTAL, "SELECT 2 * (SELECT count(*) FROM messages) + (SELECT count(*) FROM ids)") \
	SQL(SEALING_CLEAN, "UPDATE sealing SET clean = 1") \
	SQL(RESEAL_PEERS, "UPDATE peers SET key = " SQL_LOOK(PEER_KEY, "key")) \
	SQL(RESEAL_CONTACTS, "UPDATE contacts SET name = " SQL_SEALED(CONTACT_NAME, "peer", "name") ", nick = " \
	    SQL_SEALED(CONTACT_NICK, "peer", "nick") ", note = " SQL_SEALED(CONTACT_NOTE, "peer", "note") ", door = " \
	    SQL_SEALED(CONTACT_DOOR, "peer", "door") ", addrs = " SQL_SEALED(CONTACT_ADDRS, "peer", "addrs") ", new_key = " \
	    SQL_SEALED(CONTACT_NEW_KEY, "peer", "new_key") ", added_at = " SQL_SEALED(CONTACT_ADDED, "peer", "added_at") ", gave = " \
	    SQL_SEALED(CONTACT_GAVE, "peer", "gave") ", person_name = " SQL_SEALED(CONTACT_PERSON, "peer", "person_name") ", heir = " SQL_SEALED(CONTACT_HEIR, "peer", "heir")) \
	SQL(RESEAL_IDS, "UPDATE ids SET id = " SQL_LOOK(MESSAGE_ID, "id")) \
	SQL(RESEAL_MESSAGES, "UPDATE messages SET id = " SQL_LOOK(MESSAGE_ID, "id") ", ref = " SQL_LOOK(MESSAGE_ID, "ref") ", text = " \
	    SQL_SEALED(MESSAGE_TEXT, "row", "text") ", reason = " SQL_SEALED(MESSAGE_REASON, "row", "reason") ", react_in = " \
	    SQL_SEALED(REACT_IN, "row", "react_in") ", react_out = " SQL_SEALED(REACT_OUT, "row", "react_out")) \
	SQL(RESEAL_VERSIONS, "UPDATE versions SET text = " SQL_SEALED(VERSION_TEXT, VERSION_NUMBER("row", "version"), "text")) \
	SQL(RESEAL_TRANSFERS, "UPDATE transfers SET id = " SQL_SEALED(TRANSFER_ID, "transfer", "id") ", name = " \
	    SQL_SEALED(TRANSFER_NAME, "transfer", "name") ", place = " SQL_SEALED(TRANSFER_PLACE, "transfer", "place") ", reason = " \
	    SQL_SEALED(TRANSFER_REASON, "transfer", "reason") ", paths = " SQL_SEALED(TRANSFER_PATHS, "transfer", "paths")) \
	SQL(RESEAL_DOORS, "UPDATE doors SET door = " SQL_LOOK(DOOR_KEY, "door") ", label = " SQL_LOOK(DOOR_LABEL, "label") ", who = " \
	    SQL_LOOK(DOOR_WHO, "who")) \
	SQL(RESEAL_NAMED, "UPDATE named SET name = " SQL_LOOK(NAMED_NAME, "name") ", value = " SQL_SEALED(NAMED_VALUE, "named", "value")) \
	SQL(RESEAL_WENT, "UPDATE went SET rows = " SQL_SEALED(WENT_ROWS, "piece", "rows")) \
	SQL(RESEAL_TYPED, "UPDATE typed SET text = " SQL_SEALED(TYPED_TEXT, "typed", "text"))
/* clang-format on */

#endif
