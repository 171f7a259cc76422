/* home.c - where our files are, and the lock on them. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/home.h"
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

#define FOLDER "p2p-tui"

/* The three folders; with --home they are one. */
struct folders {
	char *config, *data, *state;
};

/* Makes the folder and those above it that are missing, private. */
static int
make_folders(const char *path)
{
	char *copy = xstrdup(path);
	int result = 0;

	for (char *slash = strchr(copy + 1, '/'); slash != NULL && result == 0;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
			result = -1;
		*slash = '/';
	}
	if (result == 0 && mkdir(copy, 0700) != 0 && errno != EEXIST)
		result = -1;
	free(copy);
	return result;
}

/* The folder must be one we can work in; with `create` it is made. One that is missing is no error otherwise: there is nothing in it. */
static bool
check_folder(const char *path, bool create, char *err, size_t errlen)
{
	struct stat st;
	int error = 0;

	if (create && make_folders(path) != 0)
		error = errno;
	else if (stat(path, &st) != 0)
		error = !create && errno == ENOENT ? 0 : errno;
	else if (!S_ISDIR(st.st_mode))
		error = ENOTDIR;
	else if (access(path, create ? R_OK | W_OK | X_OK : R_OK | X_OK) != 0)
		error = errno;
	if (error == 0)
		return true;
	if (error == ENOTDIR)
		say_into(err, errlen, "%s should be a folder and is not one.", path);
	else
		say_into(err, errlen, "The folder %s cannot be %s: %s.", path,
			 create ? _("made or written to") : _("read"), file_reason(error));
	return false;
}

/* XDG Base Directory Specification: a relative path in the variable is to be ignored. */
static char *
xdg_folder(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);
	char *base, *folder;

	if (value != NULL && value[0] == '/') {
		base = xstrdup(value);
	} else {
		char *home = path_home();

		base = path_join(home, otherwise);
		free(home);
	}
	folder = path_join(base, FOLDER);
	free(base);
	return folder;
}

/* Somebody without a home folder of their own, as services have it, is given "/". */
static bool
has_home(void)
{
	const char *home = getenv("HOME");
	char *found;
	bool has;

	if (home != NULL && home[0] == '/')
		return true;
	found = path_home();
	has = strcmp(found, "/") != 0;
	free(found);
	return has;
}

static bool
has_xdg(void)
{
	static const char *const variables[] = {"XDG_CONFIG_HOME", "XDG_DATA_HOME",
						"XDG_STATE_HOME"};

	for (size_t i = 0; i < NELEM(variables); i++) {
		const char *value = getenv(variables[i]);

		if (value == NULL || value[0] != '/')
			return false;
	}
	return true;
}

/* The one folder, absolute: the program may change its working directory later. */
static bool
one_folder(struct folders *f, const char *folder, char *err, size_t errlen)
{
	char *cwd, *whole;

	if (folder[0] == '/') {
		whole = xstrdup(folder);
	} else {
		cwd = realpath(".", NULL);
		if (cwd == NULL) {
			say_into(err, errlen, "The working directory cannot be found: %s.",
				 file_reason(errno));
			return false;
		}
		whole = path_join(cwd, folder);
		free(cwd);
	}
	f->config = whole;
	f->data = xstrdup(whole);
	f->state = xstrdup(whole);
	return true;
}

static bool
find_folders(struct folders *f, const char *folder, char *err, size_t errlen)
{
	if (folder == NULL) {
		folder = getenv("P2P_TUI_HOME");
		if (folder != NULL && folder[0] == '\0')
			folder = NULL;
	}
	if (folder != NULL && folder[0] == '\0') {
		say_into(err, errlen, "The home folder's name is empty.");
		return false;
	}
	if (folder != NULL)
		return one_folder(f, folder, err, errlen);
	if (!has_xdg() && !has_home()) {
		say_into(err, errlen,
			 "There is no home folder: set HOME, or say where with --home DIR.");
		return false;
	}
	f->config = xdg_folder("XDG_CONFIG_HOME", ".config");
	f->data = xdg_folder("XDG_DATA_HOME", ".local/share");
	f->state = xdg_folder("XDG_STATE_HOME", ".local/state");
	return true;
}

bool
home_open(struct home *h, const char *folder, bool create, char *err, size_t errlen)
{
	struct folders f = {.config = NULL};
	bool good;

	memset(h, 0, sizeof(*h));
	h->lock_fd = -1;
	if (!find_folders(&f, folder, err, errlen))
		return false;
	h->config = path_join(f.config, "config");
	h->identity = path_join(f.data, "identity");
	h->database = path_join(f.data, "history.db");
	h->lock = path_join(f.data, "lock");
	h->spool = path_join(f.data, "spool");
	h->log = path_join(f.state, "log");
	good = check_folder(f.config, create, err, errlen) &&
	       check_folder(f.data, create, err, errlen) &&
	       check_folder(f.state, create, err, errlen) &&
	       check_folder(h->spool, create, err, errlen);
	free(f.config);
	free(f.data);
	free(f.state);
	if (!good)
		home_close(h);
	return good;
}

/* Who holds the lock, as the file says; 0 if it does not say. */
static long
holder(int fd)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	return strtol(text, NULL, 10);
}

/* flock() and not fcntl(): closing some other descriptor of the file does not give it up, and a child keeps it. The file stays when the
 * lock is released: removing it would let two programs lock two files of one name. */
bool
home_in_use(const struct home *h)
{
	int fd = open(h->lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool used;

	if (fd < 0)
		return false;
	used = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return used;
}

bool
home_lock(struct home *h, char *err, size_t errlen)
{
	int fd = open(h->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	char pid[32] = "";
	long other;

	if (fd < 0) {
		say_into(err, errlen, "The lock %s cannot be opened: %s.", h->lock,
			 file_reason(errno));
		return false;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		other = errno == EWOULDBLOCK ? holder(fd) : -1;
		if (other > 0)
			say_into(pid, sizeof(pid), " (process %ld)", other);
		if (other >= 0)
			say_into(err, errlen, "p2p-tui is already running with this home%s.", pid);
		else
			say_into(err, errlen, "The home cannot be locked: %s: %s.", h->lock,
				 file_reason(errno));
		close(fd);
		return false;
	}
	snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, strlen(pid), 0) < 0) {
		/* Only the sentence to a second p2p-tui misses the number then. */
		(void)!ftruncate(fd, 0);
	}
	h->lock_fd = fd;
	return true;
}

void
home_close(struct home *h)
{
	if (h->lock_fd >= 0) {
		(void)!ftruncate(h->lock_fd, 0);
		close(h->lock_fd);
	}
	free(h->config);
	free(h->identity);
	free(h->database);
	free(h->lock);
	free(h->log);
	free(h->spool);
	memset(h, 0, sizeof(*h));
	h->lock_fd = -1;
}
