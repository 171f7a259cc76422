/* path.c - the one resolver for file names that a peer supplied, and the few paths the user gives.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#if defined(SYS_openat2) && __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#define HAVE_OPENAT2_CALL 1
#endif

#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

/* ---- Names from peers ---- */

/* Whether one character of a name cannot be kept as it is. */
static bool
unfit(uint32_t cp)
{
	return cp == TEXT_INVALID || cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || text_is_bidi(cp);
}

enum path_verdict
path_check_name(const char *name, size_t len, const char **why)
{
	enum path_verdict v = PATH_FINE;
	const char *s = NULL;
	uint32_t cp;

	if (len == 0)
		s = N_("The file name is empty.");
	else if (len > PATH_NAME_MAX)
		s = N_("The file name is longer than 255 bytes.");
	else if (memchr(name, '/', len) != NULL)
		s = N_("The file name has a slash in it.");
	else if (memchr(name, '\0', len) != NULL)
		s = N_("The file name has a NUL byte in it.");
	else if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		s = N_("The file name means a folder, not a file.");
	if (why != NULL)
		*why = s;
	if (s != NULL)
		return PATH_REFUSED;
	for (size_t i = 0; i < len;) {
		i += text_next(name + i, len - i, &cp);
		if (unfit(cp))
			v = PATH_ENCODE;
	}
	return v;
}

/* The bytes of the extension with its dot: 0 to 13. Letters and digits, of them at least one
 * letter, and `.tar` before it. */
static size_t
extension(const char *name, size_t len)
{
	size_t i = len;
	bool letter = false;

	while (i > 0 && ((name[i - 1] >= '0' && name[i - 1] <= '9') ||
			 ((name[i - 1] | 32) >= 'a' && (name[i - 1] | 32) <= 'z'))) {
		letter = letter || name[i - 1] > '9';
		i--;
	}
	if (i < 2 || name[i - 1] != '.' || !letter || len - i > 8)
		return 0;
	i--;
	if (i > 4 && strncasecmp(name + i - 4, ".tar", 4) == 0)
		i -= 4;
	return len - i;
}

/* The longest part of a stem within max bytes that ends neither in a character nor in a %XX. */
static size_t
cut_stem(const char *stem, size_t len, size_t max)
{
	size_t n = text_truncate_utf8(stem, len, max);

	if (n == len)
		return n;
	if (n > 0 && stem[n - 1] == '%')
		return n - 1;
	if (n > 1 && stem[n - 2] == '%')
		return n - 2;
	return n;
}

size_t
path_local_name(char *dst, size_t size, const char *name, size_t len)
{
	enum path_verdict v = path_check_name(name, len, NULL);
	char out[3 * PATH_NAME_MAX + 1];
	size_t n = 0, ext, stem, used;
	uint32_t cp;

	if (v == PATH_REFUSED)
		return 0;
	for (size_t i = 0; i < len; i += used) {
		used = text_next(name + i, len - i, &cp);
		for (size_t k = i; k < i + used; k++) {
			if (v == PATH_ENCODE && (unfit(cp) || cp == '%'))
				n += (size_t)snprintf(out + n, sizeof(out) - n, "%%%02X",
						      (unsigned)(uint8_t)name[k]);
			else
				out[n++] = name[k];
		}
	}
	ext = extension(out, n);
	stem = n > PATH_NAME_MAX ? cut_stem(out, n - ext, PATH_NAME_MAX - ext) : n - ext;
	if (stem + ext + 1 > size)
		return 0;
	memcpy(dst, out, stem);
	memcpy(dst + stem, out + n - ext, ext);
	dst[stem + ext] = '\0';
	return stem + ext;
}

/* Extensions that some desktop or shell runs, or installs, when the file is opened. */
static const char *const runnable[] = {
	"apk",	    "app", "appimage", "bash", "bat", "cmd",	"com",	      "command", "cpl",
	"csh",	    "deb", "desktop",  "dmg",  "exe", "fish",	"flatpakref", "gadget",	 "hta",
	"inf",	    "jar", "js",       "jse",  "ksh", "lnk",	"msc",	      "msi",	 "msp",
	"php",	    "pif", "pkg",      "pl",   "ps1", "py",	"pyw",	      "rb",	 "reg",
	"rpm",	    "run", "scf",      "scpt", "scr", "sct",	"service",    "sh",	 "snap",
	"terminal", "url", "vb",       "vbe",  "vbs", "webloc", "wsf",	      "wsh",	 "zsh",
};

