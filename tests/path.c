/* path.c - tests of src/path.h. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/path.h"
#include "src/util.h"
#include "tests/tap.h"

static void
test_check(void)
{
	/* clang-format off */
	static const struct { const char *name; size_t len; enum path_verdict v; const char *local; } rows[] = {
		{"report.pdf", 10, PATH_FINE, "report.pdf"},
		{"with space", 10, PATH_FINE, "with space"},
		{"'q\"uo;te$\\", 10, PATH_FINE, "'q\"uo;te$\\"},
		{"100%.txt", 8, PATH_FINE, "100%.txt"},
		{"...", 3, PATH_FINE, "..."},
		{"..a", 3, PATH_FINE, "..a"},
		{"👨\u200d👩.png", 15, PATH_FINE, "👨\u200d👩.png"},
		{"❤\ufe0f", 6, PATH_FINE, "❤\ufe0f"},
		{"", 0, PATH_REFUSED, NULL}, {".", 1, PATH_REFUSED, NULL}, {"..", 2, PATH_REFUSED, NULL},
		{"a/b", 3, PATH_REFUSED, NULL}, {"/", 1, PATH_REFUSED, NULL}, {"a\0b", 3, PATH_REFUSED, NULL},
		{"a\nb", 3, PATH_ENCODE, "a%0Ab"},
		{"\x7f", 1, PATH_ENCODE, "%7F"},
		{"\x1b[m", 3, PATH_ENCODE, "%1B[m"},
		{"\xff%.txt", 6, PATH_ENCODE, "%FF%25.txt"},
		{"\xc2\x9b", 2, PATH_ENCODE, "%C2%9B"},
		{"beach\u202egpj.exe", 15, PATH_ENCODE, "beach%E2%80%AEgpj.exe"},
		{"\u2066\u061c", 5, PATH_ENCODE, "%E2%81%A6%D8%9C"},
		{".\xff", 2, PATH_ENCODE, ".%FF"},
	};
	/* clang-format on */
	char local[PATH_NAME_MAX + 1];
	const char *why;

	for (size_t i = 0; i < NELEM(rows); i++) {
		is_int(path_check_name(rows[i].name, rows[i].len, &why), rows[i].v, "row %zu", i);
		ok((why != NULL) == (rows[i].v == PATH_REFUSED), "row %zu: a reason if refused", i);
		if (rows[i].local == NULL) {
			is_int(path_local_name(local, sizeof(local), rows[i].name, rows[i].len), 0,
			       "row %zu: no local name", i);
			continue;
		}
		is_int(path_local_name(local, sizeof(local), rows[i].name, rows[i].len),
		       strlen(rows[i].local), "row %zu: length", i);
		is_str(local, rows[i].local, "row %zu: local name", i);
	}
	is_int(path_local_name(local, 5, "abcde", 5), 0, "no room");
	is_int(path_local_name(local, 6, "abcde", 5), 5, "just room");
}

static void
test_long(void)
{
	char name[PATH_NAME_MAX + 1], local[PATH_NAME_MAX + 1];
	size_t n;

	memset(name, 'a', sizeof(name));
	is_int(path_check_name(name, 255, NULL), PATH_FINE, "255 bytes");
	is_int(path_check_name(name, 256, NULL), PATH_REFUSED, "256 bytes");
	memset(name, 0xff, 251);
	memcpy(name + 251, ".pdf", 4);
	n = path_local_name(local, sizeof(local), name, 255);
	is_int(n, 255 - (251 % 3), "encoded and shortened, no %%XX cut");
	is_str(local + n - 7, "%FF.pdf", "the extension stays");
	memset(name, 'a', 253);
	memcpy(name + 253, "é", 3);
	n = path_numbered(local, sizeof(local), name, 2);
	is_int(n, 255, "a full name makes room for its number");
	is_str(local + n - 5, "a (2)", "at its end");
	for (size_t i = 0; i < 252; i += 2)
		memcpy(name + i, "é", 2);
	memcpy(name + 250, ".txt", 5);
	n = path_numbered(local, sizeof(local), name, 10);
	is_int(n, 255 - (255 - 4 - 5) % 2, "no character is cut");
	is_str(local + n - 11, "é (10).txt", "a number of two digits");
}

