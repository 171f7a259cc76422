/* file.c - reading small files whole and writing them durably. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

const char *
file_reason(int error)
{
	if (error == ENOSPC || error == EDQUOT)
		return _("the disk is full");
	if (error == EFBIG)
		return _("it is too large");
	if (error == EINVAL)
		return _("it is not a file");
	return say_errno(error);
}

static int
read_all(int fd, uint8_t *p, size_t size, size_t *len)
{
	*len = 0;
	while (*len < size) {
		ssize_t n = read(fd, p + *len, size - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	return 0;
}

static int
write_all(int fd, const uint8_t *p, size_t len)
{
	while (len != 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Closes fd and leaves errno alone. */
static void
close_quietly(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

uint8_t *
file_read(const char *path, size_t max, size_t *len)
{
	/* Not blocking: a pipe in the file's place is to be found out, not waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	uint8_t *p;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0) {
		close_quietly(fd);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)max) {
		close(fd);
		errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
		return NULL;
	}
	p = xmalloc(max + 2);
	if (read_all(fd, p, max + 1, len) != 0 || *len > max) {
		if (*len > max)
			errno = EFBIG;
		close_quietly(fd);
		explicit_bzero(p, max + 2);
		free(p);
		return NULL;
	}
	close(fd);
	p[*len] = '\0';
	return p;
}

/* The file under its temporary name, complete and on the disk. The mode is that of the file it will replace. */
static int
write_beside(int dir, const char *temporary, const char *name, enum file_how how, const void *bytes,
	     size_t len)
{
	mode_t mode = 0600;
	struct stat old;
	int fd;

	if (how == FILE_REPLACE && fstatat(dir, name, &old, 0) == 0)
		mode = old.st_mode & 0777;
	if (unlinkat(dir, temporary, 0) != 0 && errno != ENOENT)
		return -1;
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (write_all(fd, bytes, len) != 0 || fchmod(fd, mode) != 0 || fsync(fd) != 0) {
		close_quietly(fd);
		return -1;
	}
	return close(fd);
}

static int
write_in(int dir, const char *name, enum file_how how, const void *bytes, size_t len)
{
	char *temporary;
	int result, saved;

	xasprintf(&temporary, ".%s.new", name);
	result = write_beside(dir, temporary, name, how, bytes, len);
	if (result == 0)
		result = how == FILE_NEW ? path_rename_new(dir, temporary, dir, name)
					 : renameat(dir, temporary, dir, name);
	if (result != 0) {
		saved = errno;
		unlinkat(dir, temporary, 0);
		errno = saved;
	} else if (fsync(dir) != 0 && errno != EINVAL && errno != ENOTSUP) {
		result = -1;
	}
	free(temporary);
	return result;
}

/* Opens the folder a path lies in; *name is fresh memory, the last part. -1 with errno. */
static int
open_folder(const char *path, char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL   ? xstrdup(".")
		       : slash == path ? xstrdup("/")
				       : xstrndup(path, (size_t)(slash - path));
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(folder);
	*name = dir >= 0 ? xstrdup(slash != NULL ? slash + 1 : path) : NULL;
	return dir;
}

int
file_write(const char *path, enum file_how how, const void *bytes, size_t len)
{
	char *real = how == FILE_REPLACE ? realpath(path, NULL) : NULL, *name;
	int dir = open_folder(real != NULL ? real : path, &name), result = -1;

	if (dir >= 0) {
		result = write_in(dir, name, how, bytes, len);
		close_quietly(dir);
	}
	free(name);
	free(real);
	return result;
}

int
file_out_open(struct file_out *o, const char *path, bool replace)
{
	struct stat st;

	o->fd = -1;
	o->temporary = NULL;
	o->dir = open_folder(path, &o->name);
	if (o->dir < 0)
		return -1;
	o->replace = replace;
	if (o->name[0] == '\0' || (fstatat(o->dir, o->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
				   (!replace || !S_ISREG(st.st_mode)))) {
		errno = o->name[0] == '\0' || S_ISDIR(st.st_mode) ? EISDIR : EEXIST;
	} else {
		xasprintf(&o->temporary, ".%s.new", o->name);
		if (unlinkat(o->dir, o->temporary, 0) == 0 || errno == ENOENT)
			o->fd = openat(o->dir, o->temporary,
				       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	}
	if (o->fd >= 0)
		return 0;
	close_quietly(o->dir);
	free(o->name);
	free(o->temporary);
	return -1;
}

int
file_out_write(struct file_out *o, const void *bytes, size_t len)
{
	return write_all(o->fd, bytes, len);
}

int
file_out_end(struct file_out *o, bool keep)
{
	int result = keep ? fsync(o->fd) : -1, saved = errno;

	if (close(o->fd) != 0 && result == 0) {
		result = -1;
		saved = errno;
	}
	if (result == 0) {
		result = o->replace ? renameat(o->dir, o->temporary, o->dir, o->name)
				    : path_rename_new(o->dir, o->temporary, o->dir, o->name);
		saved = result != 0 ? errno : saved;
	}
	if (result != 0)
		unlinkat(o->dir, o->temporary, 0);
	else if (fsync(o->dir) != 0 && errno != EINVAL && errno != ENOTSUP)
		saved = errno; /* it is there, and the disk says nothing more of it */
	close(o->dir);
	free(o->name);
	free(o->temporary);
	errno = saved;
	return result;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_D || type == FTW_DP || type == FTW_DNR)
		rmdir(path);
	else
		unlink(path);
	return 0;
}

void
file_remove_tree(const char *folder)
{
	/* So many folders open at once. */
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
