/* madeup.c - file systems whose files the kernel makes up as they are read. */
#include "config.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "src/madeup.h"

bool
madeup_fs(const struct statfs *fs)
{
	switch ((unsigned long)fs->f_type) {
	case PROC_SUPER_MAGIC:
	case SYSFS_MAGIC:
	case DEBUGFS_MAGIC:
	case TRACEFS_MAGIC:
	case SECURITYFS_MAGIC:
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
	case DEVPTS_SUPER_MAGIC:
	case BPF_FS_MAGIC:
	case PSTOREFS_MAGIC:
	case EFIVARFS_MAGIC:
	case 0x62656570: /* configfs */
		return true;
	default:
		return false;
	}
}

bool
madeup_fd(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && madeup_fs(&fs);
}

bool
madeup_at(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_PATH | O_CLOEXEC);
	bool is = fd != -1 && madeup_fd(fd);

	if (fd != -1)
		close(fd);
	return is;
}
