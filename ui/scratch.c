/* scratch.c - a text in a file while another program edits it, and nothing left of it afterwards. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

#include "src/file.h"
#include "src/path.h"
#include "src/util.h"
#include "ui/scratch.h"

/* Folders are called so, with the number of the process and six letters behind it. */
#define PREFIX	 "p2p-tui-edit."
/* A text that is left is called so, with six letters between; it is nobody's to sweep away. */
#define KEPT	 "p2p-tui-text."
#define KEPT_END ".txt"
/* Editors tell by the name that it is plain text. */
#define NAME	 "message.txt"

struct scratch {
	char *above, *folder, *path;
};

void
scratch_free(struct scratch *s)
{
	if (s == NULL)
		return;
	file_remove_tree(s->folder);
	free(s->above);
	free(s->folder);
	free(s->path);
	free(s);
}

static int
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

struct scratch *
scratch_new(const char *folder, const void *text, size_t len)
{
	struct scratch *s = xcalloc(1, sizeof(*s));
	int fd, why;

	xasprintf(&s->folder, "%s/" PREFIX "%ld.XXXXXX", folder, (long)getpid());
	if (mkdtemp(s->folder) == NULL) {
		free(s->folder);
		free(s);
		return NULL;
	}
	s->above = xstrdup(folder);
	s->path = path_join(s->folder, NAME);
	fd = open(s->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && fchmod(fd, 0600) == 0 && write_all(fd, text, len) == 0 && close(fd) == 0)
		return s;
	why = errno;
	if (fd >= 0)
		close(fd);
	scratch_free(s);
	errno = why;
	return NULL;
}

const char *
scratch_path(const struct scratch *s)
{
	return s->path;
}

char *
scratch_read(const struct scratch *s, size_t max, size_t *len)
{
	return (char *)file_read(s->path, max, len);
}

char *
scratch_keep(struct scratch *s)
{
	struct stat st;
	char *path;
	int fd, why;

	/* A link of the editor's would lead out of here. */
	if (lstat(s->path, &st) != 0)
		return NULL;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return NULL;
	}
	xasprintf(&path, "%s/" KEPT "XXXXXX" KEPT_END, s->above);
	fd = mkostemps(path, (int)sizeof(KEPT_END) - 1, O_CLOEXEC);
	if (fd >= 0 && close(fd) == 0 && chmod(s->path, 0600) == 0 && rename(s->path, path) == 0)
		return path;
	why = errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	errno = why;
	return NULL;
}

char *
scratch_kept(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	char *path = NULL;

	while (d != NULL && path == NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, KEPT, sizeof(KEPT) - 1) == 0)
			path = path_join(folder, e->d_name);
	if (d != NULL)
		closedir(d);
	return path;
}

/* Whether the process in the folder's name is gone, or was one before us that had our number. */
static bool
is_orphan(const char *name)
{
	long pid = strtol(name + sizeof(PREFIX) - 1, NULL, 10);

	return pid <= 0 || pid == (long)getpid() || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

void
scratch_sweep(const char *folder, bool all)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		struct stat st;
		char *path;

		if (strncmp(e->d_name, PREFIX, sizeof(PREFIX) - 1) != 0 ||
		    (!all && !is_orphan(e->d_name)))
			continue;
		path = path_join(folder, e->d_name);
		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid())
			file_remove_tree(path);
		free(path);
	}
	if (d != NULL)
		closedir(d);
}

const char *
scratch_memory(void)
{
#ifdef __linux__
	const char *folder = getenv("XDG_RUNTIME_DIR");
	struct statfs fs;
	struct stat st;

	if (folder != NULL && folder[0] == '/' && stat(folder, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == getuid() && (st.st_mode & 077) == 0 && statfs(folder, &fs) == 0 &&
	    (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC))
		return folder;
#endif
	return NULL;
}