unsigned
path_name_flags(const char *name, size_t len, uint32_t mode)
{
	unsigned f = (mode & 0111) != 0 ? PATH_EXECUTABLE : 0;
	size_t end = len, dot;

	if (len > 0 && name[0] == '.')
		f |= PATH_HIDDEN;
	if (len > 0 && name[0] == '-')
		f |= PATH_DASH;
	if (text_has_hostile(name, len))
		f |= PATH_ODD;
	if (path_check_name(name, len, NULL) == PATH_ENCODE)
		f |= PATH_ENCODED;
	/* Some systems drop dots and spaces at the end. */
	while (end > 0 && (name[end - 1] == '.' || name[end - 1] == ' '))
		end--;
	for (dot = end; dot > 0 && name[dot - 1] != '.'; dot--)
		continue;
	for (size_t i = 0; dot > 0 && i < NELEM(runnable); i++)
		if (strlen(runnable[i]) == end - dot &&
		    strncasecmp(name + dot, runnable[i], end - dot) == 0)
			f |= PATH_EXECUTABLE;
	return f;
}

/* A number an earlier clash gave the stem: " (2)" to " (99)"; its bytes, 0 for none. A year in parentheses is part of the name. */
static size_t
old_number(const char *stem, size_t len, unsigned *n)
{
	size_t digits = 0;

	if (len < 5 || stem[len - 1] != ')')
		return 0;
	while (digits < 3 && stem[len - 2 - digits] >= '0' && stem[len - 2 - digits] <= '9')
		digits++;
	if (digits == 0 || digits > 2 || len < digits + 4 || stem[len - 2 - digits] != '(' ||
	    stem[len - 3 - digits] != ' ' || stem[len - 1 - digits] == '0')
		return 0;
	*n = (unsigned)(stem[len - 2] - '0');
	if (digits == 2)
		*n += 10 * (unsigned)(stem[len - 3] - '0');
	return *n >= 2 ? digits + 3 : 0;
}

size_t
path_numbered(char *dst, size_t size, const char *name, unsigned n)
{
	char number[16] = "";
	size_t len = strlen(name), ext = extension(name, len), end = len - ext, num, stem;
	unsigned before;

	/* Behind "a (2).txt" comes "a (3).txt". */
	if (n >= 2) {
		num = old_number(name, end, &before);
		end -= num;
		snprintf(number, sizeof(number), " (%u)", num > 0 ? before + n - 1 : n);
	}
	num = strlen(number);
	stem = cut_stem(name, end, PATH_NAME_MAX - ext - num);
	if (stem + num + ext + 1 > size)
		return 0;
	memcpy(dst, name, stem);
	memcpy(dst + stem, number, num);
	memcpy(dst + stem + num, name + len - ext, ext);
	dst[stem + num + ext] = '\0';
	return stem + num + ext;
}

mode_t
path_mode(uint32_t mode)
{
	return (mode_t)(mode & 0775);
}

/* ---- Opening and renaming ---- */

static atomic_bool no_openat2, no_renameat2;

void
path_force_fallback(bool on)
{
	atomic_store(&no_openat2, on);
	atomic_store(&no_renameat2, on);
}

/* 0, or the errno for a relative path that is not made of plain components. */
static int
check_relative(const char *rel)
{
	size_t n;

	if (rel[0] == '/')
		return EXDEV;
	if (strcmp(rel, ".") == 0)
		return 0;
	for (;; rel += n + 1) {
		n = strcspn(rel, "/");
		if (n == 2 && rel[0] == '.' && rel[1] == '.')
			return EXDEV;
		if (n == 0 || (n == 1 && rel[0] == '.'))
			return EINVAL;
		if (n > PATH_NAME_MAX)
			return ENAMETOOLONG;
		if (rel[n] == '\0')
			return 0;
	}
}