static void
test_numbered(void)
{
	/* clang-format off */
	static const struct { const char *name; unsigned n; const char *want; } rows[] = {
		{"report.pdf", 2, "report (2).pdf"}, {"report.pdf", 1, "report.pdf"}, {"report.pdf", 0, "report.pdf"},
		{"archive.tar.gz", 3, "archive (3).tar.gz"}, {".tar.gz", 2, ".tar (2).gz"},
		{"Makefile", 2, "Makefile (2)"}, {".profile", 2, ".profile (2)"}, {"v1.2.3", 2, "v1.2.3 (2)"},
		{"a.b c", 2, "a.b c (2)"}, {"song.mp3", 12, "song (12).mp3"}, {"x.", 2, "x. (2)"},
		{"photo.JPG", 4294967295u, "photo (4294967295).JPG"}, {"a.toolongextension", 2, "a.toolongextension (2)"},
		{"日本.txt", 2, "日本 (2).txt"}, {"a (2).txt", 2, "a (3).txt"}, {"a (2).txt", 3, "a (4).txt"},
		{"a (2).txt", 1, "a (2).txt"}, {"b (99)", 2, "b (100)"}, {"b (9).tar.gz", 3, "b (11).tar.gz"},
		{"Film (1999).mkv", 2, "Film (1999) (2).mkv"}, {"c (1)", 2, "c (1) (2)"}, {"c (02)", 2, "c (02) (2)"},
		{"c(2)", 2, "c(2) (2)"}, {"c ()", 2, "c () (2)"}, {" (2)", 2, " (2) (2)"}, {"x (2)", 2, "x (3)"},
		{"c (2).txt (3)", 2, "c (2).txt (4)"}, {"(2)", 2, "(2) (2)"},
	};
	/* clang-format on */
	char out[PATH_NAME_MAX + 1];

	for (size_t i = 0; i < NELEM(rows); i++) {
		is_int(path_numbered(out, sizeof(out), rows[i].name, rows[i].n),
		       strlen(rows[i].want), "length %zu", i);
		is_str(out, rows[i].want, "number %zu", i);
	}
	is_int(path_numbered(out, 14, "report.pdf", 2), 0, "no room");
}

static void
test_flags(void)
{
	/* clang-format off */
	static const struct { const char *name; uint32_t mode; unsigned want; } rows[] = {
		{"report.pdf", 0644, 0}, {"report.pdf", 0744, PATH_EXECUTABLE}, {"run.sh", 0644, PATH_EXECUTABLE},
		{"a.EXE", 0, PATH_EXECUTABLE}, {"a.exe. .", 0, PATH_EXECUTABLE}, {"exe", 0, 0}, {".bashrc", 0600, PATH_HIDDEN},
		{"-rf", 0, PATH_DASH}, {"a\u202e" "b", 0, PATH_ODD | PATH_ENCODED}, {"a\u200b" "b", 0, PATH_ODD},
		{"x.desktop", 0, PATH_EXECUTABLE}, {".sh", 0, PATH_HIDDEN | PATH_EXECUTABLE}, {"a.ex", 0, 0},
	};
	/* clang-format on */
	for (size_t i = 0; i < NELEM(rows); i++)
		is_int(path_name_flags(rows[i].name, strlen(rows[i].name), rows[i].mode),
		       rows[i].want, "flags %zu", i);
	is_int(path_mode(07777), 0775, "no set-id, sticky, world-write");
	is_int(path_mode(0100644), 0644, "nor the kind");
}

static int
touch(int dirfd, const char *name, const char *text)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return -1;
	return close(fd);
}

static char *
slurp(int dirfd, const char *name)
{
	static char buf[64];
	int fd = openat(dirfd, name, O_RDONLY);
	ssize_t n = fd == -1 ? -1 : read(fd, buf, sizeof(buf) - 1);

	if (fd != -1)
		close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}

