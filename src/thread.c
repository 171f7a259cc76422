/* thread.c - how soon and for how long the kernel lets a thread run. */
#include "config.h"

#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "src/thread.h"

/* Since Linux 6.12 this is how long a turn of an ordinary thread lasts, and a shorter one comes sooner: the kernel owes a thread its share
 * of time within about one turn. */
#define PROMPT_NS    UINT64_C(100000)
#define PATIENT_NS   UINT64_C(3000000)
/* How much weaker than the rest of the program those are that move bulk. */
#define PATIENT_NICE 5
#define NICE_MAX     19

/* sched_setattr(2), which glibc has no function for; the first version of it. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* nice: beyond what the user gave the program. */
static void
ask(uint32_t policy, uint64_t runtime, int32_t nice)
{
	struct attributes a = {.size = sizeof(a)};

	if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) != 0 ||
	    (a.policy != SCHED_OTHER && a.policy != SCHED_BATCH))
		return;
	a.policy = policy;
	a.runtime = runtime;
	a.nice = a.nice + nice < NICE_MAX ? a.nice + nice : NICE_MAX;
	(void)syscall(SYS_sched_setattr, 0, &a, 0);
}

void
thread_prompt(void)
{
	ask(SCHED_OTHER, PROMPT_NS, 0);
}

void
thread_patient(void)
{
	ask(SCHED_BATCH, PATIENT_NS, PATIENT_NICE);
}

void
thread_yield(void)
{
	sched_yield();
}
