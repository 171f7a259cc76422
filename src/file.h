#ifndef P2P_SRC_FILE_H
#define P2P_SRC_FILE_H
/* Small private files of our own - identity, options - read whole and written durably: after a crash the old file stands there or the
 * new one, never a part. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum file_how {
	FILE_NEW,     /* never over an existing file: EEXIST; mode 0600 */
	FILE_REPLACE, /* through a symbolic link; the mode of the old file stays, a new one gets 0600 */
};

/* All of the regular file at path, with a NUL behind it, the caller's to free(); *len without the NUL. NULL with errno: EFBIG when it
 * has more than max bytes, EINVAL when it is no regular file (it is not waited for), or what open(2) and read(2) say. */
uint8_t *file_read(const char *path, size_t max, size_t *len);
/* Writes bytes to a new file beside path, makes it durable and gives it the name. 0, or -1 with errno; then nothing has changed. */
int file_write(const char *path, enum file_how how, const void *bytes, size_t len)
	__attribute__((warn_unused_result));
/* The same for a new file that is written piece by piece: it has its name once file_out_end() has kept it, and not a moment before. */
struct file_out {
	int dir, fd;
	bool replace; /* takes the place of an old one */
	char *name, *temporary;
};
int file_out_open(struct file_out *o, const char *path, bool replace)
	__attribute__((warn_unused_result));
int file_out_write(struct file_out *o, const void *bytes, size_t len)
	__attribute__((warn_unused_result));
/* Makes it durable and gives it its name, or drops it. Always closes. 0, or -1 with errno; then there is no such file. */
int file_out_end(struct file_out *o, bool keep);
/* Removes a folder of our own and all in it, as far as that goes; links are not followed, other file systems not entered. */
void file_remove_tree(const char *folder);
/* An errno in words that fit behind a colon: "the disk is full", "Permission denied". */
const char *file_reason(int error);

#endif