/* openat() of one component that is no symbolic link. */
static int
open_one(int dirfd, const char *name, int flags, mode_t mode)
{
	struct stat st;
	int fd, saved;

	do {
		fd = openat(dirfd, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	} while (fd == -1 && errno == EINTR);
	/* With O_DIRECTORY a link gives ENOTDIR; openat2 says ELOOP, and so do we. */
	if (fd == -1 && errno == ENOTDIR) {
		saved = errno;
		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
			saved = ELOOP;
		errno = saved;
	}
	/* With O_PATH a link itself would be opened. */
	if (fd != -1 && (flags & O_PATH) != 0 && fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
		close(fd);
		errno = ELOOP;
		return -1;
	}
	return fd;
}

/* The way of old kernels: one component at a time, so that no link is ever followed. */
static int
walk(int dirfd, const char *rel, int flags, mode_t mode)
{
	char name[PATH_NAME_MAX + 1];
	int fd = dirfd, next, saved;
	size_t n;

	for (;; rel += n + 1) {
		n = strcspn(rel, "/");
		memcpy(name, rel, n);
		name[n] = '\0';
		if (rel[n] == '\0')
			next = open_one(fd, name, flags, mode);
		else
			next = open_one(fd, name, O_PATH | O_DIRECTORY, 0);
		saved = errno;
		if (fd != dirfd)
			close(fd);
		errno = saved;
		if (next == -1 || rel[n] == '\0')
			return next;
		fd = next;
	}
}

int
path_open_beneath(int dirfd, const char *rel, int flags, mode_t mode)
{
	int error = check_relative(rel);

	if (error != 0) {
		errno = error;
		return -1;
	}
#ifdef HAVE_OPENAT2_CALL
	struct open_how how = {
		/* Not O_NOFOLLOW: it would make a link ENOTDIR or, with O_PATH, open it. */
		.flags = (uint64_t)(unsigned)((flags | O_CLOEXEC) & ~O_NOFOLLOW),
		.mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? mode & 07777
										   : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	/* EAGAIN: something was renamed meanwhile. A handful of tries, then the slow way decides.
	 */
	for (int tries = 0; tries < 8 && !atomic_load(&no_openat2); tries++) {
		fd = syscall(SYS_openat2, dirfd, rel, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		if (errno == ENOSYS)
			atomic_store(&no_openat2, true);
		else if (errno == EPERM) /* also what a container without openat2 says */
			break;
		else if (errno != EAGAIN && errno != EINTR)
			return -1;
	}
#endif
	return walk(dirfd, rel, flags, mode);
}

int
path_mkdir_beneath(int dirfd, const char *rel, mode_t mode)
{
	const char *slash = strrchr(rel, '/');
	int error = check_relative(rel), parent, rc, saved;
	char *up;

	if (error != 0 || strcmp(rel, ".") == 0) {
		errno = error != 0 ? error : EEXIST;
		return -1;
	}
	if (slash == NULL)
		return mkdirat(dirfd, rel, mode);
	up = xstrndup(rel, (size_t)(slash - rel));
	parent = path_open_beneath(dirfd, up, O_PATH | O_DIRECTORY, 0);
	free(up);
	if (parent == -1)
		return -1;
	rc = mkdirat(parent, slash + 1, mode);
	saved = errno;
	close(parent);
	errno = saved;
	return rc;
}

/* A folder cannot be linked. Renaming it can at worst replace an empty folder made in between,
 * which loses nothing. */
static int
rename_folder(int olddirfd, const char *oldname, int newdirfd, const char *newname)
{
	struct stat st;

	if (fstatat(newdirfd, newname, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	if (errno != ENOENT)
		return -1;
	if (renameat(olddirfd, oldname, newdirfd, newname) == 0)
		return 0;
	if (errno == ENOTEMPTY || errno == ENOTDIR)
		errno = EEXIST;
	return -1;
}

/* For file systems with neither NOREPLACE nor links: the name is taken by an empty file, which the
 * rename then replaces. */
static int
rename_placeholder(int olddirfd, const char *oldname, int newdirfd, const char *newname)
{
	int fd = openat(newdirfd, newname, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	int saved;

	if (fd == -1)
		return -1;
	close(fd);
	if (renameat(olddirfd, oldname, newdirfd, newname) == 0)
		return 0;
	saved = errno;
	unlinkat(newdirfd, newname, 0);
	errno = saved;
	return -1;
}

static int
rename_fallback(int olddirfd, const char *oldname, int newdirfd, const char *newname)
{
	struct stat st;
	int saved;

	if (fstatat(olddirfd, oldname, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	if (S_ISDIR(st.st_mode))
		return rename_folder(olddirfd, oldname, newdirfd, newname);
	if (linkat(olddirfd, oldname, newdirfd, newname, 0) == 0) {
		if (unlinkat(olddirfd, oldname, 0) == 0)
			return 0;
		saved = errno;
		unlinkat(newdirfd, newname, 0);
		errno = saved;
		return -1;
	}
	if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK)
		return rename_placeholder(olddirfd, oldname, newdirfd, newname);
	return -1;
}

int
path_rename_new(int olddirfd, const char *oldname, int newdirfd, const char *newname)
{
	if (path_check_name(oldname, strlen(oldname), NULL) == PATH_REFUSED ||
	    path_check_name(newname, strlen(newname), NULL) == PATH_REFUSED) {
		errno = strlen(newname) > PATH_NAME_MAX ? ENAMETOOLONG : EINVAL;
		return -1;
	}
#ifdef SYS_renameat2
	if (!atomic_load(&no_renameat2)) {
		if (syscall(SYS_renameat2, olddirfd, oldname, newdirfd, newname,
			    RENAME_NOREPLACE) == 0)
			return 0;
		if (errno != EINVAL && errno != ENOSYS && errno != EPERM)
			return -1;
		/* EINVAL is also moving a folder into itself: the fallback says so again. */
	}
#endif
	return rename_fallback(olddirfd, oldname, newdirfd, newname);
}

/* ---- Paths of the user ---- */

char *
path_home(void)
{
	const char *home = getenv("HOME");
	struct passwd pw, *found = NULL;
	char buf[4096];

	if (home != NULL && home[0] == '/')
		return xstrdup(home);
	if (getpwuid_r(getuid(), &pw, buf, sizeof(buf), &found) == 0 && found != NULL &&
	    found->pw_dir != NULL && found->pw_dir[0] == '/')
		return xstrdup(found->pw_dir);
	return xstrdup("/");
}

char *
path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);
	char *out;

	while (n > 0 && dir[n - 1] == '/')
		n--;
	while (dir[0] != '\0' && name[0] == '/')
		name++;
	if (n == 0 && dir[0] == '\0')
		return xstrdup(name);
	xasprintf(&out, "%.*s/%s", (int)(n > INT_MAX ? INT_MAX : n), dir, name);
	return out;
}

char *
path_expand(const char *typed)
{
	char *home, *out;

	if (typed[0] != '~' || (typed[1] != '\0' && typed[1] != '/'))
		return xstrdup(typed);
	home = path_home();
	if (typed[1] == '\0')
		return home;
	out = path_join(home, typed + 2);
	free(home);
	return out;
}

char *
path_abbreviate(const char *path)
{
	char *home = path_home(), *out;
	size_t n = strlen(home);

	while (n > 0 && home[n - 1] == '/')
		n--;
	if (n > 0 && strncmp(path, home, n) == 0 && (path[n] == '/' || path[n] == '\0'))
		xasprintf(&out, "~%s", path + n);
	else
		out = xstrdup(path);
	free(home);
	return out;
}

/* The value of one line XDG_DOWNLOAD_DIR="…", or NULL. "$HOME" itself means "none", as the XDG
 * tools write it. */
static char *
download_line(const char *line, const char *home)
{
	static const char name[] = "XDG_DOWNLOAD_DIR=\"";
	char value[4096] = "", *out;
	size_t n = 0;

	line += strspn(line, " \t");
	if (strncmp(line, name, sizeof(name) - 1) != 0)
		return NULL;
	for (line += sizeof(name) - 1; *line != '"'; line++) {
		if (*line == '\\' && line[1] != '\0')
			line++;
		if (*line == '\0' || *line == '\n' || n + 1 == sizeof(value))
			return NULL;
		value[n++] = *line;
	}
	while (n > 1 && value[n - 1] == '/')
		n--;
	value[n] = '\0';
	if (strncmp(value, "$HOME/", 6) == 0)
		out = path_join(home, value + 6);
	else if (value[0] == '/')
		out = xstrdup(value);
	else
		return NULL;
	if (strcmp(out, home) == 0) {
		free(out);
		return NULL;
	}
	return out;
}

char *
path_downloads(void)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	char *home = path_home(), *dir = NULL, *file, *found, line[4096 + 64];
	FILE *f;

	if (config != NULL && config[0] == '/')
		file = path_join(config, "user-dirs.dirs");
	else
		file = path_join(home, ".config/user-dirs.dirs");
	f = fopen(file, "re");
	free(file);
	/* As for the shell that this file is written for, the last assignment counts. */
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		found = download_line(line, home);
		if (found != NULL) {
			free(dir);
			dir = found;
		}
	}
	if (f != NULL)
		fclose(f);
	if (dir == NULL)
		dir = path_join(home, "Downloads");
	free(home);
	return dir;
}

bool
path_program(const char *name)
{
	const char *path = getenv("PATH");
	bool found = false;

	while (path != NULL && *path != '\0' && !found) {
		size_t n = strcspn(path, ":");
		char *file;

		xasprintf(&file, "%.*s/%s", (int)n, path, name);
		found = n > 0 && access(file, X_OK) == 0;
		free(file);
		path += n + (path[n] == ':');
	}
	return found;
}
