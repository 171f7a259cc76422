/* home.c - where files go, what is made, and the lock. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/home.h"
#include "src/util.h"
#include "tests/tap.h"

static char err[512];

static char *
in_tmp(const char *name)
{
	char *path;

	xasprintf(&path, "%s/%s", test_tmpdir(), name);
	return path;
}

static bool
is_private_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700;
}

static void
test_one_folder(void)
{
	char *dir = in_tmp("one/deep"), *want = in_tmp("one/deep/history.db");
	struct home h;

	ok(home_open(&h, dir, false, err, sizeof(err)), "a folder that is not there yet");
	ok(access(dir, F_OK) != 0, "is not made unless asked for");
	home_close(&h);
	ok(home_open(&h, dir, true, err, sizeof(err)), "and made when asked for");
	ok(is_private_folder(dir), "private");
	ok(is_private_folder(h.spool), "with its spool folder");
	is_str(h.database, want, "everything is inside");
	free(want);
	want = in_tmp("one/deep/config");
	is_str(h.config, want, "the options too");
	home_close(&h);
	ok(h.config == NULL && h.lock_fd == -1, "closing leaves nothing");
	free(want);
	free(dir);
}

static void
test_environment(void)
{
	char *dir = in_tmp("env"), *want = in_tmp("env/identity");
	struct home h;

	setenv("P2P_TUI_HOME", dir, 1);
	ok(home_open(&h, NULL, true, err, sizeof(err)), "P2P_TUI_HOME");
	is_str(h.identity, want, "is the one folder");
	home_close(&h);
	free(dir);
	dir = in_tmp("other");
	ok(home_open(&h, dir, true, err, sizeof(err)) && strncmp(h.identity, dir, strlen(dir)) == 0,
	   "--home comes before it");
	home_close(&h);
	unsetenv("P2P_TUI_HOME");
	ok(!home_open(&h, "", true, err, sizeof(err)), "an empty name is refused");
	free(dir);
	free(want);
}

static void
test_relative(void)
{
	struct home h;

	ok(chdir(test_tmpdir()) == 0 && home_open(&h, "rel", true, err, sizeof(err)) &&
		   h.lock[0] == '/',
	   "a relative folder becomes a whole path");
	home_close(&h);
	ok(chdir("/") == 0, "back");
}

static void
test_xdg(void)
{
	char *config = in_tmp("c"), *data = in_tmp("d"), *state = in_tmp("s"), *home = in_tmp("h");
	char *want;
	struct home h;

	setenv("XDG_CONFIG_HOME", config, 1);
	setenv("XDG_DATA_HOME", data, 1);
	setenv("XDG_STATE_HOME", state, 1);
	ok(home_open(&h, NULL, true, err, sizeof(err)), "the XDG folders");
	is_str(h.config, (want = in_tmp("c/p2p-tui/config")), "options");
	free(want);
	is_str(h.database, (want = in_tmp("d/p2p-tui/history.db")), "database");
	free(want);
	is_str(h.lock, (want = in_tmp("d/p2p-tui/lock")), "lock");
	free(want);
	is_str(h.log, (want = in_tmp("s/p2p-tui/log")), "log");
	free(want);
	home_close(&h);
	setenv("XDG_CONFIG_HOME", "relative", 1);
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", home, 1);
	ok(home_open(&h, NULL, true, err, sizeof(err)), "the defaults below HOME");
	is_str(h.config, (want = in_tmp("h/.config/p2p-tui/config")),
	       "a relative variable is ignored");
	free(want);
	is_str(h.identity, (want = in_tmp("h/.local/share/p2p-tui/identity")), "identity");
	free(want);
	is_str(h.log, (want = in_tmp("h/.local/state/p2p-tui/log")), "log");
	free(want);
	home_close(&h);
	free(config);
	free(data);
	free(state);
	free(home);
}

static void
test_refusals(void)
{
	char *file = in_tmp("file"), *below = in_tmp("file/below"), *locked = in_tmp("locked/in");
	char *parent = in_tmp("locked");
	struct home h;
	FILE *f = fopen(file, "w");

	fclose(f);
	ok(!home_open(&h, file, true, err, sizeof(err)) && strstr(err, "not one") != NULL,
	   "a file is no home: %s", err);
	ok(!home_open(&h, file, false, err, sizeof(err)), "nor for reading");
	ok(!home_open(&h, below, true, err, sizeof(err)) && strstr(err, "not one") != NULL,
	   "nothing is below a file: %s", err);
	if (geteuid() == 0) {
		skip("root may write everywhere", "an unwritable home");
	} else {
		mkdir(parent, 0500);
		ok(!home_open(&h, locked, true, err, sizeof(err)) &&
			   strstr(err, "ermission") != NULL,
		   "an unwritable home: %s", err);
		chmod(parent, 0700);
	}
	free(file);
	free(below);
	free(locked);
	free(parent);
}

/* Whether another process gets the lock; its error goes to err. */
static bool
child_locks(const char *dir)
{
	int pipes[2], status;
	struct home h;
	ssize_t n;
	pid_t pid;

	if (pipe(pipes) != 0)
		return false;
	pid = fork();
	if (pid == 0) {
		bool good = home_open(&h, dir, true, err, sizeof(err)) &&
			    home_lock(&h, err, sizeof(err));

		_exit(write(pipes[1], err, strlen(err)) >= 0 && good ? 0 : 1);
	}
	close(pipes[1]);
	n = read(pipes[0], err, sizeof(err) - 1);
	err[n > 0 ? n : 0] = '\0';
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
test_lock(void)
{
	char *dir = in_tmp("lock"), number[64];
	struct home h, second;
	int status;
	pid_t pid;

	ok(home_open(&h, dir, true, err, sizeof(err)) && home_lock(&h, err, sizeof(err)),
	   "the lock is taken");
	ok(!child_locks(dir), "another process does not get it");
	ok(strstr(err, "already running") != NULL, "and is told: %s", err);
	snprintf(number, sizeof(number), "(process %ld)", (long)getpid());
	ok(strstr(err, number) != NULL, "with our number");
	home_open(&second, dir, true, err, sizeof(err));
	ok(!home_lock(&second, err, sizeof(err)), "nor does a second one in this process");
	home_close(&second);
	ok(!child_locks(dir), "and its closing does not give ours away");
	pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, &status, 0);
	ok(!child_locks(dir), "nor does the end of a child");
	home_close(&h);
	err[0] = '\0';
	ok(child_locks(dir), "once closed it is free: %s", err);
	ok(child_locks(dir), "a process that just ends leaves it free too");
	free(dir);
}

int
main(void)
{
	unsetenv("P2P_TUI_HOME");
	test_one_folder();
	test_environment();
	test_relative();
	test_xdg();
	test_refusals();
	test_lock();
	return done_testing();
}
