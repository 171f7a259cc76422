#ifndef P2P_SRC_MADEUP_H
#define P2P_SRC_MADEUP_H
/* File systems whose files the kernel makes up as they are read: /proc, /sys and their like, which cannot be sent. */

#include <stdbool.h>

struct statfs;

/* What fstatfs() said of a file. */
bool madeup_fs(const struct statfs *fs);
/* The same of a descriptor, false if that cannot be found out. */
bool madeup_fd(int fd);
/* Of what is below dirfd, or where a link there leads. Nothing is opened that could block. */
bool madeup_at(int dirfd, const char *name);

#endif