/* Opens, closes at once; 0 or errno. */
static int
try_open(int dirfd, const char *rel, int flags)
{
	int fd = path_open_beneath(dirfd, rel, flags, 0600);

	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static void
test_open(int d, const char *how)
{
	mkdirat(d, "sub", 0700);
	mkdirat(d, "sub/deep", 0700);
	touch(d, "sub/deep/file", "x");
	ok(symlinkat("sub", d, "link") == 0 && symlinkat("/etc/passwd", d, "passwd") == 0 &&
		   symlinkat("..", d, "sub/up") == 0,
	   "%s: links to try", how);
	is_int(try_open(d, "sub/deep/file", O_RDONLY), 0, "%s: a file", how);
	is_int(try_open(d, "sub/deep", O_RDONLY | O_DIRECTORY), 0, "%s: a folder", how);
	is_int(try_open(d, ".", O_RDONLY | O_DIRECTORY), 0, "%s: the folder itself", how);
	is_int(try_open(d, "sub/none", O_RDONLY), ENOENT, "%s: not there", how);
	is_int(try_open(d, "sub/new", O_WRONLY | O_CREAT | O_EXCL), 0, "%s: made", how);
	is_int(try_open(d, "sub/new", O_WRONLY | O_CREAT | O_EXCL), EEXIST, "%s: once", how);
	is_int(try_open(d, "passwd", O_RDONLY), ELOOP, "%s: a link as the last", how);
	is_int(try_open(d, "link/deep/file", O_RDONLY), ELOOP, "%s: a link as the first", how);
	is_int(try_open(d, "sub/up/sub/new", O_RDONLY), ELOOP, "%s: a link in between", how);
	is_int(try_open(d, "link", O_RDONLY | O_DIRECTORY), ELOOP, "%s: a link to a folder", how);
	is_int(try_open(d, "link", O_PATH), ELOOP, "%s: a link as a path", how);
	is_int(try_open(d, "sub/new", O_PATH), 0, "%s: a file as a path", how);
	is_int(try_open(d, "passwd", O_WRONLY | O_CREAT | O_EXCL), EEXIST, "%s: never through",
	       how);
	is_int(try_open(d, "sub/new/x", O_RDONLY), ENOTDIR, "%s: a file as a folder", how);
	is_int(try_open(d, "/etc/passwd", O_RDONLY), EXDEV, "%s: absolute", how);
	is_int(try_open(d, "..", O_RDONLY), EXDEV, "%s: up", how);
	is_int(try_open(d, "sub/../x", O_RDONLY), EXDEV, "%s: up in between", how);
	is_int(try_open(d, "sub//new", O_RDONLY), EINVAL, "%s: doubled slash", how);
	is_int(try_open(d, "sub/", O_RDONLY), EINVAL, "%s: slash at the end", how);
	is_int(try_open(d, "", O_RDONLY), EINVAL, "%s: empty", how);
	is_int(try_open(d, "./sub", O_RDONLY), EINVAL, "%s: dot", how);

	is_int(path_mkdir_beneath(d, "made", 0700), 0, "%s: mkdir", how);
	is_int(path_mkdir_beneath(d, "made/in", 0700), 0, "%s: mkdir deeper", how);
	ok(path_mkdir_beneath(d, "made", 0700) == -1 && errno == EEXIST, "%s: mkdir twice", how);
	ok(path_mkdir_beneath(d, "link/in", 0700) == -1 && errno == ELOOP, "%s: mkdir by a link",
	   how);
	ok(path_mkdir_beneath(d, "../in", 0700) == -1 && errno == EXDEV, "%s: mkdir above", how);
	ok(path_mkdir_beneath(d, ".", 0700) == -1 && errno == EEXIST, "%s: mkdir .", how);
	ok(faccessat(d, "sub/in", F_OK, 0) == -1, "%s: nothing was made there", how);
}

static void
test_rename(int d, const char *how)
{
	touch(d, "a", "aa");
	touch(d, "b", "bb");
	mkdirat(d, "r1", 0700);
	mkdirat(d, "r2", 0700);
	ok(path_rename_new(d, "a", d, "b") == -1 && errno == EEXIST, "%s: taken", how);
	is_str(slurp(d, "b"), "bb", "%s: and untouched", how);
	is_str(slurp(d, "a"), "aa", "%s: both", how);
	is_int(path_rename_new(d, "a", d, "c"), 0, "%s: free", how);
	is_str(slurp(d, "c"), "aa", "%s: moved", how);
	ok(faccessat(d, "a", F_OK, 0) == -1, "%s: and away", how);
	is_int(path_rename_new(d, "r1", d, "r3"), 0, "%s: a folder", how);
	ok(path_rename_new(d, "r2", d, "r3") == -1 && errno == EEXIST, "%s: a taken folder", how);
	ok(path_rename_new(d, "c", d, "r3") == -1 && errno == EEXIST, "%s: a file on a folder",
	   how);
	ok(path_rename_new(d, "none", d, "x") == -1 && errno == ENOENT, "%s: not there", how);
	ok(path_rename_new(d, "c", d, "../x") == -1 && errno == EINVAL, "%s: no paths", how);
	unlinkat(d, "b", 0);
	unlinkat(d, "c", 0);
}

static void
write_dirs(const char *config, const char *text)
{
	int fd = open(config, O_RDONLY | O_DIRECTORY);

	touch(fd, "user-dirs.dirs", text);
	close(fd);
}

static void
is_taken(char *got, const char *want, const char *what)
{
	is_str(got, want, "%s", what);
	free(got);
}

static void
test_home(const char *dir)
{
	char *config;

	setenv("HOME", "/home/ada", 1);
	is_taken(path_home(), "/home/ada", "home");
	is_taken(path_expand("~"), "/home/ada", "~");
	is_taken(path_expand("~/a b"), "/home/ada/a b", "~/…");
	is_taken(path_expand("~bob/x"), "~bob/x", "another's home is not looked up");
	is_taken(path_expand("x/~"), "x/~", "~ within");
	is_taken(path_abbreviate("/home/ada/x"), "~/x", "in home");
	is_taken(path_abbreviate("/home/ada"), "~", "home itself");
	is_taken(path_abbreviate("/home/adam"), "/home/adam", "not home");
	is_taken(path_join("/a/", "b"), "/a/b", "no doubled slash");
	is_taken(path_join("/", "b"), "/b", "below the root");
	is_taken(path_join("a", "b"), "a/b", "relative");
	is_taken(path_join("", "b"), "b", "below nothing");
	setenv("HOME", "relative", 1);
	config = path_home();
	ok(config[0] == '/', "a relative HOME is not believed");
	free(config);

	setenv("HOME", "/home/ada", 1);
	setenv("XDG_CONFIG_HOME", dir, 1);
	is_taken(path_downloads(), "/home/ada/Downloads", "no file");
	write_dirs(dir, "# comment\nXDG_DESKTOP_DIR=\"$HOME/Desktop\"\n"
			" XDG_DOWNLOAD_DIR=\"$HOME/T\\\"\\$l é/\"\n");
	is_taken(path_downloads(), "/home/ada/T\"$l é", "below home, with escapes");
	write_dirs(dir, "XDG_DOWNLOAD_DIR=\"/a\"\nXDG_DOWNLOAD_DIR=\"/srv/dl\"\n");
	is_taken(path_downloads(), "/srv/dl", "absolute, the last counts");
	write_dirs(dir, "XDG_DOWNLOAD_DIR=\"$HOME/\"\n");
	is_taken(path_downloads(), "/home/ada/Downloads", "home itself means none");
	write_dirs(dir,
		   "XDG_DOWNLOAD_DIR=\"relative\"\nXDG_DOWNLOAD_DIR=/x\nXDG_DOWNLOAD_DIR=\"/y\n");
	is_taken(path_downloads(), "/home/ada/Downloads", "nonsense");
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", dir, 1);
	xasprintf(&config, "%s/.config", dir);
	mkdir(config, 0700);
	write_dirs(config, "XDG_DOWNLOAD_DIR=\"$HOME/dl\"\n");
	free(config);
	xasprintf(&config, "%s/dl", dir);
	is_taken(path_downloads(), config, "~/.config");
	free(config);
}

static void
test_program(const char *dir)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/tool", dir);
	close(open(path, O_WRONLY | O_CREAT, 0700));
	snprintf(path, sizeof(path), "%s/text", dir);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	snprintf(path, sizeof(path), "/nowhere::%s", dir);
	setenv("PATH", path, 1);
	ok(path_program("tool"), "a program in the last folder of PATH is found");
	ok(!path_program("text"), "a file that cannot be run is none");
	ok(!path_program("other"), "nor is what is not there");
	unsetenv("PATH");
	ok(!path_program("tool"), "without PATH there are none");
}

int
main(void)
{
	const char *dir = test_tmpdir();
	int d, e, top = open(dir, O_RDONLY | O_DIRECTORY);

	test_check();
	test_long();
	test_numbered();
	test_flags();
	mkdirat(top, "one", 0700);
	mkdirat(top, "two", 0700);
	d = openat(top, "one", O_RDONLY | O_DIRECTORY);
	e = openat(top, "two", O_RDONLY | O_DIRECTORY);
	test_open(d, "kernel");
	test_rename(d, "kernel");
	path_force_fallback(true);
	test_open(e, "fallback");
	test_rename(e, "fallback");
	close(d);
	close(e);
	close(top);
	test_home(dir);
	test_program(dir);
	return done_testing();
}
