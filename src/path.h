#ifndef P2P_SRC_PATH_H
#define P2P_SRC_PATH_H
/* The one resolver for file names that a peer supplied, and the few paths the user gives. Names
 * from peers are single components; they are created relative to folder descriptors and never
 * through a symbolic link. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The longest file name in bytes, without NUL. */
#define PATH_NAME_MAX 255

/* What path_check_name() found. */
enum path_verdict {
	PATH_FINE,    /* usable byte for byte */
	PATH_ENCODE,  /* usable once path_local_name() wrote some bytes as %XX */
	PATH_REFUSED, /* never created */
};

/* protocol.md, "Names and text from peers": 1-255 bytes, no `/`, no NUL, not `.` or `..`. *why (may
 * be NULL) gets a sentence for a refused name, else NULL; it is constant. */
enum path_verdict path_check_name(const char *name, size_t len, const char **why);
/* Writes the local name to dst[size], NUL terminated (PATH_NAME_MAX + 1 always suffices). Valid
 * UTF-8 without control and bidi characters stays as it is, joiners and variation selectors
 * included; else the offending bytes, and `%` itself, become %XX. A result over 255 bytes is
 * shortened before its extension. Returns the length; 0 if the name is refused or dst too small. */
size_t path_local_name(char *dst, size_t size, const char *name, size_t len);

/* What the prompt must point out about a name; a set. */
enum path_flags {
	PATH_HIDDEN = 1, /* begins with `.` */
	PATH_DASH = 2,	 /* begins with `-`: looks like an option to other programs */
	PATH_EXECUTABLE =
		4, /* an x bit in mode, or an extension that some system runs when it is opened */
	PATH_ODD = 8,	   /* text_has_hostile(): shown otherwise than it is */
	PATH_ENCODED = 16, /* arrives as %XX */
};
/* mode is the offered one; 0 where it is not known. For a folder give mode & 0: its x bits mean
 * something else. */
unsigned path_name_flags(const char *name, size_t len, uint32_t mode);

/* "report.pdf", 2 -> "report (2).pdf"; "a.tar.gz" -> "a (2).tar.gz"; ".profile" -> ".profile (2)";
 * "a (2).txt" -> "a (3).txt", as for any number from 2 to 99; n below 2: the name itself. Shortened before the number at a character boundary so that it keeps
 * within 255 bytes. Returns the length, 0 if size is too small. */
size_t path_numbered(char *dst, size_t size, const char *name, unsigned n);

/* open(2) of rel below dirfd: openat2 with RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS, or one component at
 * a time with O_NOFOLLOW where the kernel lacks it. rel is "." or one or more components; an
 * absolute path, "..", or an empty component is EXDEV or EINVAL. O_CLOEXEC and O_NOFOLLOW are
 * added. Returns a descriptor, or -1 with errno (ELOOP: a symbolic link is in the way). */
int path_open_beneath(int dirfd, const char *rel, int flags, mode_t mode);
/* mkdir(2) below dirfd by the same rules; parents must exist. 0, or -1 with errno (EEXIST as
 * usual). */
int path_mkdir_beneath(int dirfd, const char *rel, mode_t mode);
/* Renames without ever replacing anything: -1 with EEXIST if newname is taken. Both names are
 * single components. Falls back to link and unlink, then to a placeholder, where the file system
 * knows no RENAME_NOREPLACE. 0, or -1 with errno. */
int path_rename_new(int olddirfd, const char *oldname, int newdirfd, const char *newname);
/* A peer's mode bits less set-id, sticky and world-write: what may be given to fchmod() or open().
 */
mode_t path_mode(uint32_t mode);

/* The user's home: $HOME if absolute, else the password file's, else "/". Fresh memory. */
char *path_home(void) __attribute__((malloc, returns_nonnull, warn_unused_result));
/* A path as a person types it: "~" and "~/x" begin at home, anything else is copied. Fresh memory.
 */
char *path_expand(const char *typed) __attribute__((malloc, returns_nonnull, warn_unused_result));
/* The reverse for showing: a path in or below home begins with "~". Fresh memory, not sanitised. */
char *path_abbreviate(const char *path)
	__attribute__((malloc, returns_nonnull, warn_unused_result));
/* Whether $PATH leads to a program of this name that may be run. */
bool path_program(const char *name);
/* dir + "/" + name, without doubling the slash. Fresh memory. */
char *path_join(const char *dir, const char *name)
	__attribute__((malloc, returns_nonnull, warn_unused_result));
/* The download folder: XDG_DOWNLOAD_DIR of user-dirs.dirs (in $XDG_CONFIG_HOME or ~/.config), else
 * ~/Downloads. Whether it exists is not looked at. Fresh memory. */
char *path_downloads(void) __attribute__((malloc, returns_nonnull, warn_unused_result));

/* For tests: pretend that openat2 and renameat2 are missing. */
void path_force_fallback(bool on);

#endif
